import ForeignPort
import Glibc
import Ixy
import IxyModels

/// The C code's functions.
@safe
struct ForwarderLibrary {
    typealias Create = @convention(c) (UnsafeMutableRawPointer, UInt64, UInt32, UInt32, UInt32, UInt32) -> OpaquePointer
    typealias Connect = @convention(c) (OpaquePointer, UnsafeMutableRawPointer, UnsafeMutableRawPointer) -> Void
    typealias Size = @convention(c) (UInt32, UInt32, UInt32) -> UInt64
    typealias Offset = @convention(c) (UInt32) -> UInt64
    typealias BothWays = @convention(c) (OpaquePointer, OpaquePointer, UInt32, UInt64, UInt64) -> UInt64
    typealias Destroy = @convention(c) (OpaquePointer) -> Void

    let create: Create
    let connect: Connect
    let size: Size
    let transmitRing: Offset
    let forwardBothWays: BothWays
    let destroy: Destroy

    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    /// Loads the library of this name from the folder that `FORWARDERS` names; its buffers hold the frames of `setting`.
    init(_ name: String, _ setting: Setting) throws {
        // Sound: the types above are those of forwarder.h, and nobody changes the environment meanwhile.
        guard let folder = unsafe getenv("FORWARDERS").map({ unsafe String(cString: $0) }) else {
            throw Missing(description: "FORWARDERS does not name the folder of the libraries; scripts/bench builds them")
        }
        let path = setting.isJumbo ? "\(folder)/jumbo/\(name)" : "\(folder)/\(name)"
        guard let handle = unsafe dlopen(path, RTLD_NOW) else { throw Missing(description: "\(path) cannot be loaded") }
        func symbol<Function>(_ name: String, _: Function.Type) throws -> Function {
            guard let place = unsafe dlsym(handle, name) else { throw Missing(description: "\(path) has no \(name)") }
            return unsafe unsafeBitCast(place, to: Function.self)
        }
        unsafe create = try symbol("queue_pair_create", Create.self)
        unsafe connect = try symbol("queue_pair_connect", Connect.self)
        size = try symbol("queue_pair_size", Size.self)
        transmitRing = try symbol("queue_pair_transmit_ring", Offset.self)
        unsafe forwardBothWays = try symbol("forward_both_ways", BothWays.self)
        unsafe destroy = try symbol("queue_pair_destroy", Destroy.self)
    }
}

/// The queues of one port in C, with their memory.
@safe
final class ForwarderPair {
    let pair: OpaquePointer
    let library: ForwarderLibrary
    private let port: ForeignPort
    private let transmitRing: UInt64

    init(_ library: ForwarderLibrary, _ setting: Setting, _ card: ModelNIC, reportEvery: Int) throws {
        self.library = library
        let ring = UInt32(setting.ring)
        // As many buffers as our driver's pool has.
        let buffers = ring * 2 + 1024
        let size = Int(library.size(ring, ring, buffers))
        port = try ForeignPort(card, count: size, usesHugePages: setting.hugePages)
        transmitRing = library.transmitRing(ring)
        // Sound: the C code stays within the memory that it has asked for, and within the page of doorbells.
        let place = unsafe try mapAgain(port.memory)
        unsafe pair = library.create(place, port.address, ring, ring, buffers, UInt32(reportEvery))
        let doorbells = unsafe try mapAgain(port.doorbells)
        unsafe library.connect(pair, doorbells + ForeignPort.receiveTail, doorbells + ForeignPort.transmitTail)
    }

    // Sound: made in `init`, and ended only here.
    deinit { unsafe library.destroy(pair) }

    /// Starts the port with these rings.
    func start(_ setting: Setting) throws -> Device { try port.start(transmitRing: transmitRing, settings: setting.device) }
}

/// A second mapping of `memory`, for the C code, until the process ends.
private func mapAgain(_ memory: ForeignPort.Memory) throws -> UnsafeMutableRawPointer {
    let flags = MAP_SHARED | MAP_POPULATE
    // Sound: no fixed address is asked for, so no existing mapping can be replaced.
    let place = unsafe mmap(nil, memory.count, PROT_READ | PROT_WRITE, flags, memory.descriptor, 0)
    guard let place = unsafe place, unsafe place != MAP_FAILED else {
        throw ForwarderLibrary.Missing(description: "mmap of \(memory.count) bytes failed")
    }
    return unsafe place
}
