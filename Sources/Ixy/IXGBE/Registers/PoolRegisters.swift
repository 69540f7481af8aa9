package import IxyHardware

// Filters of virtual machines, tables of which must be filled even where there are none (82599 §8.2.3.27).
extension IXGBERegisters {
    package enum PFUTA: ReadWriteRegister {
        package static let entry = Entry("Unicast Table Array", at: .at(0x0F400, 128), "8.2.3.27.17", reset: nil)
        package static let bits = F("Bit Vector", 0...31), fields = list(bits)
    }

    package enum PFVLVF: ReadWriteRegister {
        package static let entry = Entry("VLAN Pool Filter", at: .at(0x0F100, 64), "8.2.3.27.15", reset: nil)
        package static let vlan = F("VLAN_Id", 0...11), enable = F("VI_En", 31), fields = list(vlan, enable)
    }

    package enum PFVLVFB: ReadWriteRegister {
        package static let entry = Entry("VLAN Pool Filter Bitmap", at: .at(0x0F200, 128), "8.2.3.27.16", reset: nil)
        package static let pools = F("POOL_ENA", 0...31), fields = list(pools)
    }
}
