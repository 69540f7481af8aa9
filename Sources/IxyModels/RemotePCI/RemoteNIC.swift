package import Ixy
package import IxyHardware

/// A modelled 82599 as a PCI device of a virtual machine: QEMU asks by a socket, and this answers.
///
/// All of its methods are called by one thread.
package final class RemoteNIC {
    package let nic: ModelNIC
    private let registers: ModelRegisters
    /// The registers that the guest sees, if it has a virtual function of the port.
    private let virtual: ModelVFRegisters?
    private let addresses: DeviceAddresses
    /// Nil once the card is pulled out.
    private var socket: UnixSocket?
    private var configuration: PCIConfigurationSpace
    private var messages = MessageTable()
    /// The guest's memory as it was last described.
    private var regions: [ProxyMessage.Region] = []
    /// The register that the I/O ports reach. (82599 §8.1.1)
    private var portAddress: UInt32 = 0
    /// Its pin of the machine's interrupt controller, and whether that is high.
    private let pin: Int
    private var isPinHigh = false
    private let hasIOMMU: Bool
    /// Accesses so far, for who wants to know whether the guest uses the device.
    package private(set) var accesses = 0
    package private(set) var problems: [Violation] = []
    package private(set) var isClosed = false

    /// - Parameters:
    ///   - socket: the end of the connection whose other one QEMU has.
    ///   - slot: the device's number on bus 0.
    ///   - isVirtual: the guest gets a virtual function of the port, whose physical function the model drives.
    package init(
        socket: consuming UnixSocket, slot: Int, unit: RemappingUnit?, macAddress: MACAddress, isVirtual: Bool = false
    ) throws(HardwareError) {
        self.socket = consume socket
        addresses = DeviceAddresses(unit: unit, source: UInt16(slot << 3))
        let space = IOAddressSpace(behind: addresses)
        nic = isVirtual
            ? try ModelNIC(space: space, macAddress: MACAddress(value: macAddress.value ^ 0xFF), virtualAddresses: [macAddress])
            : try ModelNIC(space: space, macAddress: macAddress)
        registers = ModelRegisters(nic)
        virtual = isVirtual ? ModelVFRegisters(nic, function: 0) : nil
        configuration = isVirtual ? .intel82599VF() : .intel82599()
        hasIOMMU = unit != nil
        // q35 wires pin A of slot N below 25 to input 16 + (N + 0) % 8. (facts: slot 4 is 20, slot 5 is 21)
        pin = 16 + slot % 8
        nic.setServed()
        nic.setBusMaster(false)
    }

    /// The number to wait for.
    package var descriptor: CInt { socket?.descriptor ?? -1 }

    /// Pulls the card out: from now on the guest reads all ones.
    package func unplug() {
        socket = nil
        isClosed = true
    }

    /// Everything that the guest's driver did wrong.
    package var violations: [Violation] { problems + nic.violations }

    private func note(_ text: String, _ section: String, _ document: String = "82599") {
        if problems.count < 100 { problems.append(Violation(text: text, section: section, document: document)) }
    }

    /// Answers one message, which is there.
    package func answer() throws(RemotePCIError) {
        do throws(RemotePCIError) {
            var files = PassedFiles()
            let (command, count) = try ProxyMessage.header(receive(ProxyMessage.headerCount, &files))
            let message = try ProxyMessage(command: command, payload: count > 0 ? receive(count, &files) : [])
            accesses += 1
            if let value = try act(message, &files) { try send(ProxyMessage.answer(value)) }
        } catch {
            unplug()
            throw error
        }
    }

    private func receive(_ count: Int, _ files: inout PassedFiles) throws(RemotePCIError) -> [UInt8] {
        guard socket != nil else { throw .closed }
        do {
            return try socket!.receive(count: count, files: &files, before: Deadline(milliseconds: 10_000))
        } catch .closed {
            throw .closed
        } catch {
            throw .socket(error)
        }
    }

    private func send(_ bytes: [UInt8]) throws(RemotePCIError) {
        guard socket != nil else { throw .closed }
        do {
            try socket!.send(bytes, before: Deadline(milliseconds: 10_000))
        } catch .closed {
            throw .closed
        } catch {
            throw .socket(error)
        }
    }

    private func act(_ message: ProxyMessage, _ files: inout PassedFiles) throws(RemotePCIError) -> UInt64? {
        switch message {
        case .memory(let new):
            try setMemory(new, &files)
            return nil
        case .interruptFiles:
            // Only KVM listens to them.
            return nil
        case .configurationRead(let offset, let count):
            return configuration.read(offset, count)
        case .configurationWrite(let offset, let value, let count):
            configure(offset, value, count)
        case .read(let access):
            return read(access)
        case .write(let access):
            write(access)
        case .reset:
            reset()
        }
        return 0
    }

    private func setMemory(_ new: [ProxyMessage.Region], _ files: inout PassedFiles) throws(RemotePCIError) {
        guard new != regions else { return }
        var pieces: [ForeignMemory] = []
        for region in new {
            guard let file = files.takeFirst() else { throw .malformed("memory without its file") }
            do {
                pieces.append(try ForeignMemory.map(
                    file, at: region.address, offset: region.fileOffset, count: region.count))
            } catch {
                throw .malformed("memory that cannot be used (\(error))")
            }
        }
        regions = new
        addresses.memory.replaceAll(with: pieces)
        nic.space.forgetTranslations()
    }

    private func configure(_ offset: Int, _ value: UInt32, _ count: Int) {
        if PCIConfigurationSpace.asksForReset(offset: offset, value: value, count: count) {
            reset()
            return
        }
        let wasMaster = configuration.isBusMaster
        configuration.write(offset, value, count)
        if configuration.isBusMaster != wasMaster { nic.setBusMaster(configuration.isBusMaster) }
    }

    /// All as after power-on, memory apart.
    private func reset() {
        configuration.reset()
        messages = MessageTable()
        nic.setBusMaster(false)
        if virtual == nil { nic.resetFunction() } else { nic.resetVirtualFunction(0) }
    }

    private func read(_ access: ProxyMessage.Access) -> UInt64 {
        guard let window = configuration.window(at: access.address, isMemory: access.isMemory) else { return .max }
        let aligned = window.offset & ~3
        var value = UInt64(readWord(window.bar, aligned))
        if access.count == 8 { value |= UInt64(readWord(window.bar, aligned + 4)) << 32 }
        value >>= UInt64(window.offset % 4 * 8)
        return access.count == 8 ? value : value & (1 << UInt64(access.count * 8) - 1)
    }

    private func readWord(_ bar: Int, _ offset: Int) -> UInt32 {
        switch bar {
        case PCIConfigurationSpace.registerBAR: return virtual?.read32(at: offset) ?? registers.read32(at: offset)
        case PCIConfigurationSpace.messageBAR: return messages.read(offset)
        default: return offset == 0 ? portAddress : offset == 4 ? registers.read32(at: Int(portAddress)) : 0
        }
    }

    private func write(_ access: ProxyMessage.Access) {
        guard let window = configuration.window(at: access.address, isMemory: access.isMemory) else { return }
        guard access.count >= 4, window.offset % 4 == 0 else {
            note("a write of \(access.count) bytes to a register", "8.1")
            return
        }
        writeWord(window.bar, window.offset, UInt32(truncatingIfNeeded: access.value))
        if access.count == 8 { writeWord(window.bar, window.offset + 4, UInt32(truncatingIfNeeded: access.value >> 32)) }
    }

    private func writeWord(_ bar: Int, _ offset: Int, _ value: UInt32) {
        switch bar {
        case PCIConfigurationSpace.registerBAR:
            if let virtual { virtual.write32(value, at: offset) } else { registers.write32(value, at: offset) }
        case PCIConfigurationSpace.messageBAR: messages.write(offset, value)
        default: if offset == 0 { portAddress = value } else if offset == 4 { registers.write32(value, at: Int(portAddress)) }
        }
    }

    /// Moves the port on. Returns how much was moved.
    @discardableResult
    package func step() -> Int {
        // An IOMMU's tables may have changed since the last time, and nobody tells us.
        if hasIOMMU { nic.space.forgetTranslations() }
        return nic.step()
    }

    /// Sends the interrupts that are due. Returns when the next one is.
    package func sendInterrupts(by qtest: QTest) -> UInt64? {
        let request = virtual == nil ? nic.takeInterrupts() : nic.takeInterrupts(virtual: 0)
        let wantsPin = request.isAsserted && !configuration.isMSIEnabled && !configuration.isMSIXEnabled
            && !configuration.isPinDisabled
        if wantsPin != isPinHigh {
            isPinHigh = wantsPin
            qtest.setPin(pin, wantsPin)
        }
        var due: [(address: UInt64, data: UInt32)] = []
        if configuration.isMSIXEnabled {
            due = messages.take(request.messages, isMasked: configuration.isMSIXMasked || !configuration.isBusMaster)
        } else if request.messages != 0, configuration.isMSIEnabled, configuration.isBusMaster, !configuration.isMSIMasked {
            due = [configuration.msiMessage]
        }
        for message in due {
            guard let message = addresses.remap(message), message.address >> 20 == 0xFEE else {
                note("an interrupt message that the guest has not allowed", "5.1", "VT-d")
                continue
            }
            qtest.write32(message.data, at: message.address)
        }
        return request.nextDue
    }
}
