import Testing

@testable import ixy

@Suite struct ServedAddressTests {
    /// Nobody is trusted who is not said to be.
    @Test func memoryHasToBeSealedUnlessTheAddressSaysOtherwise() throws {
        #expect(try !ServedAddress("/tmp/a.sock").allowsUnsealed)
        #expect(try ServedAddress("/tmp/a.sock,queues=2,unsealed").allowsUnsealed)
    }

    @Test(arguments: ["/tmp/a.sock,unsealed=on", "/tmp/a.sock,unsealed,unsealed", "/tmp/a.sock,sealed", ",unsealed"])
    func anythingElseIsRefused(text: String) {
        #expect(throws: (any Error).self) { _ = try ServedAddress(text) }
    }
}
