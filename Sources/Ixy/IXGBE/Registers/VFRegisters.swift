package import IxyHardware

/// The registers of a virtual function (82599 §8.3). Its queues are windows on those of its pool.
package enum IXGBEVFRegisters {
    /// Those that are declared, but for the queues' windows.
    package static let all: [any Register.Type] = [
        VFCTRL.self, VFSTATUS.self, VFLINKS.self, VFFRTIMER.self, VTEICR.self, VTEICS.self, VTEIMS.self, VTEIMC.self,
        VTEIAC.self, VTEIAM.self, VTIVAR.self, VTIVAR_MISC.self, VTEITR.self, VFMBMEM.self, VFMAILBOX.self,
        VFPSRTYPE.self,
    ]

    /// Where the registers of receive queue 0 and of transmit queue 0 start; those of the others follow at distances of
    /// 0x40. In a window lies what lies in that of the PF. (82599 §8.3.5)
    package static let receiveQueues = 0x1000
    package static let transmitQueues = 0x2000
    package static let queueDistance = 0x40

    package enum VFCTRL: WriteOnlyRegister {
        package static let entry = Entry("VF Control", at: 0x0000, "8.3.5.1.1")
        package static let reset = F("RST", 26, selfClearing: true), fields = list(reset)
    }

    package enum VFSTATUS: ReadOnlyRegister {
        package static let entry = Entry("VF Status", at: 0x0008, "8.3.5.1.2")
        package static let port = F("LAN ID", 2...3), isLinkUp = F("Link Up", 7),
            masterEnabled = F("PCIe Master Enable Status", 19), fields = list(port, isLinkUp, masterEnabled)
    }

    /// Laid out as LINKS.
    package enum VFLINKS: ReadOnlyRegister {
        package static let entry = Entry("VF Link Status", at: 0x0010, "8.3.5.1.3")
        package static let linkStatus = F("Link Status", 7), speed = F("LNK_SPEED", 28...29), isUp = F("Link Up", 30),
            fields = list(linkStatus, speed, isUp)
    }

    package enum VFFRTIMER: ReadOnlyRegister {
        package static let entry = Entry("VF Free Running Timer", at: 0x0048, "8.3.5.1.4")
        package static let microseconds = F("Microsecond", 0...15), milliseconds = F("Millisecond", 16...25),
            seconds = F("Seconds", 26...31), fields = list(microseconds, milliseconds, seconds)
    }

    package enum VFMAILBOX: ReadWriteRegister {
        package static let entry = Entry("VF Mailbox", at: 0x02FC, "8.3.5.1.5")
        /// A message for the PF is in the buffer.
        package static let request = F("REQ", 0, selfClearing: true)
        /// The PF's message has been read.
        package static let acknowledge = F("ACK", 1, selfClearing: true), isVFUsing = F("VFU", 2),
            isPFUsing = F("PFU", 3, isReadOnly: true)
        /// The PF has written a message, has read ours, is being reset, has been reset. Reading clears all but RSTI.
        package static let status = F("PFSTS", 4, isReadOnly: true), acknowledged = F("PFACK", 5, isReadOnly: true),
            isPFInReset = F("RSTI", 6, isReadOnly: true), isPFReset = F("RSTD", 7, isReadOnly: true),
            fields = list(request, acknowledge, isVFUsing, isPFUsing, status, acknowledged, isPFInReset, isPFReset)
    }

    package enum VFMBMEM: ReadWriteRegister {
        package static let entry = Entry("VF Mailbox Memory", at: .at(0x0200, 16), "8.3.5.1.6")
        package static let word = F("Data", 0...31), fields = list(word)
    }

    package enum VFPSRTYPE: ReadWriteRegister {
        package static let entry = Entry("VF Packet Split Receive Type", at: 0x0300, "8.3.5.4")
        package static let types = F("Split types", 0...18), queuesPerPool = F("RQPL", 29...31),
            fields = list(types, queuesPerPool)
    }
}
