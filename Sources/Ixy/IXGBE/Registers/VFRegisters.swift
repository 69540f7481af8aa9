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

    /// VF Control.
    public enum VFCTRL: WritableRegister {
        public static let name = "VFCTRL"
        public static let summary = "VF Control"
        public static let section = "8.3.5.1.1"
        public static let access = RegisterAccess.writeOnly
        public static func offset(_: Int) -> Int { 0x0000 }
        public static let reset = Field<VFCTRL>("RST", 26, selfClearing: true)
        public static let fields = [reset].map(\.description)
    }

    /// VF Status.
    public enum VFSTATUS: ReadableRegister {
        public static let name = "VFSTATUS"
        public static let summary = "VF Status"
        public static let section = "8.3.5.1.2"
        public static let access = RegisterAccess.readOnly
        public static func offset(_: Int) -> Int { 0x0008 }
        public static let port = Field<VFSTATUS>("LAN ID", 2...3)
        public static let isLinkUp = Field<VFSTATUS>("Link Up", 7)
        public static let masterEnabled = Field<VFSTATUS>("PCIe Master Enable Status", 19)
        public static let fields = [port, isLinkUp, masterEnabled].map(\.description)
    }

    /// VF Link Status, laid out as LINKS.
    public enum VFLINKS: ReadableRegister {
        public static let name = "VFLINKS"
        public static let summary = "VF Link Status"
        public static let section = "8.3.5.1.3"
        public static let access = RegisterAccess.readOnly
        public static func offset(_: Int) -> Int { 0x0010 }
        public static let linkStatus = Field<VFLINKS>("Link Status", 7)
        public static let speed = Field<VFLINKS>("LNK_SPEED", 28...29)
        public static let isUp = Field<VFLINKS>("Link Up", 30)
        public static let fields = [linkStatus, speed, isUp].map(\.description)
    }

    /// VF Free Running Timer.
    public enum VFFRTIMER: ReadableRegister {
        public static let name = "VFFRTIMER"
        public static let summary = "VF Free Running Timer"
        public static let section = "8.3.5.1.4"
        public static let access = RegisterAccess.readOnly
        public static func offset(_: Int) -> Int { 0x0048 }
        public static let microseconds = Field<VFFRTIMER>("Microsecond", 0...15)
        public static let milliseconds = Field<VFFRTIMER>("Millisecond", 16...25)
        public static let seconds = Field<VFFRTIMER>("Seconds", 26...31)
        public static let fields = [microseconds, milliseconds, seconds].map(\.description)
    }

    /// VF Mailbox.
    public enum VFMAILBOX: ReadableRegister, WritableRegister {
        public static let name = "VFMAILBOX"
        public static let summary = "VF Mailbox"
        public static let section = "8.3.5.1.5"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x02FC }
        /// A message for the PF is in the buffer.
        public static let request = Field<VFMAILBOX>("REQ", 0, selfClearing: true)
        /// The PF's message has been read.
        public static let acknowledge = Field<VFMAILBOX>("ACK", 1, selfClearing: true)
        public static let isVFUsing = Field<VFMAILBOX>("VFU", 2)
        public static let isPFUsing = Field<VFMAILBOX>("PFU", 3, isReadOnly: true)
        /// The PF has written a message, has read ours, is being reset, has been reset. Reading clears all but RSTI.
        public static let status = Field<VFMAILBOX>("PFSTS", 4, isReadOnly: true)
        public static let acknowledged = Field<VFMAILBOX>("PFACK", 5, isReadOnly: true)
        public static let isPFInReset = Field<VFMAILBOX>("RSTI", 6, isReadOnly: true)
        public static let isPFReset = Field<VFMAILBOX>("RSTD", 7, isReadOnly: true)
        public static let fields = [
            request, acknowledge, isVFUsing, isPFUsing, status, acknowledged, isPFInReset, isPFReset,
        ].map(\.description)
    }

    /// VF Mailbox Memory.
    public enum VFMBMEM: ReadableRegister, WritableRegister {
        public static let name = "VFMBMEM"
        public static let summary = "VF Mailbox Memory"
        public static let section = "8.3.5.1.6"
        public static let access = RegisterAccess.readWrite
        public static let count = 16
        public static func offset(_ index: Int) -> Int { 0x0200 + 4 * index }
        public static let word = Field<VFMBMEM>("Data", 0...31)
        public static let fields = [word].map(\.description)
    }

    /// VF Packet Split Receive Type.
    public enum VFPSRTYPE: ReadableRegister, WritableRegister {
        public static let name = "VFPSRTYPE"
        public static let summary = "VF Packet Split Receive Type"
        public static let section = "8.3.5.4"
        public static let access = RegisterAccess.readWrite
        public static func offset(_: Int) -> Int { 0x0300 }
        public static let types = Field<VFPSRTYPE>("Split types", 0...18)
        public static let queuesPerPool = Field<VFPSRTYPE>("RQPL", 29...31)
        public static let fields = [types, queuesPerPool].map(\.description)
    }
}
