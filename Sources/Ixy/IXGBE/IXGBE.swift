/// The driver for Intel's 82599 family of 10 Gbit/s controllers.
@usableFromInline
package enum IXGBE {
    /// From how many packets on the descriptor lines of a batch are asked for at once; those of fewer come as fast without.
    @inlinable static var many: Int { 16 }
}
