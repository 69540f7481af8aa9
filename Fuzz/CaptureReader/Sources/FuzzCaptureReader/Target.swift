import IxyCapture

/// The function that libFuzzer calls with each input. It reads the input as a capture, to its end or its first error,
/// and traps where the reader breaks a promise: then libFuzzer keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // Sound: libFuzzer gives `count` readable bytes.
    let bytes = unsafe [UInt8](UnsafeBufferPointer(start: data, count: count))
    do throws(CaptureError) {
        var reader = try CaptureReader(bytes: bytes)
        try readAll(&reader, count)
    } catch {
        check(error, count)
    }
    return 0
}

private func readAll(_ reader: inout CaptureReader, _ count: Int) throws(CaptureError) {
    var sum: UInt64 = 0
    var frames = 0
    while let record = try reader.next() {
        frames += 1
        precondition(record.capturedLength == reader.bytes.byteCount)
        precondition(record.capturedLength <= CaptureLimits.frameLength)
        precondition(record.originalLength >= record.capturedLength)
        precondition(reader.interfaces.indices.contains(record.interface))
        precondition(reader.frameCount == frames && frames <= count / 16)
        // Touches every byte, so that one outside of the input's memory is found. Sound: within the span's life.
        sum += unsafe reader.bytes.withUnsafeBytes { bytes in unsafe bytes.reduce(0) { $0 + UInt64($1) } }
    }
    let afterTheEnd = try reader.next()
    precondition(afterTheEnd == nil && reader.bytes.byteCount == 0)
    precondition(sum <= UInt64(count) * 255, "the frames hold more than the input")
}

private func check(_ error: CaptureError, _ count: Int) {
    switch error {
    case .truncated(_, let offset, let end, _, _): precondition(offset <= end && end == count)
    case .corrupt(_, let offset, _, _): precondition((0..<count).contains(offset))
    case .notACapture: break
    default: preconditionFailure("an error of the file system without a file: \(error)")
    }
    precondition(!error.description.isEmpty)
}
