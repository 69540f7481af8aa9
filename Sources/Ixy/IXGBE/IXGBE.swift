/// The driver for Intel's 82599 family of 10 Gbit/s controllers.
@usableFromInline
package enum IXGBE {}
