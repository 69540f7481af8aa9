import IxyCapture
import IxyHardware
import IxySystem
import TestSupport

/// A frame as a test compares it.
struct Frame: Equatable {
    var bytes: [UInt8]
    var stamp: UInt64?
    var original: Int
    var interface = 0

    init(_ bytes: [UInt8], stamp: UInt64?, original: Int? = nil, interface: Int = 0) {
        self.bytes = bytes
        self.stamp = stamp
        self.original = original ?? bytes.count
        self.interface = interface
    }
}

/// All that a reader gave, and how it ended.
struct Reading {
    var frames: [Frame] = []
    var interfaces: [CaptureInterface] = []
    var format: CaptureFormat?
    var error: CaptureError?

    init(_ bytes: [UInt8]) {
        do throws(CaptureError) {
            var reader = try CaptureReader(bytes: bytes, name: "test")
            take(&reader)
        } catch {
            self.error = error
        }
    }

    init(path: String) {
        do throws(CaptureError) {
            var reader = try CaptureReader(path: path)
            take(&reader)
        } catch {
            self.error = error
        }
    }

    init(file: consuming FileDescriptor) {
        do throws(CaptureError) {
            var reader = try CaptureReader(file: file, name: "test")
            take(&reader)
        } catch {
            self.error = error
        }
    }

    private mutating func take(_ reader: inout CaptureReader) {
        format = reader.format
        do throws(CaptureError) {
            while let record = try reader.next() {
                let bytes = reader.bytes
                precondition(bytes.byteCount == record.capturedLength)
                frames.append(
                    Frame(
                        bytes.byteOffsets.map { bytes[$0] }, stamp: record.stamp, original: record.originalLength,
                        interface: record.interface))
            }
        } catch {
            self.error = error
        }
        precondition(reader.frameCount == frames.count)
        interfaces = reader.interfaces
    }
}

/// A moment with all nine decimals: 2024-05-06 07:08:09.123456789 UTC.
let moment: UInt64 = 1_714_979_289_123_456_789

/// Frames of the lengths where padding and buffers have their edges.
func edgeFrames(interfaces: Int = 1) -> [Frame] {
    let lengths = [0, 1, 2, 3, 4, 5, 59, 60, 64, 1514, 9018, 65_535, 262_143, 262_144, 60, 200_000, 262_144, 61]
    var chance = Chance(state: 1)
    return lengths.enumerated().map { index, length in
        Frame(
            (0..<length).map { _ in UInt8.random(in: 0...255, using: &chance) },
            stamp: moment + UInt64(index) * 1_000_000_007, original: length + index * 100,
            interface: index % interfaces)
    }
}

/// Writes `frames` to a file.
func write(
    _ frames: [Frame], to path: String, _ format: CaptureFormat,
    interfaces: [CaptureInterface] = [CaptureInterface(name: "")], order: ByteOrder = .littleEndian
) throws(CaptureError) {
    var writer = try CaptureWriter(path: path, format: format, interfaces: interfaces, order: order)
    for frame in frames {
        try writer.write(
            frame.bytes.span.rawBytes, stamp: frame.stamp ?? 0, originalLength: frame.original,
            interface: frame.interface)
    }
    try writer.finish()
}
