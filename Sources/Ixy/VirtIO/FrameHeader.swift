extension VirtIO {
    /// The header before each frame. Everything in it is zero without offloads. (VirtIO 1.2 §5.1.6)
    @usableFromInline
    package protocol FrameHeader: Sendable {
        /// Bytes.
        static var count: Int { get }
    }

    /// The header of legacy devices without mergeable buffers: no number of buffers at its end. (§5.1.6.1)
    @frozen @usableFromInline
    package enum ShortHeader: FrameHeader {
        @inlinable package static var count: Int { 10 }
    }

    /// The header of all others.
    @frozen @usableFromInline
    package enum LongHeader: FrameHeader {
        @inlinable package static var count: Int { 12 }
    }
}
