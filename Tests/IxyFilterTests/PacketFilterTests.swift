import IxyFilter
import IxyHardware
import Testing

/// A frame of UDP over IPv4 to `port`, 42 bytes.
private func udp(to port: UInt16) -> [UInt8] {
    [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x00]
        + [0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]
        + [0x12, 0x34, UInt8(port >> 8), UInt8(port & 0xFF), 0, 8, 0, 0]
}

/// Whether the filter `expression` takes a frame of which `frame` was kept.
private func takes(_ expression: String, _ frame: some Sequence<UInt8>, originalLength: Int = 42) throws -> Bool {
    let filter = try PacketFilter(expression)
    return filter.matches(Array(frame).span.rawBytes, originalLength: originalLength)
}

@Suite struct PacketFilterTests {
    @Test func takesWhatItNames() throws {
        #expect(try takes("udp port 53", udp(to: 53)))
        #expect(try !takes("udp port 53", udp(to: 54)))
    }

    @Test func shortFramesNeverMatchBeyondTheirEnd() throws {
        for length in 0..<38 {
            #expect(try !takes("udp port 53", udp(to: 53).prefix(length)))
        }
        #expect(try takes("udp port 53", udp(to: 53).prefix(38)))
    }

    @Test func asksForTheOriginalLength() throws {
        #expect(try takes("greater 1000", udp(to: 1), originalLength: 1500))
        #expect(try !takes("greater 1000", udp(to: 1)))
        #expect(try !takes("greater 1000", udp(to: 1), originalLength: -1))
    }

    @Test func anEmptyExpressionTakesAll() throws {
        #expect(try takes("", udp(to: 1)))
        #expect(try takes("", [], originalLength: 0))
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
                    try takes("udp port \(port)", udp(to: port)) && !takes("udp port \(port)", udp(to: port + 1))
                }
            }
            for try await right in group { #expect(right) }
        }
    }
}
