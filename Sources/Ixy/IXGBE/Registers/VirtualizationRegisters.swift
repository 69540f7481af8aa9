package import IxyHardware

// Pools of queues for virtual machines (82599 §8.2.3.27).
extension IXGBERegisters {
    package enum PFVTCTL: ReadWriteRegister {
        package static let entry = Entry("VT Control", at: 0x051B0, "8.2.3.27.1")
        package static let enable = F("VT_Ena", 0), defaultPool = F("DEF_PL", 7...12),
            defaultPoolDisable = F("Dis_Def_Pool", 29), replicate = F("Rpl_En", 30),
            fields = list(enable, defaultPool, defaultPoolDisable, replicate)
    }

    /// A bit for each pool.
    package enum PFVFRE: ReadWriteRegister {
        package static let entry = Entry("VF Receive Enable", at: .at(0x051E0, 2), "8.2.3.27.7")
        package static let pools = F("VFRE", 0...31), fields = list(pools)
    }

    /// A bit for each pool.
    package enum PFVFTE: ReadWriteRegister {
        package static let entry = Entry("VF Transmit Enable", at: .at(0x08110, 2), "8.2.3.27.8")
        package static let pools = F("VFTE", 0...31), fields = list(pools)
    }

    /// DMA Tx General Switch Control.
    package enum PFDTXGSWC: ReadWriteRegister {
        package static let entry = Entry("Transmit Switch Control", at: 0x08220, "8.2.3.27.12")
        package static let loopback = F("LBE", 0), fields = list(loopback)
    }

    package enum PFVML2FLT: ReadWriteRegister {
        package static let entry = Entry("VM L2 Control", at: .at(0x0F000, 64), "8.2.3.27.14")
        package static let untagged = F("AUPE", 24), hashedGroups = F("ROMPE", 25), hashedAddresses = F("ROPE", 26),
            broadcast = F("BAM", 27), allGroups = F("MPE", 28),
            fields = list(untagged, hashedGroups, hashedAddresses, broadcast, allGroups)
    }
}
