import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import ixy

@Suite struct FileUseTests {
    private func isRefused(_ addresses: [String], read: [String] = [], written: [String] = []) throws -> Bool {
        let use = FileUse(try addresses.map { try DeviceAddress($0) }, read: read, written: written)
        do {
            try use.check()
            return false
        } catch is ValidationError {
            return true
        }
    }

    @Test func aFileThatIsReadIsNotWritten() throws {
        let folder = try Folder()
        try folder.put([1], "a")
        try folder.put([2], "b")
        try FileManager.default.createSymbolicLink(atPath: folder / "link", withDestinationPath: folder / "a")
        try FileManager.default.linkItem(atPath: folder / "a", toPath: folder / "hard")
        for name in ["a", "link", "hard", "./a"] {
            #expect(try isRefused(["model:82599,in=\(folder / "a"),out=\(folder / name)"]), "\(name)")
            #expect(try isRefused(["model:82599,in=\(folder / "a")"], written: [folder / name]), "\(name)")
            #expect(try isRefused(["model:82599,out=\(folder / "a")"], read: [folder / name]), "\(name)")
        }
        #expect(try !isRefused(["model:82599,in=\(folder / "a"),out=\(folder / "b")"]))
        #expect(try !isRefused(["model:82599,in=\(folder / "a"),out=\(folder / "new")"]))
    }

    @Test func aFileIsWrittenOnce() throws {
        let folder = try Folder()
        try FileManager.default.createDirectory(atPath: folder / "sub", withIntermediateDirectories: true)
        let out = "model:82599,out=\(folder / "new")"
        #expect(try isRefused([out, out]))
        #expect(try isRefused([out], written: [folder / "sub/../new"]))
        #expect(try !isRefused([out], written: [folder / "other"]))
    }

    @Test func whatHoldsNothingMayBeUsedTwice() throws {
        #expect(try !isRefused(["model:82599,in=/dev/null,out=/dev/null", "model:82599,out=/dev/null"]))
        #expect(try !isRefused(["0000:03:00.0"], read: ["-"], written: ["-"]))
    }
}
