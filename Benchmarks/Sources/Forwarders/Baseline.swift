import Glibc
import Ixy
import IxyModels

/// The forwarder in C (`Benchmarks/C/library`), on the same model.
///
/// The ports are started by our own start-up, with the rings of the C code in place of ours; from then on only the C code
/// runs. It sees its memory and the tail registers through mappings of its own.
public class Baseline: Contestant {
    public class var name: String { "c" }
    class var libraryName: String { "libc_forwarder.so" }
    public let setting: Setting
    public let bench: Bench
    private var left: Device
    private var right: Device
    private let leftPair: ForwarderPair
    private let rightPair: ForwarderPair

    public convenience init(_ setting: Setting) throws { try self.init(setting, reportEvery: 1) }

    init(_ setting: Setting, reportEvery: Int) throws {
        self.setting = setting
        bench = try Bench(setting)
        let library = try ForwarderLibrary(Self.libraryName, setting)
        leftPair = try ForwarderPair(library, setting, bench.left, reportEvery: reportEvery)
        rightPair = try ForwarderPair(library, setting, bench.right, reportEvery: reportEvery)
        left = try leftPair.start(setting)
        right = try rightPair.start(setting)
    }

    public func forward(wanted: Int, rounds: Int) -> Int {
        // Sound: both pairs were made by this library, and live as long as this value.
        let moved = unsafe Int(
            leftPair.library.forwardBothWays(
                leftPair.pair, rightPair.pair, UInt32(setting.batch), UInt64(wanted), UInt64(rounds)))
        bench.forwarded += moved
        return moved
    }

    public func stop() throws {
        try bench.check("C")
        try left.stop()
        try right.stop()
    }
}

/// The same design as one loop, without a boundary between app, driver and pool.
public class InlinedBaseline: Baseline {
    override public class var name: String { "c_inlined" }
    override class var libraryName: String { "libinlined_forwarder.so" }
}

/// That loop with a report on every 32nd descriptor only.
public final class SparseBaseline: InlinedBaseline {
    override public class var name: String { "c_sparse" }

    public convenience init(_ setting: Setting) throws { try self.init(setting, reportEvery: 32) }
}
