import Ixy
import IxyHardware
import TestSupport
import Testing

@testable import ixy

/// Answers, compared with those that Linux gave to the same requests in `Recordings`, and as tshark reads them.
@Suite struct EchoResponderTests {
    /// Host B of the recording, which got the requests in `left.pcap` and sent what is in `right.pcap`.
    private static let hostB = EchoResponder(
        own: MACAddress(2, 0, 0, 0, 0, 0x0B), ip: [192, 0, 2, 2],
        ip6: [0x20, 0x01, 0x0D, 0xB8, 0, 1] + [UInt8](repeating: 0, count: 9) + [0x0B])

    /// The answer to `frame`, or nil; without an answer the frame must be as it was.
    private func answer(_ frame: [UInt8], _ responder: EchoResponder = hostB) -> [UInt8]? {
        var packet = makePacket(frame)
        guard responder.answer(&packet) else {
            #expect(packet.array == frame)
            return nil
        }
        return packet.array
    }

    /// The frames of a recording that match `filter`, and what tshark reads of them.
    private func recorded(
        _ file: String, _ fields: [String], where filter: String
    ) throws -> [(frame: [UInt8], row: [String])] {
        let path = packageFile("Recordings/\(file).pcap")
        let frames = try readFrames(path)
        let whole = "!vlan && !(ip.flags.mf == 1) && !(ip.frag_offset > 0) && !ipv6.fraghdr"
        return try dissect(path, ["frame.number"] + fields, where: "(\(filter)) && \(whole)").map { row in
            (frames[try #require(Int(row[0])) - 1], Array(row.dropFirst()))
        }
    }

    /// The frame with zeros in place of the bytes `unequal`.
    private func masked(_ frame: [UInt8], _ unequal: [Range<Int>]) -> [UInt8] {
        var frame = frame
        for range in unequal { for index in range { frame[index] = 0 } }
        return frame
    }

    /// - Parameters:
    ///   - key: the fields that say which answer belongs to a request.
    ///   - unequal: the bytes that need not be as Linux has them.
    private func compare(
        requests: String, answers: String, key: [String], least: Int, unequal: [Range<Int>] = []
    ) throws {
        let requests = try recorded("left", key, where: requests)
        let answers = try recorded("right", key, where: answers)
        #expect(requests.count >= least)
        for (request, key) in requests {
            let theirs = try #require(answers.first { $0.row == key }?.frame)
            let ours = try #require(answer(request))
            #expect(masked(ours, unequal) == masked(theirs, unequal))
        }
    }

    @Test func arpAsLinux() throws {
        try compare(
            requests: "arp.opcode == 1 && arp.dst.proto_ipv4 == 192.0.2.2", answers: "arp.opcode == 2", key: [],
            least: 4)
    }

    /// Linux numbers its answers and lets them be fragmented; ours keep the request's number and flags.
    @Test func pingAsLinux() throws {
        try compare(
            requests: "icmp.type == 8 && ip.dst == 192.0.2.2", answers: "icmp.type == 0",
            key: ["icmp.ident", "icmp.seq"], least: 60, unequal: [18..<22, 24..<26])
    }

    /// The flow label is the sender's own affair. (RFC 6437)
    @Test func ping6AsLinux() throws {
        try compare(
            requests: "icmpv6.type == 128 && ipv6.dst == 2001:db8:1::b", answers: "icmpv6.type == 129",
            key: ["icmpv6.echo.identifier", "icmpv6.echo.sequence_number"], least: 30, unequal: [15..<18])
    }

    @Test func neighbourSolicitationAsLinux() throws {
        try compare(
            requests: "icmpv6.type == 135 && icmpv6.nd.ns.target_address == 2001:db8:1::b && ipv6.src != ::",
            answers: "icmpv6.type == 136 && icmpv6.nd.na.target_address == 2001:db8:1::b",
            key: ["icmpv6.code"], least: 1, unequal: [15..<18])
    }

    /// All answers to the recording, as tshark reads them: no checksum is wrong, nothing is malformed.
    @Test func tsharkFindsNothingWrong() throws {
        let requests = try recorded("left", [], where: "arp.opcode == 1 || icmp.type == 8 || icmpv6.type in {128, 135}")
        let rows = try dissect(
            requests.compactMap { answer($0.frame) },
            [
                "eth.src", "arp.opcode", "ip.checksum.status", "icmp.type", "icmp.checksum.status", "icmpv6.type",
                "icmpv6.checksum.status", "_ws.malformed",
            ])
        let own = "02:00:00:00:00:0b"
        let kinds = [
            [own, "2", "", "", "", "", "", ""], [own, "", "1", "0", "1", "", "", ""],
            [own, "", "", "", "", "129", "1", ""], [own, "", "", "", "", "136", "1", ""],
        ]
        #expect(Set(rows) == Set(kinds))
    }

    @Test func anotherHostsFramesAreLeftAlone() throws {
        let stranger = EchoResponder(
            own: MACAddress(2, 0, 0, 0, 0, 0x0C), ip: [192, 0, 2, 3],
            ip6: [0x20, 0x01, 0x0D, 0xB8, 0, 1] + [UInt8](repeating: 0, count: 9) + [0x0C])
        let frames = try readFrames(packageFile("Recordings/left.pcap"))
        #expect(frames.count > 1000)
        for frame in frames { #expect(answer(frame, stranger) == nil) }
        // Nor does the host answer what it has said itself.
        for frame in try readFrames(packageFile("Recordings/right.pcap")) { #expect(answer(frame) == nil) }
    }

    // MARK: Frames that are no requests

    private static let reflector = EchoResponder(own: MACAddress(2, 0, 0, 0, 0, 0x0B), ip: nil, ip6: nil)

    /// Without an address of its own everything goes back to where it came from, from us where it went to a group.
    @Test func withoutAnAddressAllIsSentBack() {
        let rest: [UInt8] = [0x88, 0xB5, 1, 2, 3]
        let peer: [UInt8] = [2, 0, 0, 0, 0, 0x0A]
        let own: [UInt8] = [2, 0, 0, 0, 0, 0x0B]
        let other: [UInt8] = [2, 9, 9, 9, 9, 9]
        let group: [UInt8] = [0x33, 0x33, 0, 0, 0, 1]
        #expect(answer(own + peer + rest, Self.reflector) == peer + own + rest)
        #expect(answer(other + peer + rest, Self.reflector) == peer + other + rest)
        #expect(answer(group + peer + rest, Self.reflector) == peer + own + rest)
        #expect(answer([UInt8](repeating: 0xFF, count: 6) + peer + rest, Self.reflector) == peer + own + rest)
    }

    @Test func withAnAddressOnlyWhatIsMeantForUsIsSentBack() {
        let rest: [UInt8] = [0x88, 0xB5, 1, 2, 3]
        let peer: [UInt8] = [2, 0, 0, 0, 0, 0x0A]
        let own: [UInt8] = [2, 0, 0, 0, 0, 0x0B]
        #expect(answer(own + peer + rest) == peer + own + rest)
        #expect(answer([2, 9, 9, 9, 9, 9] + peer + rest) == nil)
        #expect(answer([UInt8](repeating: 0xFF, count: 6) + peer + rest) == nil)
    }

    /// One request of each kind.
    private func requests() throws -> [[UInt8]] {
        try [
            "arp.opcode == 1 && eth.dst == 02:00:00:00:00:0b", "icmp.type == 8 && frame.len == 98",
            "icmpv6.type == 128 && frame.len > 62 && frame.len < 200",
            "icmpv6.type == 135 && icmpv6.nd.ns.target_address == 2001:db8:1::b && ipv6.src != ::",
        ].map { try #require(try recorded("left", [], where: $0).first?.frame) }
    }

    /// Whatever is changed in a request: an answer is made only if the checksums were right, and nothing traps.
    /// A frame that was sent to us alone and is no request goes back with its addresses swapped and nothing else.
    @Test func damagedRequestsAreNotAnswered() throws {
        for request in try requests() {
            let isARP = request[13] == 0x06
            let whole = try #require(answer(request))
            #expect(whole[14...] != request[14...])
            // The checksums cover all from the network header on, but for IPv6's first eight bytes.
            let start = request[12] == 0x86 ? 22 : 14
            for index in start..<request.count where !isARP {
                for bit in 0..<8 {
                    var damaged = request
                    damaged[index] ^= 1 << UInt8(bit)
                    let result = answer(damaged)
                    #expect(result == nil || result?[14...] == damaged[14...], "byte \(index) bit \(bit)")
                }
            }
            // Whole again, with padding behind it, it is answered, and the padding stays.
            if let padded = answer(request + [1, 2, 3]) { #expect(padded == whole + [1, 2, 3]) } else {
                Issue.record("padding makes a difference")
            }
        }
    }

    @Test func cutRequestsAreNotAnswered() throws {
        for request in try requests() {
            for count in 0..<request.count {
                let cut = Array(request.prefix(count))
                let result = answer(cut)
                #expect(result == nil || result?[14...] == cut[14...], "\(count) bytes")
                if count < 14 { #expect(result == nil) }
            }
        }
    }

    /// Random bytes behind the headers that lead to each of the answers.
    @Test func randomFramesNeverTrap() throws {
        var chance = Chance(state: 4)
        let requests = try requests()
        for _ in 0..<20_000 {
            var frame = requests.randomElement(using: &chance)!
            for _ in 0..<Int.random(in: 1...6, using: &chance) {
                frame[Int.random(in: 12..<frame.count, using: &chance)] = UInt8.random(in: 0...255, using: &chance)
            }
            _ = answer(Array(frame.prefix(Int.random(in: 0...frame.count, using: &chance))))
        }
    }

    /// `frame` with `bytes` at `offset`, and all checksums made right again, word by word.
    private func changed(_ frame: [UInt8], _ bytes: [UInt8], at offset: Int) -> [UInt8] {
        func put(_ parts: [[UInt8]], at place: Int, of frame: inout [UInt8]) {
            var sum = 0
            for part in parts {
                for (index, byte) in part.enumerated() { sum += index % 2 == 0 ? Int(byte) << 8 : Int(byte) }
            }
            sum = sum % 0xFFFF
            frame[place] = UInt8(0xFF - sum / 256)
            frame[place + 1] = UInt8(0xFF - sum % 256)
        }
        var frame = frame
        frame.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        if frame[12...13] == [0x08, 0x00] {
            (frame[24], frame[25], frame[36], frame[37]) = (0, 0, 0, 0)
            put([Array(frame[14..<34])], at: 24, of: &frame)
            put([Array(frame[34...])], at: 36, of: &frame)
        } else if frame[12...13] == [0x86, 0xDD] {
            (frame[56], frame[57]) = (0, 0)
            let lengthAndKind = [0, UInt8(frame.count - 54), 0, 58]
            put([Array(frame[22..<54]), lengthAndKind, Array(frame[54...])], at: 56, of: &frame)
        }
        return frame
    }

    /// Frames that are valid, and yet no requests to us.
    @Test func whatLooksLikeARequestIsNotAnswered() throws {
        let requests = try requests()
        let (arp, ping, ping6, solicitation) = (requests[0], requests[1], requests[2], requests[3])
        let own: [UInt8] = [2, 0, 0, 0, 0, 0x0B]
        let group: [UInt8] = [0x33, 0x33, 0, 0, 0, 1]
        func isAnswered(_ frame: [UInt8]) -> Bool {
            answer(frame).map { $0[14...] != frame[14...] } ?? false
        }
        for request in requests {
            // The control: made anew without a change, it is one.
            #expect(isAnswered(changed(request, [], at: 0)))
            #expect(!isAnswered(changed(request, own, at: 6)), "from ourselves")
            #expect(!isAnswered(changed(request, group, at: 6)), "from a group")
            #expect(!isAnswered(changed(request, [2, 9, 9, 9, 9, 9], at: 0)), "to another host")
        }
        #expect(!isAnswered(changed(arp, [0, 2], at: 20)), "an ARP reply")
        #expect(!isAnswered(changed(arp, [192, 0, 2, 3], at: 38)), "for another address")
        #expect(!isAnswered(changed(arp, [192, 0, 2, 2], at: 28)), "an announcement")
        #expect(!isAnswered(changed(ping, [0x20, 0], at: 20)), "a first fragment")
        #expect(!isAnswered(changed(ping, [0, 1], at: 20)), "a later fragment")
        #expect(isAnswered(changed(ping, [0x40, 0], at: 20)), "not to be fragmented")
        #expect(!isAnswered(changed(ping, [17], at: 23)), "UDP")
        #expect(!isAnswered(changed(ping, [192, 0, 2, 3], at: 30)), "to another address")
        #expect(!isAnswered(changed(ping, [13], at: 34)), "a timestamp request")
        #expect(!isAnswered(changed(ping, [1], at: 35)), "a code that is not known")
        #expect(!isAnswered(changed(ping6, [0x0C], at: 53)), "to another address")
        #expect(!isAnswered(changed(ping6, [129], at: 54)), "an ICMPv6 reply")
        #expect(!isAnswered(changed(ping6, [1], at: 55)), "a code that is not known")
        #expect(!isAnswered(changed(ping6, [17], at: 20)), "UDP")
        #expect(!isAnswered(changed(solicitation, [254], at: 21)), "from beyond a router")
        #expect(!isAnswered(changed(solicitation, [0x0C], at: 77)), "for another address")
        #expect(!isAnswered(changed(solicitation, [2], at: 78)), "without the sender's address")
        #expect(!isAnswered(changed(solicitation, [UInt8](repeating: 0, count: 16), at: 22)), "a probe")
    }

    /// An answer starts on its way with all its hops, however few the request had left.
    @Test func hopsStartAnew() throws {
        let requests = try requests()
        #expect(answer(changed(requests[1], [3], at: 22))?[22] == 64)
        #expect(answer(changed(requests[2], [3], at: 21))?[21] == 64)
    }

    /// Duplicate address detection comes from `::`, and is answered to a group, which this does not do.
    @Test func duplicateAddressDetectionIsLeftAlone() throws {
        let probes = try recorded("right", [], where: "icmpv6.type == 135 && ipv6.src == ::")
        #expect(!probes.isEmpty)
        let hostA = EchoResponder(
            own: MACAddress(2, 0, 0, 0, 0, 0x0A), ip: nil,
            ip6: [0x20, 0x01, 0x0D, 0xB8, 0, 1] + [UInt8](repeating: 0, count: 9) + [0x0B])
        for (probe, _) in probes { #expect(answer(probe, hostA) == nil) }
    }
}
