// An app imports `Ixy` and nothing else. Packets, batches, pools and what a device's memory is made of are in the module that
// is trusted with memory, so that nothing else has to be; this hands them on.
@_exported public import IxyHardware
