import Glibc
import IxySystem

/// A counter of the kernel behind a file (`eventfd`), with which one side wakes the other: a virtqueue's kick or its
/// interrupt. Readable while it is not zero.
@usableFromInline
package final class EventFile: Sendable {
    let file: FileDescriptor

    /// The counter behind `file`, which this process or the kernel has made.
    package init(adopting file: consuming FileDescriptor) {
        self.file = file
    }

    /// How often the other side has signalled since the last call. Never waits, even if the file was made to.
    @discardableResult
    package func take() -> UInt64 {
        guard file.canProceed(POLLIN), let count = try? file.readNumber(8) else { return 0 }
        return count
    }

    /// Waits until the other side has signalled; false if it does not in time.
    package func wait(milliseconds: Int) -> Bool {
        (try? file.wait(for: POLLIN, before: Deadline(milliseconds: milliseconds))) ?? false
    }
}

extension FileDescriptor {
    /// Whether a read or write can go ahead, which then does not wait.
    ///
    /// Whoever has the same open file can make it a waiting one at any time, so that this is said each time. Somebody who did so
    /// between this call and the next, and filled or emptied the counter there, too, could still hold us up: for writing there
    /// is no call that never waits.
    func canProceed(_ event: CInt) -> Bool {
        var files = [pollfd(fd: rawValue, events: Int16(event), revents: 0)]
        guard (try? FileDescriptor.poll(&files, milliseconds: 0)) == 1, CInt(files[0].revents) & event != 0 else { return false }
        return (try? set(nonblocking: true)) != nil
    }

    /// Waits for `event` or for the end of what is behind this file; false if neither comes in time.
    func wait(for event: CInt, before deadline: Deadline) throws(ErrorNumber) -> Bool {
        while true {
            var states = [pollfd(fd: rawValue, events: Int16(event), revents: 0)]
            do {
                if try FileDescriptor.poll(&states, milliseconds: CInt(clamping: deadline.milliseconds)) > 0 { return true }
                if deadline.milliseconds == 0 { return false }
            } catch {
                if error.code != EINTR { throw error }
            }
        }
    }
}
