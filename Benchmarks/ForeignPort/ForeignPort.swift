public import Ixy
import IxyHardware
public import IxyModels
import IxySystem

/// A port of a modelled 82599 whose first two rings are laid out by code that is not ours, such as the forwarder in C: memory for
/// it that the card reaches, and a start-up that names the rings there in place of our driver's.
///
/// It is for the benchmarks, which are a package of their own as apps are, so it is a part of this package: no app can bring
/// registers of its own. The card is a model, which reaches nothing but what is mapped for it.
public final class ForeignPort {
    /// A piece of memory, to be mapped once more by whoever has the other code while this port lives.
    public struct Memory {
        /// The number of the file behind it.
        public let descriptor: CInt
        /// Length in bytes.
        public let count: Int

        init(_ memory: MappedMemory) {
            descriptor = memory.descriptor
            count = memory.count
        }
    }

    /// Where the tails lie among the doorbells.
    public static let receiveTail = IXGBERegisters.RDT.offset(0), transmitTail = IXGBERegisters.TDT.offset(0)

    private let card: ModelNIC
    private let shared: DMAMemory
    /// The address at which the card sees the memory's first byte.
    public var address: UInt64 { shared.pageAddresses[0] }
    public var memory: Memory { Memory(shared.memory) }
    public var doorbells: Memory { Memory(card.doorbells) }

    /// - Parameter count: bytes of memory, which the card sees in one piece.
    public init(_ card: ModelNIC, count: Int, usesHugePages: Bool) throws(HardwareError) {
        self.card = card
        shared = try DMAMemory(count: count, pages: usesHugePages ? .huge2MiB : .small, mapper: card.space)
    }

    /// Starts the port with the receive ring at the memory's beginning, and the transmit ring at `offset`.
    public func start(transmitRing offset: UInt64, settings: DeviceSettings) throws(IxyError) -> Device {
        let registers = RedirectedRegisters(bus: ModelRegisters(card), receive: address, transmit: address + offset)
        return try IXGBE.start(
            registers, name: "C", address: "C", settings: settings, mapper: card.space, needsHugePages: false)
    }
}

/// The registers of a port whose first queue's rings are others than its driver says, and whose descriptors are written
/// back instead of the head.
private struct RedirectedRegisters: RegisterBus {
    typealias R = IXGBERegisters

    let bus: ModelRegisters
    let receive: UInt64
    let transmit: UInt64

    func read32(at offset: Int) -> UInt32 { bus.read32(at: offset) }

    func write32(_ value: UInt32, at offset: Int) {
        let other: UInt32 = switch offset {
        case R.RDBAL.offset(0): UInt32(truncatingIfNeeded: receive)
        case R.RDBAH.offset(0): UInt32(truncatingIfNeeded: receive >> 32)
        case R.TDBAL.offset(0): UInt32(truncatingIfNeeded: transmit)
        case R.TDBAH.offset(0): UInt32(truncatingIfNeeded: transmit >> 32)
        case R.TDWBAL.offset(0), R.TDWBAH.offset(0): 0
        default: value
        }
        bus.write32(other, at: offset)
    }

    func tail(at offset: Int) -> TailRegister { bus.tail(at: offset) }
}
