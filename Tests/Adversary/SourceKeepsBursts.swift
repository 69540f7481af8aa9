// harmless
import Ixy
import IxyModels
import Synchronization

/// A source that hands out bursts which it has kept, and keeps those that it gets.
private final class Thief: FrameSource {
    let kept = Mutex(FrameBurst())
    var isExhausted: Bool { false }
    func pull(_ limit: Int, into burst: inout FrameBurst) {
        kept.withLock { kept in
            _ = kept.append([UInt8](repeating: 3, count: 60))
            _ = kept.append([UInt8](repeating: 3, count: 9000))
            swap(&kept, &burst)
        }
    }
}

func sourceKeepsBursts() throws {
    var stage = try Stage(mtus: (9000, 9000))
    stage.leftCard.attach(source: Thief())
    stage.play(200)
}
