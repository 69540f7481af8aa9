import Ixy
import IxyHardware

/// The registers by which the physical function uses the mailboxes. (82599 §8.2.3.27)
extension Model82599 {
    /// Reads a mailbox register; nil if it is another register.
    func readMailboxes(_ word: RegisterFile.Word) -> UInt32? {
        switch word.register.name {
        case R.PFMAILBOX.name: virtualFunctions.mailboxes.readPhysical(word.index)
        case R.PFMBICR.name: mailboxCauses(word.index)
        case R.PFVFLRE.name:
            UInt32(truncatingIfNeeded: virtualFunctions.mailboxes.resets >> UInt64(32 * word.index))
        default: nil
        }
    }

    private func mailboxCauses(_ index: Int) -> UInt32 {
        let shift = UInt64(16 * index)
        let requests = UInt32(truncatingIfNeeded: virtualFunctions.mailboxes.requests >> shift & 0xFFFF)
        let acknowledgements = UInt32(truncatingIfNeeded: virtualFunctions.mailboxes.acknowledgements >> shift & 0xFFFF)
        return requests | acknowledgements << 16
    }

    /// Writes ones that clear. False if it is another register.
    mutating func clearMailboxes(_ value: UInt32, _ word: RegisterFile.Word) -> Bool {
        switch word.register.name {
        case R.PFMBICR.name:
            let shift = UInt64(16 * word.index)
            virtualFunctions.mailboxes.clearRequests(UInt64(value & 0xFFFF) << shift)
            virtualFunctions.mailboxes.clearAcknowledgements(UInt64(value >> 16) << shift)
        case R.PFVFLREC.name:
            virtualFunctions.mailboxes.clearResets(UInt64(value) << UInt64(32 * word.index))
        default:
            return false
        }
        return true
    }

    mutating func applyMailbox(_ value: UInt32, _ word: RegisterFile.Word) {
        if virtualFunctions.mailboxes.writePhysical(word.index, RegisterValue(read: value)) {
            raiseVirtualMailbox(word.index)
        }
    }

    /// Software writes to a buffer only while it has it.
    mutating func checkMailboxMemory(_ word: RegisterFile.Word) {
        guard !virtualFunctions.mailboxes.isUsed(word.index / 16, by: .physical) else { return }
        report(word, "written without PFMAILBOX.PFU")
    }
}
