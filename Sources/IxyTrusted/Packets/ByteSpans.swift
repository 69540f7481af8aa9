/// Raw views of spans of bytes. The standard library calls its own unsafe because it offers them for every element
/// type, and other types may have padding or values that not every bit pattern makes; UInt8 has neither.
extension Span<UInt8> {
    /// The same bytes, for access to numbers in them.
    @inlinable
    public var rawBytes: RawSpan {
        @_lifetime(copy self)
        get {
            // Sound: each element is one initialized byte, and the view lives no longer than this span.
            unsafe bytes
        }
    }
}

extension Span<Line> {
    /// The same bytes, for access to numbers in them.
    @inlinable @inline(__always)
    package var rawBytes: RawSpan {
        @_lifetime(copy self)
        get {
            // Sound: as above; a line is 64 bytes.
            unsafe bytes
        }
    }
}

extension MutableSpan<Line> {
    /// The same bytes, for access to numbers in them.
    @inlinable @inline(__always)
    package var mutableRawBytes: MutableRawSpan {
        @_lifetime(&self)
        mutating get {
            // Sound: every bit pattern is a line, and the view has this span for itself as long as it lives.
            unsafe mutableBytes
        }
    }
}

extension MutableSpan<UInt8> {
    /// The same bytes, for access to numbers in them.
    @inlinable
    package var mutableRawBytes: MutableRawSpan {
        @_lifetime(&self)
        mutating get {
            // Sound: every bit pattern is a UInt8, and the view has this span for itself as long as it lives.
            unsafe mutableBytes
        }
    }
}
