// harmless

import Ixy
import IxyModels
import Synchronization

private final class Flag: Sendable { let isSet = Atomic<Bool>(false) }

/// Devices that lie are reset under queues on other threads, which go on with packets of several pools.
func recoverOverThreads() async throws {
    for round in 0..<24 {
        var stage = try VirtIOStage(ring: [2, 4, 64, 256][round % 4]) {
            if round % 2 == 1 { $0.features.insert(.packedRing) }
            if round % 3 == 1 { $0.features.insert(.inOrder) }
            if round % 3 == 2 { $0.isScrambled = true }
            if round % 5 == 4 { $0.features.remove(.mergeableBuffers) }
        }
        let other = try VirtIOStage()
        let own = try stage.device.makePool(capacity: 50), foreign = try other.device.makePool(capacity: 50)
        guard let input = stage.device.takeReceiveQueue(), let output = stage.device.takeTransmitQueue() else { return }
        let flag = Flag()
        let receiver = Task { [input = Once(input)] in
            guard var input = input.take() else { return }
            var batch = PacketBatch(capacity: 32)
            while !flag.isSet.load(ordering: .relaxed) {
                input.receive(into: &batch)
                batch.forEach { packet in packet.fill(with: 1) }
                if batch.count > 20 { batch.dropAll() }
                if batch.count % 5 == 4 { batch.returnSpares() }
                await Task.yield()
            }
        }
        let sender = Task { [output = Once(output), own = Once(own), foreign = Once(foreign)] in
            guard var output = output.take(), let own = own.take(), let foreign = foreign.take() else { return }
            var batch = PacketBatch(capacity: 32)
            var turn = 0
            while !flag.isSet.load(ordering: .relaxed) {
                turn += 1
                own.fill(&batch, upTo: turn % 9, count: 60)
                foreign.fill(&batch, upTo: turn % 3, count: 60)
                batch.forEach { packet in packet.fill(with: 2) }
                output.transmit(&batch)
                if turn % 4 == 0 { batch.dropAll() }
                if turn % 16 == 0 { batch.returnSpares() }
                await Task.yield()
            }
        }
        for number in 0..<300 {
            var lies = Lies(Lies.Kind.aboutQueues)
            lies.limit = 1
            lies.seed = UInt64(round * 1000 + number)
            stage.model.tell(number % 40 == 0 ? lies : nil)
            _ = stage.device.recover()
            try await Task.sleep(for: .microseconds(200))
        }
        if round % 3 == 0 { try? stage.device.stop() }
        flag.isSet.store(true, ordering: .relaxed)
        await receiver.value
        await sender.value
    }
}
