import Ixy
import IxyHardware
import TestSupport
import Testing

@testable import ixy

/// The generated frames, as tshark reads them.
@Suite struct FrameTemplateTests {
    /// The frames with the numbers `sequence`.
    private func frames(_ fields: FrameTemplate.Fields, _ sequence: some Sequence<UInt64>) -> [[UInt8]] {
        let template = FrameTemplate(fields)
        return sequence.map { number in
            // Whatever was in the buffer before must not show.
            var packet = makePacket([UInt8](repeating: 0xEE, count: template.count))
            template.write(to: &packet, sequence: number)
            return packet.array
        }
    }

    private func ipv6(_ count: Int) -> FrameTemplate.Fields {
        var fields = FrameTemplate.Fields()
        fields.count = count
        fields.sourceIP = [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1]
        fields.targetIP = [0xFE, 0x80] + [UInt8](repeating: 0, count: 6) + [1, 2, 3, 4, 5, 6, 7, 0xFF]
        return fields
    }

    /// Numbers at the edges of the 16-bit words that the checksum is made of.
    private static let edges: [UInt64] = [
        0, 1, 0xFFFF, 0x1_0000, 0xFFFF_FFFF, 0x1_0000_0000, 0xFFFF_FFFF_FFFF, 1 << 48, 0x0123_4567_89AB_CDEF, .max,
    ]

    /// The payload behind the number counts up from 16, the offset in the UDP datagram.
    private func payload(_ number: UInt64, _ count: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
            + hex((16..<count - 8 + 16).map { UInt8(truncatingIfNeeded: $0) })
    }

    @Test(arguments: [60, 61, 62, 63, 64, 123, 1513, 1514])
    func ipv4(_ count: Int) throws {
        var fields = FrameTemplate.Fields()
        fields.count = count
        fields.source = MACAddress(0x02, 0x11, 0x22, 0x33, 0x44, 0x55)
        fields.target = MACAddress(0x06, 0x77, 0x88, 0x99, 0xAA, 0xBB)
        fields.sourceIP = [192, 0, 2, 255]
        fields.targetIP = [198, 51, 100, 7]
        fields.sourcePort = 54321
        fields.targetPort = 4789 + 1000
        let rows = try dissect(
            frames(fields, Self.edges),
            [
                "frame.len", "eth.dst", "eth.src", "eth.type", "ip.version", "ip.hdr_len", "ip.len", "ip.flags.df",
                "ip.ttl", "ip.proto", "ip.src", "ip.dst", "ip.checksum.status", "udp.srcport", "udp.dstport",
                "udp.length", "udp.checksum.status", "udp.payload", "_ws.malformed",
            ])
        let expected = Self.edges.map { number in
            [
                "\(count)", "06:77:88:99:aa:bb", "02:11:22:33:44:55", "0x0800", "4", "20", "\(count - 14)", "1",
                "64", "17", "192.0.2.255", "198.51.100.7", "1", "54321", "5789",
                "\(count - 34)", "1", payload(number, count - 42), "",
            ]
        }
        #expect(rows == expected)
    }

    @Test(arguments: [70, 71, 72, 1513, 1514])
    func ipv6IsReadWell(_ count: Int) throws {
        let rows = try dissect(
            frames(ipv6(count), Self.edges),
            [
                "frame.len", "eth.dst", "eth.src", "eth.type", "ipv6.version", "ipv6.plen", "ipv6.nxt", "ipv6.hlim",
                "ipv6.src", "ipv6.dst", "udp.srcport", "udp.dstport", "udp.length", "udp.checksum.status",
                "udp.payload", "_ws.malformed",
            ])
        let expected = Self.edges.map { number in
            [
                "\(count)", "02:00:00:00:00:02", "02:00:00:00:00:01", "0x86dd", "6", "\(count - 54)", "17", "64",
                "2001:db8::1", "fe80::102:304:506:7ff", "1024", "9", "\(count - 54)", "1",
                payload(number, count - 62), "",
            ]
        }
        #expect(rows == expected)
    }

    /// As many source ports as flows, one after the other, and from 65535 on to 0.
    @Test(arguments: [1, 2, 7, 16], [false, true])
    func flowsTakeTurns(_ flows: Int, _ isIPv6: Bool) throws {
        var fields = isIPv6 ? ipv6(70) : FrameTemplate.Fields()
        fields.flows = flows
        fields.sourcePort = 65_530
        let rows = try dissect(frames(fields, 0..<40), ["udp.srcport", "udp.checksum.status"])
        #expect(rows == (0..<40).map { ["\((65_530 + $0 % flows) % 65_536)", "1"] })
    }

    /// Of 65536 numbers in a row one gives the checksum zero, which says "none"; it is sent as FFFF. (RFC 768)
    @Test(arguments: [false, true])
    func theChecksumIsNeverNone(_ isIPv6: Bool) throws {
        let fields = isIPv6 ? ipv6(70) : FrameTemplate.Fields()
        let place = isIPv6 ? 60 : 40
        let all = frames(fields, 0..<65_536)
        #expect(all.allSatisfy { $0[place] != 0 || $0[place + 1] != 0 })
        let turned = all.filter { $0[place] == 0xFF && $0[place + 1] == 0xFF }
        #expect(!turned.isEmpty)
        #expect(try dissect(turned, ["udp.checksum.status"]) == turned.map { _ in ["1"] })
    }

    /// The shortest frames that the command allows are the shortest that a wire allows, or that hold the number.
    @Test func minimum() {
        #expect(FrameTemplate.minimumCount(isIPv6: false) == 60)
        #expect(FrameTemplate.minimumCount(isIPv6: true) == 70)
    }
}
