// refused: 'queue' consumed more than once
import Ixy

/// Two pipelines use one queue.
func share(
    _ queue: consuming TransmitQueue, _ left: consuming ReceiveQueue, _ right: consuming ReceiveQueue
) throws -> Pipeline {
    _ = try Pipeline(from: left, to: queue)
    return try Pipeline(from: right, to: queue)
}
