import Ixy
import IxyModels

/// The files that modelled devices take their frames from and write them to.
struct ModelFiles: ~Copyable {
    private var sources: [CaptureSource] = []
    private var sinks: [CaptureSink] = []

    /// Opens the source of a device's frames: a recording, made-up frames, or none.
    mutating func source(recording: String?, generates: Bool) throws -> (any FrameSource)? {
        guard let recording else { return generates ? SequenceSource(count: .max) : nil }
        let source = try CaptureSource(path: recording)
        sources.append(source)
        return source
    }

    /// Opens the sink for a device's frames; nil without a path.
    mutating func sink(_ path: String?) throws -> (any FrameSink)? {
        guard let path else { return nil }
        let sink = try CaptureSink(path: path)
        sinks.append(sink)
        return sink
    }

    /// Closes the files, when no device uses them any more.
    ///
    /// - Throws: what went wrong with a file at any time.
    mutating func finish() throws {
        var failures: [any Error] = []
        for sink in sinks {
            do { try sink.finish() } catch { failures.append(error) }
        }
        sinks = []
        for source in sources {
            do { try source.check() } catch { failures.append(error) }
        }
        if let first = failures.first { throw first }
    }

    /// Closes the files of a command that has failed, and removes those that hold nothing.
    func abandon() {
        for sink in sinks { sink.abandon() }
    }
}
