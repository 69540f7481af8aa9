import BasicContainers
import IxyHardware
import Synchronization

/// A wire: what goes in at one end comes out at the other. Full, it drops.
///
/// All of its memory is allocated at the start, and a burst goes in or out as a whole, in one copy.
public final class Wire: FrameSource, FrameSink {
    private struct State: ~Copyable {
        /// A ring of stores: those from `head` to `tail` are in use, and all but the last one of them are full.
        var stores: RigidArray<FrameStore>
        var head = 0
        var tail = 0
        /// The next frame to come out, in the store at `head`.
        var next = 0
        var count = 0
        var dropped = 0

        init(capacity: Int) {
            // One more, as the first one may be partly empty already.
            let number = (capacity + FrameStore.limit - 1) / FrameStore.limit + 1
            stores = RigidArray(capacity: number)
            for _ in 0..<number { stores.append(FrameStore()) }
        }

        func after(_ index: Int) -> Int { index + 1 == stores.count ? 0 : index + 1 }
    }

    private let state: Mutex<State>
    private let capacity: Int

    /// A wire that holds up to `capacity` frames of up to 1536 bytes, or fewer longer ones.
    public init(capacity: Int = 1024) {
        precondition(capacity > 0, "a wire holds at least one frame")
        self.capacity = capacity
        state = Mutex(State(capacity: capacity))
    }

    public var isExhausted: Bool { false }
    /// Frames that did not fit.
    public var dropped: Int { state.withLock { $0.dropped } }
    /// Frames on the way.
    public var count: Int { state.withLock { $0.count } }

    public func accept(_ burst: borrowing FrameBurst) {
        state.withLock { state in
            var first = 0
            while first < burst.count, state.count < capacity {
                let wanted = min(burst.count - first, capacity - state.count)
                let added = state.stores[state.tail].append(wanted, from: first, of: burst.store)
                first += added
                state.count += added
                if added == 0 {
                    let next = state.after(state.tail)
                    if next == state.head { break }
                    state.tail = next
                }
            }
            state.dropped += burst.count - first
        }
    }

    public func pull(_ limit: Int, into burst: inout FrameBurst) {
        state.withLock { state in
            var missing = limit
            while missing > 0, state.count > 0 {
                let taken = burst.store.append(missing, from: state.next, of: state.stores[state.head])
                missing -= taken
                state.count -= taken
                state.next += taken
                if state.next == state.stores[state.head].count {
                    state.stores[state.head].removeAll()
                    state.next = 0
                    if state.head != state.tail { state.head = state.after(state.head) }
                } else if taken == 0 {
                    break
                }
            }
        }
    }
}
