import IxyFilter
import IxyHardware
import Testing

/// A frame of UDP over IPv4 to `port`, 42 bytes.
private func udp(to port: UInt16) -> [UInt8] {
    [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x00]
        + [0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]
        + [0x12, 0x34, UInt8(port >> 8), UInt8(port & 0xFF), 0, 8, 0, 0]
}

@Suite struct PacketFilterTests {
    @Test func takesWhatItNames() throws {
        let filter = try PacketFilter("udp port 53")
        #expect(filter.matches(udp(to: 53).span.rawBytes, originalLength: 42))
        #expect(!filter.matches(udp(to: 54).span.rawBytes, originalLength: 42))
    }

    @Test func shortFramesNeverMatchBeyondTheirEnd() throws {
        let filter = try PacketFilter("udp port 53")
        let frame = udp(to: 53)
        for length in 0..<38 {
            #expect(!filter.matches(frame.span.rawBytes.extracting(0..<length), originalLength: 42))
        }
        #expect(filter.matches(frame.span.rawBytes.extracting(0..<38), originalLength: 42))
    }

    @Test func asksForTheOriginalLength() throws {
        let filter = try PacketFilter("greater 1000")
        #expect(filter.matches(udp(to: 1).span.rawBytes, originalLength: 1500))
        #expect(!filter.matches(udp(to: 1).span.rawBytes, originalLength: 42))
        #expect(!filter.matches(udp(to: 1).span.rawBytes, originalLength: -1))
    }

    @Test func anEmptyExpressionTakesAll() throws {
        let filter = try PacketFilter("")
        #expect(filter.matches(udp(to: 1).span.rawBytes, originalLength: 42))
        #expect(filter.matches([UInt8]().span.rawBytes, originalLength: 0))
    }

    @Test(arguments: ["udp prot 53", "(", "port 99999", "udp\0 port 53", String(repeating: "(", count: 50_000)])
    func refusesWhatItCannotUnderstand(_ expression: String) {
        do {
            _ = try PacketFilter(expression)
            Issue.record("'\(expression.prefix(40))' was accepted")
        } catch {
            #expect("\(error)".contains("cannot be used: "))
        }
    }

    @Test func threadsCompileAtTheSameTime() async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for port in 1...64 as ClosedRange<UInt16> {
                group.addTask {
                    let filter = try PacketFilter("udp port \(port)")
                    return filter.matches(udp(to: port).span.rawBytes, originalLength: 42)
                        && !filter.matches(udp(to: port + 1).span.rawBytes, originalLength: 42)
                }
            }
            for try await right in group { #expect(right) }
        }
    }
}
