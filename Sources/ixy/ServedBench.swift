import Ixy
import IxyHardware
import IxyModels

/// The devices that a command serves, and the threads that run them.
///
/// If it is dropped without `finish()`, because the command has failed, its files are closed all the same, and those that
/// hold nothing are removed.
struct ServedBench: ~Copyable {
    private struct Served {
        let name: String
        let model: ModelVirtIO
        let backend: VhostUserBackend
    }

    private var served: [Served] = []
    private var thread: ModelThread?
    private var files = ModelFiles()

    /// Makes the device that `address` describes, plugs in its files, and lets it run.
    mutating func add(_ address: ServedAddress) throws {
        // A driver's memory is its device's alone.
        let model = try ModelVirtIO(space: IOAddressSpace(), address.options)
        // Frames wait for the driver, as a recording can.
        model.setLossless(true)
        model.attach(
            source: try files.source(recording: address.input, generates: address.generates),
            sink: try files.sink(address.output))
        let backend: VhostUserBackend
        do {
            backend = try VhostUserBackend(
                model, path: address.path, isServer: !address.isClient,
                allowsUnsealed: address.allowsUnsealed)
        } catch {
            throw IxyError.invalidSetting("\(address.path) cannot be served: \(error.problem)", remedy: error.remedy)
        }
        served.append(Served(name: address.path, model: model, backend: backend))
        if let thread { thread.add(model) } else { thread = ModelThread([model]) }
        backend.run()
    }

    /// Whether each device has had a driver, and has none now.
    var isDone: Bool { served.allSatisfy { $0.backend.sessions > 0 && !$0.backend.isConnected } }

    /// Ends all sessions and closes the files.
    ///
    /// - Throws: what went wrong with a file at any time.
    mutating func finish() throws -> [ServedReport] {
        for device in served { device.backend.stop() }
        thread?.stop()
        thread = nil
        let reports = served.map { device in
            ServedReport(
                name: device.name, counters: device.model.counters, drivers: device.backend.sessions,
                faults: device.model.violations.map { "\($0)" } + device.backend.problems.map { "\($0)" })
        }
        served = []
        try files.finish()
        return reports
    }

    deinit {
        for device in served { device.backend.stop() }
        thread?.stop()
        files.abandon()
    }
}
