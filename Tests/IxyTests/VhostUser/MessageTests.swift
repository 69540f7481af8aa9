import Testing

@testable import Ixy

/// The protocol's messages against bytes made by hand from its specification.
@Suite struct VhostUserMessageTests {
    typealias Request = VhostUser.Request

    static let region = VhostUser.Region(
        guestAddress: 0x1122_3344_5566_7788, count: 0x1000, userAddress: 0x99, fileOffset: 0x2000)
    static let requests: [(Request, UInt32, [UInt8], Int)] = [
        (.getFeatures, 1, [], 0),
        (.setFeatures(0x0123_4567_89AB_CDEF), 2, [0xEF, 0xCD, 0xAB, 0x89, 0x67, 0x45, 0x23, 0x01], 0),
        (.setOwner, 3, [], 0),
        (.resetOwner, 4, [], 0),
        (.setMemoryTable([region]), 5,
            [1, 0, 0, 0, 0, 0, 0, 0] + [0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11]
                + [0, 0x10, 0, 0, 0, 0, 0, 0] + [0x99, 0, 0, 0, 0, 0, 0, 0] + [0, 0x20, 0, 0, 0, 0, 0, 0], 1),
        (.setVringSize(vring: 3, count: 256), 8, [3, 0, 0, 0, 0, 1, 0, 0], 0),
        (.setVringAddress(VhostUser.VringAddress(vring: 1, descriptors: 0x1000, deviceArea: 0x2000, driverArea: 0x3000)),
            9, [1, 0, 0, 0, 0, 0, 0, 0] + [0, 0x10, 0, 0, 0, 0, 0, 0] + [0, 0x20, 0, 0, 0, 0, 0, 0]
                + [0, 0x30, 0, 0, 0, 0, 0, 0] + [0, 0, 0, 0, 0, 0, 0, 0], 0),
        (.setVringBase(vring: 2, base: 0x8000_8001), 10, [2, 0, 0, 0, 1, 0x80, 0, 0x80], 0),
        (.getVringBase(vring: 2), 11, [2, 0, 0, 0, 0, 0, 0, 0], 0),
        (.setVringFile(.kick, vring: 255, isPassed: true), 12, [255, 0, 0, 0, 0, 0, 0, 0], 1),
        (.setVringFile(.kick, vring: 4, isPassed: false), 12, [4, 1, 0, 0, 0, 0, 0, 0], 0),
        (.setVringFile(.call, vring: 4, isPassed: true), 13, [4, 0, 0, 0, 0, 0, 0, 0], 1),
        (.setVringFile(.error, vring: 4, isPassed: true), 14, [4, 0, 0, 0, 0, 0, 0, 0], 1),
        (.getProtocolFeatures, 15, [], 0),
        (.setProtocolFeatures([.multiqueue, .acknowledgements, .status]), 16, [9, 0, 1, 0, 0, 0, 0, 0], 0),
        (.getQueuePairs, 17, [], 0),
        (.enableVring(vring: 1, isOn: true), 18, [1, 0, 0, 0, 1, 0, 0, 0], 0),
        (.getConfiguration(offset: 6, count: 2), 24, [6, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0),
        (.setStatus([.acknowledge, .driver, .featuresOK]), 39, [11, 0, 0, 0, 0, 0, 0, 0], 0),
        (.getStatus, 40, [], 0),
    ]

    @Test(arguments: requests.indices)
    func requestsAreWhatTheSpecificationSays(index: Int) throws {
        let (request, code, payload, files) = Self.requests[index]
        #expect(request.code.rawValue == code)
        #expect(request.payload == payload)
        #expect(try Request(code: code, payload: payload, files: files) == request)
    }

    @Test(arguments: requests.indices)
    func requestsOfAnotherLengthOrWithOtherFilesAreRefused(index: Int) {
        let (_, code, payload, files) = Self.requests[index]
        #expect(throws: VhostUserError.self) { try Request(code: code, payload: payload + [0], files: files) }
        #expect(throws: VhostUserError.self) { try Request(code: code, payload: payload, files: files + 1) }
        if !payload.isEmpty {
            #expect(throws: VhostUserError.self) { try Request(code: code, payload: payload.dropLast(), files: files) }
        }
        if files > 0 {
            #expect(throws: VhostUserError.self) { try Request(code: code, payload: payload, files: 0) }
        }
    }

    @Test func fieldsThatCannotBeAreRefused() {
        func refuses(_ code: UInt32, _ payload: [UInt8], files: Int = 0) -> Bool {
            (try? Request(code: code, payload: payload, files: files)) == nil
        }
        let nine = [9, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 1, count: 9 * 32)
        #expect(refuses(5, nine, files: 9), "nine regions")
        let region = [1, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0xFF, count: 8) + [0, 0x10, 0, 0, 0, 0, 0, 0]
        #expect(refuses(5, region + [UInt8](repeating: 0, count: 16), files: 1), "a region that wraps around")
        #expect(refuses(5, [1] + [UInt8](repeating: 0, count: 39), files: 1), "an empty region")
        #expect(refuses(8, [0, 1, 0, 0, 0, 1, 0, 0]), "vring 256")
        #expect(refuses(8, [0, 0, 0, 0, 0, 0, 0, 0]), "no descriptors")
        #expect(refuses(8, [0, 0, 0, 0, 1, 0x80, 0, 0]), "32769 descriptors")
        #expect(refuses(9, [0, 0, 0, 0, 1, 0, 0, 0] + [UInt8](repeating: 0, count: 32)), "logging")
        #expect(refuses(12, [0, 2, 0, 0, 0, 0, 0, 0]), "reserved bits")
        #expect(refuses(18, [0, 0, 0, 0, 2, 0, 0, 0]), "neither on nor off")
        #expect(refuses(24, [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), "configuration from 256 on")
        #expect(refuses(39, [0, 1, 0, 0, 0, 0, 0, 0]), "a status of nine bits")
        #expect(refuses(6, []), "a message that was not negotiated")
    }

    @Test func repliesAreTakenOnlyAsAnswersToWhatWasAsked() throws {
        func reply(_ request: Request, _ payload: [UInt8]) -> VhostUser.Reply? {
            try? VhostUser.Reply(to: request, payload: payload)
        }
        #expect(reply(.getFeatures, [1, 2, 0, 0, 0, 0, 0, 0]) == .word(0x201))
        #expect(reply(.getFeatures, [1, 2, 0, 0]) == nil)
        #expect(reply(.getVringBase(vring: 1), [1, 0, 0, 0, 7, 0, 0, 0]) == .vringBase(vring: 1, base: 7))
        #expect(reply(.getVringBase(vring: 1), [2, 0, 0, 0, 7, 0, 0, 0]) == nil)
        let configuration = Request.getConfiguration(offset: 10, count: 2)
        let answer = reply(configuration, [10, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 5, 6])
        #expect(answer == .configuration(offset: 10, bytes: [5, 6]))
        #expect(reply(configuration, [11, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 5, 6]) == nil)
        #expect(reply(configuration, [10, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5]) == nil)
        #expect(reply(configuration, [10, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 5]) == nil)
        #expect(reply(configuration, []) == .noConfiguration)
        let answers: [(Request, VhostUser.Reply)] = [
            (.getFeatures, .word(1 << 40)), (.getVringBase(vring: 3), .vringBase(vring: 3, base: 9)),
            (configuration, .configuration(offset: 10, bytes: [1, 2])), (configuration, .noConfiguration),
        ]
        for (request, answer) in answers {
            #expect(try VhostUser.Reply(to: request, payload: answer.payload) == answer)
        }
    }
}

@Suite struct VhostUserSettingsTests {
    @Test func anAddressIsParsed() throws {
        var expected = VhostUserSettings(path: "/run/a.sock")
        #expect(try VhostUserSettings(parsing: "vhost-user:/run/a.sock") == expected)
        expected.isServer = true
        expected.queues = 2
        expected.isPacked = true
        expected.isMergeable = false
        expected.isInOrder = false
        #expect(try VhostUserSettings(
            parsing: "vhost-user:/run/a.sock,packed,queues=2,server,mergeable=off,in-order=off") == expected)
    }

    @Test(arguments: [
        "vhost-user:", "vhost-user:,server", "/run/a", "vhost-user:/run/a,colour", "vhost-user:/run/a,queues=0",
        "vhost-user:/run/a,queues=129", "vhost-user:/run/a,queues=", "vhost-user:/run/a,mergeable=maybe",
        "vhost-user:/run/a,server=on=off", "vhost-user:/run/a,",
    ])
    func anAddressThatMakesNoSenseIsRefusedInASentence(text: String) throws {
        let error = try #require(throws: IxyError.self) { _ = try VhostUserSettings(parsing: text) }
        #expect(error.description.contains("'"))
        #expect(error.description.contains("; "))
    }
}
