import Testing

@testable import IxyModels

/// The hash against the verification vectors that Microsoft publishes for receive-side scaling.
@Suite struct SpreaderTests {
    private let spreader = Spreader(
        key: [
            0x6D, 0x5A, 0x56, 0xDA, 0x25, 0x5B, 0x0E, 0xC2, 0x41, 0x67, 0x25, 0x3D, 0x43, 0xA3, 0x8F, 0xB0, 0xD0, 0xCA,
            0x2B, 0xCB, 0xAE, 0x7B, 0x30, 0xB4, 0x77, 0xCB, 0x2D, 0xA3, 0x80, 0x30, 0xF2, 0x0C, 0x6A, 0x42, 0xB7, 0x3B,
            0xBE, 0xAC, 0x01, 0xFA,
        ], table: [UInt8](repeating: 0, count: 128))

    /// Of IPv4 addresses and ports: source first.
    private func hash(_ addresses: [UInt8], _ ports: [UInt8] = []) -> UInt32 {
        let bytes = addresses + ports
        return spreader.hash(bytes.span.rawBytes, 0..<addresses.count, addresses.count..<bytes.count)
    }

    @Test func addressesAlone() {
        #expect(hash([66, 9, 149, 187, 161, 142, 100, 80]) == 0x323E_8FC2)
        #expect(hash([199, 92, 111, 2, 65, 69, 140, 83]) == 0xD718_262A)
    }

    @Test func addressesAndPorts() {
        #expect(hash([66, 9, 149, 187, 161, 142, 100, 80], [0x0A, 0xEA, 0x06, 0xE6]) == 0x51CC_C178)
    }

    @Test func addressesAndPortsOfVersion6() {
        let target: [UInt8] = [0x3F, 0xFE, 0x25, 0x01, 0x02, 0x00, 0x00, 0x03, 0, 0, 0, 0, 0, 0, 0, 1]
        let source: [UInt8] = [0x3F, 0xFE, 0x25, 0x01, 0x02, 0x00, 0x1F, 0xFF, 0, 0, 0, 0, 0, 0, 0, 7]
        #expect(hash(source + target) == 0x2CC1_8CD5)
        #expect(hash(source + target, [0x0A, 0xEA, 0x06, 0xE6]) == 0x4020_7D3D)
    }

    @Test func findsWhatToHashInAFrame() {
        var frame = [UInt8](repeating: 0, count: 60)
        frame.replaceSubrange(12..<15, with: [8, 0, 0x45])
        frame[23] = 17
        frame.replaceSubrange(26..<38, with: [66, 9, 149, 187, 161, 142, 100, 80, 0x0A, 0xEA, 0x06, 0xE6])
        #expect(spreader.queue(of: frame.span.rawBytes).hash == 0x51CC_C178)
        frame[23] = 1
        #expect(spreader.queue(of: frame.span.rawBytes).hash == 0x323E_8FC2, "ICMP has no ports")
        let tagged = frame[..<12] + [0x81, 0, 0, 5] + frame[12...]
        #expect(spreader.queue(of: Array(tagged).span.rawBytes).hash == 0x323E_8FC2)
        frame[12] = 7
        #expect(spreader.queue(of: frame.span.rawBytes).hash == 0)
    }
}
