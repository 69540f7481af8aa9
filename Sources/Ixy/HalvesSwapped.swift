// Of a number whose two halves say different things, both are judged at once if the half that must be zero is the upper one.
extension UInt64 {
    /// The same with its two halves in each other's place.
    @inlinable @inline(__always)
    var halvesSwapped: UInt64 { self &<< 32 | self &>> 32 }
}
