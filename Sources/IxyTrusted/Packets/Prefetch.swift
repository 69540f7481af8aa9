/// LLVM's own function, which becomes one instruction: read or write, how near, data or instructions.
@_silgen_name("llvm.prefetch.p0")
@usableFromInline
func prefetchLine(_ address: UnsafeRawPointer, _ isWrite: Int32, _ locality: Int32, _ isData: Int32)

/// Asks the processor for the cache line at `address`, so that it is there when it is looked at. It reads nothing: whatever
/// the address is, no more happens than that it may take time.
@inlinable @inline(__always)
func prefetch(_ address: UnsafeRawPointer) {
    // Sound: as above.
    unsafe prefetchLine(address, 0, 3, 1)
}
