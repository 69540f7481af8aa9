import Ixy
import IxyModels

/// The plan of one round, all of it after its seed.
struct Plan: Sendable {
    /// How the device treats its driver.
    enum Manner: String, Sendable {
        /// It tells the truth: the driver does nothing wrong, and the packets flow.
        case honest
        /// One lie of a kind that no driver can miss.
        case plain
        /// Whatever it can.
        case wild
    }

    let manner: Manner
    var options = ModelVirtIO.Options()
    var settings = DeviceSettings()
    /// It lies while the driver starts.
    let liesAtStart: Bool
    /// It works beside the driver, so that words change between two looks at them.
    let isBeside: Bool
    let writesWords: Bool
    /// The device lies about its reset, or is gone at the end: then its driver has to keep the memory for good.
    let mayKeepMemory: Bool

    init(_ chance: inout Chance) {
        manner = chance.once(in: 8) ? .honest : chance.once(in: 4) ? .plain : .wild
        let isWild = manner == .wild
        liesAtStart = isWild && chance.once(in: 3)
        isBeside = isWild && chance.once(in: 4)
        writesWords = isWild && chance.once(in: 2)
        mayKeepMemory = isWild && chance.once(in: 256)

        let size = 1 << chance.number(1...8)
        options.queueSize = size
        options.queuePairs = chance.number(1...3)
        options.isScrambled = chance.once(in: 3)
        options.waitsForKicks = chance.once(in: 3)
        options.startsPromiscuous = chance.once(in: 2)
        options.spreads = chance.once(in: 2) ? .flow : .frame
        options.mtu = chance.once(in: 4) ? chance.number(68...9216) : 1500
        switch chance.number(0...2) {
        case 0: options.features.insert(.packedRing)
        case 1:
            options.isLegacy = true
            if chance.once(in: 2) { options.features.remove(.anyLayout) }
        default: break
        }
        for feature in [VirtIO.Features.mergeableBuffers, .eventIndex, .macAddress, .status, .mtu, .controlMACAddress]
        where chance.once(in: 6) {
            options.features.remove(feature)
        }
        if chance.once(in: 6) {
            options.features.subtract([.controlQueue, .controlReceive, .controlMACAddress, .multiqueue])
            options.queuePairs = 1
        }
        if chance.once(in: 4) { options.features.insert(.inOrder) }
        // Without any layout a command takes up to four descriptors.
        if options.isLegacy, size < 4, !options.features.contains(.anyLayout) {
            options.features.subtract([.controlQueue, .controlReceive, .controlMACAddress, .multiqueue])
            options.queuePairs = 1
        }
        settings.queues = chance.number(1...options.queuePairs)
        settings.receiveRing = 1 << chance.number(1...8)
        settings.transmitRing = 1 << chance.number(1...8)
        // For both rings, what an app holds, and what waits on its way between pool and queues.
        settings.poolCapacity = 2 * max(size, settings.receiveRing, settings.transmitRing) + chance.number(150...400)
        settings.usesInterrupts = chance.once(in: 3)
        settings.usesMergeableBuffers = !chance.once(in: 3)
        settings.isPromiscuous = chance.once(in: 2)
    }

    /// The longest frame that a device with these options can deliver; in a plain round all frames fit in one buffer, as
    /// a lie about the later ones of several means something else.
    var longestFrame: Int {
        let wire = options.features.contains(.mtu) ? min(9216, options.mtu + 14) : 1514
        guard manner != .plain else { return min(1514, wire) }
        // A frame longer than all of a ring's buffers together, of 2048 bytes with their headroom, would wait for ever.
        return isMergeable ? min(wire, receiveBuffers * 2016) : wire
    }

    /// Buffers in a receive queue. A legacy device says how long it is, and may want a descriptor for each header.
    private var receiveBuffers: Int {
        guard options.isLegacy else { return min(settings.receiveRing, options.queueSize) }
        return options.features.contains(.anyLayout) ? options.queueSize : options.queueSize / 2
    }

    var isMergeable: Bool {
        settings.usesMergeableBuffers && options.features.contains(.mergeableBuffers)
    }

    /// Kinds that a driver which only receives cannot miss. How many buffers a frame has matters to it only in a full one,
    /// unless the device is a legacy one.
    var plainKinds: [Lies.Kind] {
        [.idOutOfRange, .lengthZero, .lengthShort, .lengthHuge]
            + (isMergeable && options.isLegacy ? [.bufferCountHuge] : [])
    }

    /// Lies of a wild device, from now on.
    func wildLies(_ chance: inout Chance, afterFrames: Int) -> Lies {
        // After these the driver waits in vain, which takes a second.
        let slow: Set<Lies.Kind> = [.deaf, .commandsIgnored, .commandsMumbled]
        let allows = chance.once(in: 16)
        let kinds = Lies.Kind.allCases.filter { kind in
            (allows || !slow.contains(kind)) && (mayKeepMemory || kind != .resetNeverEnds)
        }
        var lies = Lies((0..<chance.number(1...5)).map { _ in chance.one(of: kinds) })
        if chance.once(in: 4) { lies.kinds = Lies.Kind.aboutQueues }
        lies.after = chance.once(in: 2) ? 0 : afterFrames + chance.number(0...300)
        lies.every = chance.number(1...8)
        lies.limit = chance.once(in: 2) ? chance.number(1...4) : .max
        lies.includesControlQueue = chance.once(in: 4)
        lies.seed = chance.next()
        return lies
    }
}

extension Plan: CustomStringConvertible {
    var description: String {
        let layout = options.isLegacy ? "legacy" : options.features.contains(.packedRing) ? "packed" : "split"
        return "\(manner.rawValue) \(layout) device, \(settings.queues) of \(options.queuePairs) pairs, queues of "
            + "\(options.queueSize), rings of \(settings.receiveRing) and \(settings.transmitRing), MTU \(options.mtu)"
            + (isMergeable ? ", mergeable" : "") + (options.features.contains(.inOrder) ? ", in order" : "")
            + (options.isScrambled ? ", scrambled" : "")
            + (options.waitsForKicks ? ", waits for kicks" : "") + (settings.usesInterrupts ? ", interrupts" : "")
            + (liesAtStart ? ", lies at the start" : "") + (isBeside ? ", beside its driver" : "")
            + (writesWords ? ", writes any words" : "") + ", features 0x" + String(options.features.rawValue, radix: 16)
    }
}
