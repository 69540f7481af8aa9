public import IxyHardware

/// The registers of a virtual function (82599 §8.3). Its queues are windows on those of its pool.
public enum IXGBEVFRegisters {
    /// Those that are declared, but for the queues' windows.
    public static let all: [any Register.Type] = [
        VFCTRL.self, VFSTATUS.self, VFLINKS.self, VFFRTIMER.self, VTEICR.self, VTEICS.self, VTEIMS.self, VTEIMC.self,
        VTEIAC.self, VTEIAM.self, VTIVAR.self, VTIVAR_MISC.self, VTEITR.self, VFMBMEM.self, VFMAILBOX.self,
        VFPSRTYPE.self,
    ]

    /// Where the registers of receive queue 0 and of transmit queue 0 start; those of the others follow at distances of
    /// 0x40. In a window lies what lies in that of the PF. (82599 §8.3.5)
    public static let receiveQueues = 0x1000
    public static let transmitQueues = 0x2000
    public static let queueDistance = 0x40

    public enum VFCTRL: WriteOnlyRegister {
        public static let entry = Entry("VF Control", at: 0x0000, "8.3.5.1.1")
        public static let reset = F("RST", 26, selfClearing: true), fields = list(reset)
    }

    public enum VFSTATUS: ReadOnlyRegister {
        public static let entry = Entry("VF Status", at: 0x0008, "8.3.5.1.2")
        public static let port = F("LAN ID", 2...3), isLinkUp = F("Link Up", 7),
            masterEnabled = F("PCIe Master Enable Status", 19), fields = list(port, isLinkUp, masterEnabled)
    }

    /// Laid out as LINKS.
    public enum VFLINKS: ReadOnlyRegister {
        public static let entry = Entry("VF Link Status", at: 0x0010, "8.3.5.1.3")
        public static let linkStatus = F("Link Status", 7), speed = F("LNK_SPEED", 28...29), isUp = F("Link Up", 30),
            fields = list(linkStatus, speed, isUp)
    }

    public enum VFFRTIMER: ReadOnlyRegister {
        public static let entry = Entry("VF Free Running Timer", at: 0x0048, "8.3.5.1.4")
        public static let microseconds = F("Microsecond", 0...15), milliseconds = F("Millisecond", 16...25),
            seconds = F("Seconds", 26...31), fields = list(microseconds, milliseconds, seconds)
    }

    public enum VFMAILBOX: ReadWriteRegister {
        public static let entry = Entry("VF Mailbox", at: 0x02FC, "8.3.5.1.5")
        /// A message for the PF is in the buffer.
        public static let request = F("REQ", 0, selfClearing: true)
        /// The PF's message has been read.
        public static let acknowledge = F("ACK", 1, selfClearing: true), isVFUsing = F("VFU", 2),
            isPFUsing = F("PFU", 3, isReadOnly: true)
        /// The PF has written a message, has read ours, is being reset, has been reset. Reading clears all but RSTI.
        public static let status = F("PFSTS", 4, isReadOnly: true), acknowledged = F("PFACK", 5, isReadOnly: true),
            isPFInReset = F("RSTI", 6, isReadOnly: true), isPFReset = F("RSTD", 7, isReadOnly: true),
            fields = list(request, acknowledge, isVFUsing, isPFUsing, status, acknowledged, isPFInReset, isPFReset)
    }

    public enum VFMBMEM: ReadWriteRegister {
        public static let entry = Entry("VF Mailbox Memory", at: .at(0x0200, 16), "8.3.5.1.6")
        public static let word = F("Data", 0...31), fields = list(word)
    }

    public enum VFPSRTYPE: ReadWriteRegister {
        public static let entry = Entry("VF Packet Split Receive Type", at: 0x0300, "8.3.5.4")
        public static let types = F("Split types", 0...18), queuesPerPool = F("RQPL", 29...31),
            fields = list(types, queuesPerPool)
    }
}
