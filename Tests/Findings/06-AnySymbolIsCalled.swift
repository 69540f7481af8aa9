// says: `@_silgen_name` calls any function of C without the word unsafe; `scripts/check-unsafe` of then does not look for it.
import IxyHardware

@_silgen_name("memset") private func set(_ place: UInt, _ value: CInt, _ count: Int) -> UInt

@_silgen_name("malloc") private func make(_ count: Int) -> UInt

@_silgen_name("strlen") private func length(_ place: UInt) -> Int

func anySymbolIsCalled() {
    let place = make(16)
    _ = set(place, 0, 16)
    _ = set(place, 65, 7)
    if length(place) == 7 { print("SHOWN") }
}
