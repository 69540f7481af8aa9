// error: cannot convert value of type 'LayoutField<Common, UInt64, NamesRing>' to expected argument type 'LayoutField<Common, UInt64, ReadWrite>'
// A field that names a virtqueue takes no number of the driver's own.
// driver
import Ixy

enum Common {
#if TWIN
    static let queueDescriptors = LayoutField<Common, UInt64, ReadWrite>("queue_desc", at: 32)
#else
    static let queueDescriptors = LayoutField<Common, UInt64, NamesRing>("queue_desc", at: 32)
#endif
}

func point(_ window: borrowing LayoutWindow<Common, some RegisterWindow & ~Copyable>) {
    window.write(0x1000 as UInt64, to: Common.queueDescriptors)
}
