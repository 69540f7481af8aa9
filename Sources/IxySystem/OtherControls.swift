// Interrupts through VFIO, iommufd, and tap interfaces.
extension IOControl {
    package static let getInterruptInfo = IOControl("getInterruptInfo", 0x3B6D, .inFirstWord(atLeast: 16))
    package static let setInterrupts = IOControl("setInterrupts", 0x3B6E, .inFirstWord(atLeast: 20))
    package static let bindToIOMMUFD = IOControl("bindToIOMMUFD", 0x3B76, .inFirstWord(atLeast: 16))
    package static let attachToIOAS = IOControl("attachToIOAS", 0x3B77, .inFirstWord(atLeast: 12))
    package static let allocateIOAS = IOControl("allocateIOAS", 0x3B81, .inFirstWord(atLeast: 12))
    package static let mapIOAS = IOControl("mapIOAS", 0x3B85, .inFirstWord(atLeast: 40), memoryAt: 16)
    package static let unmapIOAS = IOControl("unmapIOAS", 0x3B86, .inFirstWord(atLeast: 24))
    package static let setTapInterface = IOControl("setTapInterface", 0x4004_54CA, .fixed(40))
}
