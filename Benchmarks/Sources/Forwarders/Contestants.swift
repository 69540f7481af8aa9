/// Who takes part.
public enum Contestants {
    /// Ours, and the library in C.
    public static func headline(_ setting: Setting) throws -> [any Contestant] {
        [try Pool(setting), try RunToCompletion(setting), try Baseline(setting)]
    }

    /// All names that `named` knows.
    public static let names = [Pool.name, RunToCompletion.name, Baseline.name, InlinedBaseline.name, SparseBaseline.name]

    /// By the name in the figures; nil if there is none of this name.
    public static func named(_ name: String, _ setting: Setting) throws -> (any Contestant)? {
        switch name {
        case Pool.name: try Pool(setting)
        case RunToCompletion.name: try RunToCompletion(setting)
        case Baseline.name: try Baseline(setting)
        case InlinedBaseline.name: try InlinedBaseline(setting)
        case SparseBaseline.name: try SparseBaseline(setting)
        default: nil
        }
    }
}
