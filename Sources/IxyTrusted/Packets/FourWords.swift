/// Four numbers, one for each of the descriptors that share a cache line.
@frozen @usableFromInline
package struct FourWords {
    @usableFromInline let first, second, third, fourth: UInt64

    /// Creates the four words that `each` returns for 0, 1, 2 and 3.
    @inlinable @inline(__always)
    package init(_ each: (Int) -> UInt64) {
        first = each(0)
        second = each(1)
        third = each(2)
        fourth = each(3)
    }

    /// Transforms each word with `body`, which also gets the word's index.
    @inlinable @inline(__always)
    package func map(_ body: (UInt64, Int) -> UInt64) -> FourWords {
        FourWords { body($0 == 0 ? first : $0 == 1 ? second : $0 == 2 ? third : fourth, $0) }
    }

    /// All bits that one of them has: smaller than a power of two if each of them is.
    @inlinable @inline(__always)
    package var union: UInt64 { first | second | third | fourth }

    @inlinable @inline(__always)
    package var sum: UInt64 { first &+ second &+ third &+ fourth }
}
