package import IxySystem

/// An error below the drivers. Each case says what to do about it.
public enum HardwareError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A system call failed; `reason` is the system's own text for `errno`.
    case system(call: String, subject: String, reason: String)
    /// The caller may not do this.
    case privilege(action: String, remedy: String)
    /// The kernel has too few free huge pages of the size that is needed.
    case noHugePages(needed: Int, pageSize: Int)
    /// A size, count or address that the caller gave cannot be used.
    case invalid(what: String, remedy: String)
    /// No such device, or one that is not what was asked for.
    case device(address: String, problem: String, remedy: String)
    /// The pool has no free buffer.
    case poolEmpty(capacity: Int)

    public var description: String {
        switch self {
        case .system(let call, let subject, let reason):
            "\(call) failed on \(subject): \(reason)"
        case .privilege(let action, let remedy):
            "no permission to \(action); \(remedy)"
        case .noHugePages(let needed, let pageSize):
            "\(needed) free huge pages of \(pageSize >> 10) KiB are needed; as root, write a larger number "
                + "to /sys/kernel/mm/hugepages/hugepages-\(pageSize >> 10)kB/nr_hugepages"
        case .invalid(let what, let remedy):
            "\(what); \(remedy)"
        case .device(let address, let problem, let remedy):
            "\(address): \(problem); \(remedy)"
        case .poolEmpty(let capacity):
            "all \(capacity) buffers of the pool are in use; drop or send packets first, or make the pool larger"
        }
    }

    /// The error for what the kernel says to `call`.
    package init(_ call: String, on subject: String, _ error: ErrorNumber) {
        self = .system(call: call, subject: subject, reason: error.description)
    }
}

/// The value of `result`, whose error names the call and its subject.
@discardableResult
package func naming<Result: ~Copyable>(
    _ call: String, on subject: String, _ result: @autoclosure () throws(ErrorNumber) -> Result
) throws(HardwareError) -> Result {
    do { return try result() } catch { throw HardwareError(call, on: subject, error) }
}
