import IxyHardware
import TestSupport
import Testing

@testable import ixy

@Suite struct InternetChecksumTests {
    private func checksum(_ bytes: [UInt8]) -> UInt16 {
        InternetChecksum.finish(InternetChecksum.sum(bytes.span.rawBytes))
    }

    /// The example of RFC 1071 §3: the words 0001 f203 f4f5 f6f7 add up to ddf2.
    @Test func rfc1071() {
        let bytes: [UInt8] = [0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7]
        #expect(InternetChecksum.sum(bytes.span.rawBytes) == 0x2_DDF0)
        #expect(checksum(bytes) == ~0xDDF2)
    }

    /// A well-known IPv4 header, whose checksum is B861.
    @Test func ipv4Header() {
        var header: [UInt8] = [
            0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11, 0, 0, 0xC0, 0xA8, 0x00, 0x01, 0xC0, 0xA8, 0x00,
            0xC7,
        ]
        #expect(checksum(header) == 0xB861)
        header[10] = 0xB8
        header[11] = 0x61
        #expect(checksum(header) == 0, "with its checksum in place a header sums up to nothing")
        header[19] ^= 1
        #expect(checksum(header) != 0)
    }

    @Test func anOddLastByteIsAHighHalf() {
        #expect(checksum([]) == 0xFFFF)
        #expect(checksum([0x12]) == ~0x1200)
        #expect(checksum([0x12, 0x34, 0x56]) == ~0x6834)
        #expect(checksum([0x12, 0x34, 0x56]) == checksum([0x12, 0x34, 0x56, 0]))
    }

    /// A carry that gives another carry.
    @Test func carriesAreCarriedAround() {
        #expect(InternetChecksum.finish(0) == 0xFFFF)
        #expect(InternetChecksum.finish(0xFFFF) == 0)
        #expect(InternetChecksum.finish(0x1_0000) == ~1)
        #expect(InternetChecksum.finish(0x1_FFFF) == ~1)
        #expect(InternetChecksum.finish(0xFFFF_FFFF_FFFF_FFFF) == 0)
        #expect(checksum([UInt8](repeating: 0xFF, count: 65_535)) == ~0xFF00)
    }

    /// The slow way: one word at a time, with the carry added at once.
    @Test func sameAsWordByWord() {
        var chance = Chance(state: 3)
        for length in 0..<300 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &chance) }
            var sum: UInt32 = 0
            for index in stride(from: 0, to: length, by: 2) {
                sum += UInt32(bytes[index]) * 256 + UInt32(index + 1 < length ? bytes[index + 1] : 0)
                if sum > 0xFFFF { sum -= 0xFFFF }
            }
            #expect(checksum(bytes) == UInt16(0xFFFF - sum), "\(length) bytes")
        }
    }
}
