/// Where frames of a capture came from.
public struct CaptureInterface: Sendable, Equatable {
    /// The interface's name (if_name, draft-ietf-opsawg-pcapng §4.2); empty where the file has none, as in pcap.
    public var name: String
    /// The type of header with which its frames start.
    public var linkType: LinkType
    /// The most bytes that were kept of a frame; 0 means no limit.
    public var snapshotLength: UInt32
    /// How its time stamps count.
    var clock: StampClock

    /// An interface to write frames of.
    ///
    /// - Parameters:
    ///   - name: written to pcapng files; at most 255 bytes of UTF-8 come back from a reader.
    ///   - snapshotLength: the most bytes that are kept of a frame, 0 for no limit. It is noted in the file; cutting
    ///     the frames is up to the caller.
    public init(
        name: String, linkType: LinkType = .ethernet, snapshotLength: UInt32 = UInt32(CaptureLimits.frameLength)
    ) {
        self.name = name
        self.linkType = linkType
        self.snapshotLength = snapshotLength
        clock = .nanoseconds
    }

    /// An interface as a file describes it.
    init(name: String, linkType: LinkType, snapshotLength: UInt32, clock: StampClock) {
        self.name = name
        self.linkType = linkType
        self.snapshotLength = snapshotLength
        self.clock = clock
    }
}

/// The record of one frame in a file. The frame's bytes are ``CaptureReader/bytes``.
public struct CaptureRecord: Sendable, Equatable {
    /// Nanoseconds since 1970-01-01 00:00 UTC; nil where the file has none (Simple Packet Blocks).
    public var stamp: UInt64?
    /// The frame's length on the wire, in bytes; never below ``capturedLength``.
    public var originalLength: Int
    /// How many bytes of it the file holds: `0 ... CaptureLimits.frameLength`.
    public var capturedLength: Int
    /// The index of its interface in ``CaptureReader/interfaces``.
    public var interface: Int

    /// Files exist whose original length is too small (some writers leave it 0); no reader of ours should have to
    /// expect that, so it is raised to what is there.
    init(stamp: UInt64?, originalLength: Int, capturedLength: Int, interface: Int) {
        self.stamp = stamp
        self.originalLength = max(originalLength, capturedLength)
        self.capturedLength = capturedLength
        self.interface = interface
    }
}
