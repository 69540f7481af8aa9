// error: is not concurrency-safe because it is nonisolated global shared mutable state
// A queue cannot be put where every thread finds it.
import Ixy

#if TWIN
@MainActor var shared: ReceiveQueue?
#else
var shared: ReceiveQueue?
#endif
