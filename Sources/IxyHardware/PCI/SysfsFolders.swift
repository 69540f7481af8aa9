import IxySystem

extension Sysfs {
    /// The sorted names in the folder at `path`; none where there is no folder.
    func names(in path: String) throws(HardwareError) -> [String] {
        do throws(ErrorNumber) {
            return try FileSystem.names(in: path).sorted()
        } catch {
            if Self.isAbsence(error) { return [] }
            throw Self.failure("read", path, error)
        }
    }
}
