import ArgumentParser
import Ixy
import IxyHardware
import TestSupport
import Testing

@testable import ixy

@Suite struct DeviceAddressTests {
    @Test func pciAddresses() throws {
        #expect(try DeviceAddress("0000:03:00.0") == .pci(PCIAddress("0000:03:00.0")))
        #expect(try DeviceAddress("03:1f.7").text == "0000:03:1f.7")
        #expect(try !DeviceAddress("0000:03:00.0").isFinite)
    }

    @Test func models() throws {
        func model(_ text: String) throws -> ModelAddress? {
            guard case .model(let model) = try DeviceAddress(text) else { return nil }
            return model
        }
        let plain = try #require(try model("model:82599"))
        #expect(plain.input == nil && plain.output == nil && !plain.generates)
        let files = try #require(try model("model:82599,out=b=c.pcap,in=/tmp/a b.pcap"))
        #expect(files.input == "/tmp/a b.pcap")
        #expect(files.output == "b=c.pcap")
        #expect(files.text == "model:82599,out=b=c.pcap,in=/tmp/a b.pcap")
        let made = try #require(try model("model:82599,generate,out=x"))
        #expect(made.generates && made.output == "x")
    }

    /// A recording ends, and so does silence; what the model makes up does not.
    @Test func finiteOnes() throws {
        #expect(try DeviceAddress("model:82599").isFinite)
        #expect(try DeviceAddress("model:82599,in=a").isFinite)
        #expect(try !DeviceAddress("model:82599,generate").isFinite)
    }

    @Test(arguments: [
        "", "nonsense", "model", "model:", "model:i350", "model:82599x", "model:82599,", "model:82599,,in=a",
        "model:82599,in=", "model:82599,out=", "model:82599,in", "model:82599,generate=1", "model:82599,In=a",
        "model:82599,in=a,generate", "model:82599,in=a,in=b", "model:82599,out=a,out=b",
        "model:82599,generate,generate", " model:82599", "Model:82599", "0000:03:00.8", "0000:03:20.0", "3:00.0",
        "0000:03:00", "0000:03:00.0 ", "0000:-0:00.0", "0000:+3:00.0", "00000:03:00.0", "vhost-user:", "vhost-user:/run/a.sock,fast",
        "vhost-user:/run/a.sock,queues=0",
    ])
    func allElseIsRefusedInASentence(_ text: String) {
        #expect { try DeviceAddress(text) } throws: { error in
            guard let error = error as? ValidationError else { return false }
            return error.message.hasSuffix(".") && !error.message.contains("\n") && error.message.contains("'")
        }
    }
}

@Suite struct IPAddressTests {
    @Test func knownAnswers() {
        #expect(IPAddress("192.0.2.255")?.bytes == [192, 0, 2, 255])
        #expect(IPAddress("::")?.bytes == [UInt8](repeating: 0, count: 16))
        #expect(IPAddress("2001:DB8::8:800:200c:417A")?.bytes
            == [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 8, 8, 0, 0x20, 0x0C, 0x41, 0x7A])
        #expect(IPAddress("::ffff:129.144.52.38")?.bytes
            == [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 129, 144, 52, 38])
        #expect(IPAddress("fe80::")?.isIPv6 == true)
        #expect(IPAddress("1.2.3.4")?.isIPv6 == false)
    }

    /// The same texts are addresses as for the C library, with the same bytes.
    @Test func sameAsTheCLibrary() throws {
        var chance = Chance(state: 5)
        var texts = [
            "", ".", ":", "::", ":::", "1", "1.2.3", "1.2.3.4", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.004",
            "1.2.3.", ".1.2.3", "1..2.3", "+1.2.3.4", "-0.2.3.4", "1.2.3.4 ", " 1.2.3.4", "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::3:4:5:6:7:8",
            "1:2:3:4::5:6:7:8", "1::2::3", "::1:", ":1::", "1:::2", "12345::", "::g", "::-1", "::+1", "1.2.3.4::",
            "::1.2.3.4", "::1.2.3.4:5", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3", "::1.2.3.400",
            "::01.2.3.4", "::ffff:1.2.3.4", "fe80::1%lo", "FE80::aBcD", "::00001", "::0001",
        ]
        for seed in texts + texts + texts + texts where !seed.isEmpty {
            for _ in 0..<10 {
                var text = Array(seed)
                for _ in 0..<Int.random(in: 1...3, using: &chance) {
                    let place = Int.random(in: 0...text.count, using: &chance)
                    let letter = "0123456789abF:::...".randomElement(using: &chance)!
                    if Bool.random(using: &chance) || place == text.count {
                        text.insert(letter, at: place)
                    } else {
                        text[place] = letter
                    }
                }
                texts.append(String(text))
            }
        }
        let script = """
            use Socket qw(inet_pton AF_INET AF_INET6);
            for (@ARGV) { my $b = inet_pton(/:/ ? AF_INET6 : AF_INET, $_); print defined $b ? unpack("H*", $b) : "-", "\\n" }
            """
        let theirs = try Tool("perl", package: "perl")(["-e", script, "--"] + texts)
            .split(separator: "\n").map { String($0) }
        let ours = texts.map { text in IPAddress(text).map { hex($0.bytes) } ?? "-" }
        #expect(theirs.count == ours.count)
        #expect(ours.filter { $0 != "-" }.count > 100)
        for (text, (our, their)) in zip(texts, zip(ours, theirs)) { #expect(our == their, "\(text)") }
    }

    @Test func theKindIsChecked() throws {
        #expect(try IPAddress.v4("10.0.0.1").bytes == [10, 0, 0, 1])
        #expect(try IPAddress.v6("::1").bytes.last == 1)
        #expect(try IPAddress.any("::1").isIPv6)
        #expect(throws: ValidationError.self) { try IPAddress.v4("::1") }
        #expect(throws: ValidationError.self) { try IPAddress.v6("10.0.0.1") }
        #expect(throws: ValidationError.self) { try IPAddress.any("ten") }
    }

    @Test func macAddresses() throws {
        #expect(try MACAddress.parse("02:00:aB:0c:dE:ff") == MACAddress(2, 0, 0xAB, 0x0C, 0xDE, 0xFF))
        let refused = [
            "", "02:00:00:00:00", "02:00:00:00:00:01:02", "2:0:0:0:0:1", "02-00-00-00-00-01", "+1:00:00:00:00:01",
            "-0:00:00:00:00:01", "02:00:00:00:00:0g",
        ]
        for text in refused {
            #expect(throws: ValidationError.self, "\(text)") { try MACAddress.parse(text) }
        }
    }
}
