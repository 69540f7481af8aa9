internal import CPcap

/// A filter for Ethernet frames in tcpdump's language, such as `udp port 53`.
///
/// The expression is compiled once, by libpcap, to a program of the BSD packet filter; ``matches(_:originalLength:)``
/// runs it. The program checks each load against the frame's length by itself and has no loops.
///
/// Several threads may compile at the same time: libpcap allows that from 1.8 (2016) on. A host name in the expression is
/// looked up while it is compiled, which may take seconds.
///
/// - Note: `@unchecked Sendable` is sound because the program is never written after `init`, and it is noncopyable,
///   so that only its one owner frees it.
@safe
package struct PacketFilter: ~Copyable, @unchecked Sendable {
    /// Its instructions are libpcap's, valid until `pcap_freecode`, which only `deinit` calls.
    private var program: bpf_program

    /// Compiles `expression`; an empty one matches every frame.
    ///
    /// - Throws: `expression` when libpcap does not understand it, `noMemory`.
    package init(_ expression: String) throws(FilterError) {
        // A C string ends at its first NUL: what follows would be dropped in silence.
        guard !expression.utf8.contains(0) else {
            throw .expression(expression, reason: "it contains a NUL character")
        }
        // Sound: the handle is checked for nil, used only here, and closed once on every way out.
        guard let handle = unsafe pcap_open_dead(DLT_EN10MB, Self.snapshotLength) else { throw .noMemory }
        defer { unsafe pcap_close(handle) }
        // Sound: `compiled` is initialized and the string is NUL-terminated; both live through the call. Its instructions
        // belong to this value from then on.
        var compiled = unsafe bpf_program()
        guard unsafe pcap_compile(handle, &compiled, expression, 1, Self.unknownNetmask) == 0 else {
            // Sound: libpcap's text is NUL-terminated and belongs to the handle, which is open until we return.
            throw .expression(expression, reason: unsafe String(cString: pcap_geterr(handle)))
        }
        unsafe program = compiled
    }

    deinit {
        // Sound: compiled in `init`, and freed only here.
        var program = unsafe program
        unsafe pcap_freecode(&program)
    }

    /// Whether the filter takes a frame.
    ///
    /// - Parameters:
    ///   - bytes: the frame from its destination address on, or as much of it as was kept.
    ///   - originalLength: its length on the wire, which `len`, `less` and `greater` ask for.
    package borrowing func matches(_ bytes: borrowing RawSpan, originalLength: Int) -> Bool {
        var header = pcap_pkthdr()
        header.caplen = UInt32(clamping: bytes.byteCount)
        header.len = UInt32(clamping: max(originalLength, bytes.byteCount))
        // Sound: the program was compiled by libpcap, and reads at most `caplen` bytes from the base address; of an empty
        // frame nothing is read, so that any address will do.
        return unsafe bytes.withUnsafeBytes { buffer in
            unsafe withUnsafePointer(to: program) { program in
                guard let base = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
                    var nothing: UInt8 = 0
                    return unsafe pcap_offline_filter(program, &header, &nothing) != 0
                }
                return unsafe pcap_offline_filter(program, &header, base) != 0
            }
        }
    }

    /// The value that a matching program returns, and so the most bytes that it can look at; any number above 0 does.
    private static let snapshotLength: CInt = 262_144
    /// `PCAP_NETMASK_UNKNOWN`: makes `ip broadcast` an error, which it is without an address of ours.
    private static let unknownNetmask: UInt32 = 0xFFFF_FFFF
}
