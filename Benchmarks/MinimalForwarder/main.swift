// Forwards packets between two ports of an Intel 82599, in both directions, and counts up one byte of each: the smallest
// program that does, of the files that `files` lists and no others. `scripts/minimal-forwarder` builds and counts it.
//
//   forwarder 0000:03:00.0 0000:03:00.1 [PACKETS]
import Ixy
import IxySystem

/// A card, whoever needs it: through VFIO if vfio-pci has it, else through sysfs.
struct Card: ~Copyable {
    var controller: IXGBE.Controller<MappedRegisters>
    var receive: IXGBE.ReceiveQueue
    var transmit: IXGBE.TransmitQueue
    /// Calls in a row that found nothing.
    var idle = 0

    init(_ address: String, sharing space: VFIOSpace) throws {
        let device = try PCIDevice(at: PCIAddress(address))
        guard let found = SupportedDevice.find(vendor: device.vendorID, device: device.deviceID), found.driver == .ixgbe else {
            throw IxyError.unsupported(device: address, found: "another device")
        }
        let port = try PCIPort.take(device, watchedBy: nil, sharing: space)
        let mapper = port.mapper, needsHugePages = port.needsHugePages
        var input: IXGBE.ReceiveQueue?, output: IXGBE.TransmitQueue?
        controller = try IXGBE.start(
            port.registers(), port: port, address: address, settings: DeviceSettings(), mapper: mapper,
            needsHugePages: needsHugePages
        ) { receive, transmit in
            input = .some(receive)
            output = .some(transmit)
        }
        receive = input!
        transmit = output!
    }

    /// A device that lied or is gone is looked after, one step a call.
    mutating func recover() throws {
        idle &+= 1
        guard controller.needsAttention || idle & 0xFFFF == 0 else { return }
        receive.rejoin()
        transmit.rejoin()
        _ = try controller.recover()
    }
}

/// One batch from `source` to `target`; returns how many packets were sent.
func forward(_ source: inout Card, _ target: inout Card, _ batch: inout PacketBatch) throws -> Int {
    if source.receive.receive(into: &batch) > 0 { source.idle = 0 } else { try source.recover() }
    batch.forEach { packet in packet[48] &+= 1 }
    let sent = target.transmit.transmit(&batch)
    batch.dropAll()
    return sent
}

let space = VFIOSpace(kernel: LinuxVFIO(files: DeviceFiles()), ways: [VFIOContainer.self])
var left = try Card(CommandLine.arguments[1], sharing: space), right = try Card(CommandLine.arguments[2], sharing: space)
var remaining = CommandLine.arguments.count > 3 ? Int(CommandLine.arguments[3]) ?? .max : .max
var batch = PacketBatch(capacity: 32)
_ = try FileDescriptor(duplicating: 1).write([UInt8]("forwarding\n".utf8))
while remaining > 0 || left.transmit.inFlight + right.transmit.inFlight > 0 {
    remaining -= try forward(&left, &right, &batch)
    remaining -= try forward(&right, &left, &batch)
}
try left.controller.stop()
try right.controller.stop()
