extension VirtIO {
    /// The features on which driver and device have agreed.
    struct Agreement: Sendable, Equatable {
        let features: Features
        let isLegacy: Bool

        var isPacked: Bool { features.contains(.packedRing) }
        var isMergeable: Bool { features.contains(.mergeableBuffers) }
        /// Buffers come back in the order in which they were given. (VirtIO 1.2 §6)
        var isInOrder: Bool { features.contains(.inOrder) }
        /// A frame in several buffers fills all but the last one. (VirtIO 1.2 §5.1.6.4.1)
        var fillsBuffers: Bool { features.contains(.version1) }
        var usesEvents: Bool { features.contains(.eventIndex) }
        /// The header has a number of buffers at its end. (VirtIO 1.2 §5.1.6.1)
        var hasLongHeader: Bool { !features.isDisjoint(with: [.version1, .mergeableBuffers]) }
        /// The device wants the header in a descriptor of its own. (VirtIO 1.2 §2.7.4.3)
        var splitsHeader: Bool { features.isDisjoint(with: [.version1, .anyLayout]) }

        /// The work that driver and device leave to each other; nil if none.
        var offloads: OffloadRules? { features.contains(.guestChecksum) ? OffloadRules(features: features) : nil }

        private static let offloads: Features = [
            .checksum, .guestChecksum, .guestTSO4, .guestTSO6, .hostTSO4, .hostTSO6,
        ]

        /// All that the driver can make use of.
        private static let known: Features = [
            .version1, .anyLayout, .packedRing, .mergeableBuffers, .eventIndex, .macAddress, .status, .mtu,
            .controlQueue, .controlReceive, .controlMACAddress, .multiqueue, .accessPlatform, .orderPlatform, .inOrder,
        ]

        /// Chooses out of what a device offers.
        ///
        /// - Throws: `.missingFeature` for what the settings ask for and the device does not have.
        static func choose(
            from offered: Features, settings: DeviceSettings, isLegacy: Bool, device: String
        ) throws(IxyError) -> Agreement {
            var features = offered.intersection(settings.usesOffloads ? known.union(offloads) : known)
            if isLegacy { features.formIntersection(Features(rawValue: 0xFFFF_FFFF)) }
            // The packed layout came with version 1.
            if !features.contains(.version1) { features.remove(.packedRing) }
            switch settings.virtqueues {
            case .automatic: break
            case .split: features.remove(.packedRing)
            case .packed:
                guard features.contains(.packedRing) else {
                    throw .missingFeature(
                        device: device, feature: "packed virtqueues (VIRTIO_F_RING_PACKED, 34)",
                        remedy: "leave out the option packed, or turn it on in the device, as with QEMU's packed=on")
                }
            }
            // Without interrupts it would cost a look at one more cache line a batch.
            if !settings.usesInterrupts { features.remove(.eventIndex) }
            if !settings.usesMergeableBuffers { features.remove(.mergeableBuffers) }
            if settings.queues > 1, !features.contains(.multiqueue) {
                throw .missingFeature(
                    device: device, feature: "several queue pairs (VIRTIO_NET_F_MQ, 22)",
                    remedy: "use one queue, or give the device more")
            }
            // Without the queue its commands are nothing. (VirtIO 1.2 §5.1.3.1)
            if !features.contains(.controlQueue) { features.subtract([.controlReceive, .controlMACAddress]) }
            // A large segment needs a place; the specification's other one is buffers of 64 KiB. (VirtIO 1.2 §5.1.6.3.1)
            if !features.contains(.mergeableBuffers) { features.subtract([.guestTSO4, .guestTSO6]) }
            let agreement = Agreement(features: features, isLegacy: isLegacy)
            if settings.usesOffloads { try agreement.checkOffloads(device) }
            return agreement
        }
    }
}

extension VirtIO.Agreement {
    /// - Throws: `.missingFeature` if the device has no offloads, or none that the driver can make use of.
    private func checkOffloads(_ device: String) throws(IxyError) {
        guard features.isSuperset(of: [.checksum, .guestChecksum]) else {
            throw .missingFeature(
                device: device, feature: "checksum offload (VIRTIO_NET_F_CSUM, 0, and VIRTIO_NET_F_GUEST_CSUM, 1)",
                remedy: "leave out --offload, or turn it on in the device, as QEMU does with a tap")
        }
        guard hasLongHeader, !splitsHeader else {
            throw .missingFeature(
                device: device,
                feature: "frames as offloads need them (VIRTIO_NET_F_MRG_RXBUF, 15, and VIRTIO_F_ANY_LAYOUT, 27, or version 1)",
                remedy: "leave out --offload, or turn these on in the device")
        }
    }
}
