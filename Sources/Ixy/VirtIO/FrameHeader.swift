extension VirtIO {
    /// What stands before each frame. Everything in it is zero without offloads. (VirtIO 1.2 §5.1.6)
    public protocol FrameHeader: Sendable {
        /// Bytes.
        static var count: Int { get }
    }

    /// The header of legacy devices without mergeable buffers: no number of buffers at its end. (§5.1.6.1)
    @frozen
    public enum ShortHeader: FrameHeader {
        @inlinable public static var count: Int { 10 }
    }

    /// The header of all others.
    @frozen
    public enum LongHeader: FrameHeader {
        @inlinable public static var count: Int { 12 }
    }
}
