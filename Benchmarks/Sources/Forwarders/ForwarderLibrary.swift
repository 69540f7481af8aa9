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
    private let memory: DMAMemory
    private let rings: RedirectedRegisters.Rings

    init(_ library: ForwarderLibrary, _ setting: Setting, _ card: ModelNIC, reportEvery: Int) throws {
        self.library = library
        let ring = UInt32(setting.ring)
        // As many buffers as our driver's pool has.
        let buffers = ring * 2 + 1024
        let size = Int(library.size(ring, ring, buffers))
        memory = try DMAMemory(count: size, pages: setting.hugePages ? .huge2MiB : .small, mapper: card.space)
        let bus = memory.pageAddresses[0]
        // Sound: the C code stays within the memory that it has asked for, and within the page of doorbells.
        let place = unsafe try mapAgain(memory.memory)
        unsafe pair = library.create(place, bus, ring, ring, buffers, UInt32(reportEvery))
        let doorbells = unsafe try mapAgain(card.doorbells)
        unsafe library.connect(
            pair, doorbells + IXGBERegisters.RDT.offset(0), doorbells + IXGBERegisters.TDT.offset(0))
        rings = RedirectedRegisters.Rings(receive: bus, transmit: bus + library.transmitRing(ring))
    }

    // Sound: made in `init`, and ended only here.
    deinit { unsafe library.destroy(pair) }

    /// Starts the port with these rings.
    func start(_ card: ModelNIC, _ setting: Setting) throws -> Device {
        return try IXGBE.start(
            RedirectedRegisters(bus: ModelRegisters(card), rings: rings), name: "C", address: "C", settings: setting.device,
            mapper: card.space, needsHugePages: false)
    }
}

/// A second mapping of `memory`, for the C code, until the process ends.
private func mapAgain(_ memory: MappedMemory) throws -> UnsafeMutableRawPointer {
    let flags = MAP_SHARED | MAP_POPULATE
    // Sound: no fixed address is asked for, so no existing mapping can be replaced.
    let place = unsafe mmap(nil, memory.count, PROT_READ | PROT_WRITE, flags, memory.descriptor, 0)
    guard let place = unsafe place, unsafe place != MAP_FAILED else {
        throw ForwarderLibrary.Missing(description: "mmap of \(memory.count) bytes failed")
    }
    return unsafe place
}

/// The registers of a port whose first queue's rings are others than its driver says, and whose descriptors are written
/// back instead of the head.
struct RedirectedRegisters: RegisterBus {
    struct Rings {
        let receive: UInt64
        let transmit: UInt64
    }
    typealias R = IXGBERegisters

    let bus: ModelRegisters
    let rings: Rings

    func read32(at offset: Int) -> UInt32 { bus.read32(at: offset) }

    func write32(_ value: UInt32, at offset: Int) {
        let other: UInt32 = switch offset {
        case R.RDBAL.offset(0): UInt32(truncatingIfNeeded: rings.receive)
        case R.RDBAH.offset(0): UInt32(truncatingIfNeeded: rings.receive >> 32)
        case R.TDBAL.offset(0): UInt32(truncatingIfNeeded: rings.transmit)
        case R.TDBAH.offset(0): UInt32(truncatingIfNeeded: rings.transmit >> 32)
        case R.TDWBAL.offset(0), R.TDWBAH.offset(0): 0
        default: value
        }
        bus.write32(other, at: offset)
    }

    func tail(at offset: Int) -> TailRegister { bus.tail(at: offset) }
}
