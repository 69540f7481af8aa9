/// Four numbers, one for each of the descriptors that share a cache line.
@frozen @usableFromInline
package struct FourWords {
    @usableFromInline let first, second, third, fourth: UInt64

    /// What `each` says of 0, 1, 2 and 3.
    @inlinable @inline(__always)
    package init(_ each: (Int) -> UInt64) {
        first = each(0)
        second = each(1)
        third = each(2)
        fourth = each(3)
    }

    /// What `body` makes of each, told which it is.
    @inlinable @inline(__always)
    package func map(_ body: (UInt64, Int) -> UInt64) -> FourWords {
        let all = (body(first, 0), body(second, 1), body(third, 2), body(fourth, 3))
        return FourWords(all.0, all.1, all.2, all.3)
    }

    @inlinable @inline(__always)
    init(_ first: UInt64, _ second: UInt64, _ third: UInt64, _ fourth: UInt64) {
        self.first = first
        self.second = second
        self.third = third
        self.fourth = fourth
    }

    /// All bits that one of them has: smaller than a power of two if each of them is.
    @inlinable @inline(__always)
    package var union: UInt64 { first | second | third | fourth }

    @inlinable @inline(__always)
    package var sum: UInt64 { first &+ second &+ third &+ fourth }
}
