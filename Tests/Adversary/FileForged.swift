// refused: cannot find 'FileDescriptor' in scope
import Ixy
import IxyCapture

/// Any number is taken for an open file.
func open(_ number: Int32) throws { _ = try CaptureReader(file: FileDescriptor(adopting: number), name: "any") }
