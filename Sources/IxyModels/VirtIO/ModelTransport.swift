public import Ixy
package import IxyHardware
import IxySystem

/// The way to a modelled device in the same process.
package struct ModelTransport: VirtIO.Transport, ~Copyable {
    private let device: ModelVirtIO

    package init(_ device: ModelVirtIO) {
        self.device = device
    }

    package var name: String { "VirtIO (model)" }
    package var isLegacy: Bool { device.options.isLegacy }

    /// How long something is waited for. A model answers at once or never.
    private static let patience = Duration.milliseconds(20)

    private func present() throws(IxyError) {
        guard device.isPresent else { throw .gone(device: name) }
    }

    private func late(_ what: String, _ section: String) -> IxyError {
        .timeout(device: name, waitedFor: what, milliseconds: 20, section: "VirtIO 1.2 §\(section)")
    }

    package mutating func reset() throws(IxyError) {
        try present()
        device.control { $0.setStatus([]) }
        let end = ContinuousClock.now.advanced(by: ModelTransport.patience)
        while !device.control({ $0.shownStatus }).isEmpty {
            guard ContinuousClock.now < end else { throw late("the end of the reset", "2.4.2") }
        }
    }

    package mutating func status() throws(IxyError) -> VirtIO.Status {
        try present()
        return device.control { $0.shownStatus }
    }

    package mutating func add(_ status: VirtIO.Status) throws(IxyError) {
        try present()
        device.control { $0.setStatus($0.status.union(status)) }
    }

    package mutating func offeredFeatures() throws(IxyError) -> VirtIO.Features {
        try present()
        return device.control { $0.showFeatures() }
    }

    package mutating func accept(_ features: VirtIO.Features) throws(IxyError) {
        try present()
        device.control { $0.accept(features) }
    }

    package mutating func configuration(at offset: Int, count: Int) throws(IxyError) -> [UInt8]? {
        try present()
        for _ in 0..<100 {
            let before = device.control { $0.generation }
            let bytes = device.control { $0.showConfiguration(at: offset, count: count) }
            if device.control({ $0.generation }) == before { return bytes }
        }
        throw late("a configuration that stays as it is", "2.5.1")
    }

    package mutating func setConfiguration(_ bytes: [UInt8], at offset: Int) throws(IxyError) {
        try present()
        device.control { $0.writeConfiguration(bytes, at: offset) }
    }

    package mutating func largestQueue(_ index: Int) throws(IxyError) -> Int {
        try present()
        return device.control { $0.shownSize(index) }
    }

    package mutating func configure(_ index: Int, _ layout: VirtIO.QueueAddresses) throws(IxyError) {
        try present()
        device.control { $0.configure(index, layout.layout) }
    }

    package mutating func notifier(_ index: Int) throws(IxyError) -> Notifier {
        Notifier(event: try duplicate(index, of: device.control { $0.kicks }))
    }

    package mutating func interrupt(_ index: Int) throws(IxyError) -> FileDescriptor? {
        try duplicate(index, of: device.control { $0.interrupts })
    }

    private func duplicate(_ index: Int, of files: [EventFile]) throws(IxyError) -> FileDescriptor {
        guard files.indices.contains(index) else {
            throw .missingFeature(device: name, feature: "a queue \(index)", remedy: "use fewer queues")
        }
        do { return try files[index].duplicate() } catch { throw .hardware(error) }
    }

    package mutating func isPresent() -> Bool { device.isPresent }
    package mutating func reconnect() throws(IxyError) -> Bool { device.isPresent }
}

extension Device {
    /// Starts the VirtIO driver on a modelled device.
    public static func open(
        _ device: ModelVirtIO, address: String, settings: DeviceSettings = DeviceSettings()
    ) throws(IxyError) -> Device {
        try VirtIO.start(
            ModelTransport(device), address: address, settings: settings, mapper: device.space, needsHugePages: false)
    }
}
