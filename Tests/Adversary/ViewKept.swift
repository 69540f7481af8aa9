// refused: missing reinitialization of inout parameter 'view' after consume
import Ixy

/// A view outlives its turn.
func keep(_ pipeline: inout Pipeline) {
    var kept: PacketView?
    pipeline.run { view in
        kept = consume view
        return .send
    }
    kept?[0] = 1
}
