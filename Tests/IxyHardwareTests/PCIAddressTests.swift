import IxyHardware
import TestTree
import Testing

@Suite struct PCIAddressTests {
    @Test func fullAndShortFormAreTheSame() throws {
        let full = try PCIAddress("0000:03:1f.7")
        #expect(full.domain == 0 && full.bus == 3 && full.device == 31 && full.function == 7)
        #expect(try PCIAddress("03:1f.7") == full)
        #expect(try PCIAddress("abcd:FE:0A.0").description == "abcd:fe:0a.0")
    }

    @Test func domainsBeyondFourDigitsExist() throws {
        #expect(try PCIAddress("10000:e1:00.0").description == "10000:e1:00.0")
        #expect(try PCIAddress("ffffffff:00:00.0").domain == .max)
    }

    @Test(arguments: [
        "", ":", "...", "0000:03:00", "03:00", "3:00.0", "03:0.0", "003:00.0", "03:20.0", "03:00.8", "03:00.00", "03:00.",
        "000:03:00.0", "00000:03:00.0", "100000000:03:00.0", "0:0000:03:00.0", "+003:03:00.0", "03:+1.0", "-1:00.0", "-0:00.0", "03:-0.0",
        "03:00.-", "0x03:00.0", " 03:00.0", "03:00.0 ", "03:00.0\n", "g3:00.0", "03.00.0", "0000:03:00:0", "０３:00.0",
        "model:82599", "0000:03:00.0.0",
    ])
    func anythingElseIsRefused(_ text: String) {
        let message = sentence { _ = try PCIAddress(text) }
        #expect(message?.contains("is not a PCI address") == true)
        #expect(message?.contains("0000:03:00.0 or 03:00.0") == true)
    }

    @Test func theOrderIsDomainBusDeviceFunction() throws {
        let sorted = ["0000:00:00.1", "0000:00:01.0", "0000:02:00.0", "0000:10:00.0", "0001:00:00.0", "10000:00:00.0"]
        #expect(try sorted.reversed().map { try PCIAddress($0) }.sorted().map { $0.description } == sorted)
    }
}
