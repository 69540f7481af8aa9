import IxyHardware
import Testing

@testable import Ixy

/// The hand-over between control side and queues, stopped at each of its steps.
@Suite struct ResetBarrierTests {
    /// A queue whose work is a closure.
    fileprivate struct Queue: Resettable, ~Copyable {
        var participant: ResetParticipant
        var layOuts = 0
        let work: () -> Void

        mutating func startOver() {
            layOuts += 1
            work()
        }
    }

    @Test func aQueueAnswersOnlyWhenItsRingIsLaidOut() {
        let barrier = ResetBarrier()
        var other = barrier.join()
        var answers: [Bool] = []
        // The control side looks in the middle of the work: with the answer it would start the card.
        var queue = Queue(participant: barrier.join()) { answers.append(barrier.isAnswered) }
        var layOuts = 0
        #expect(barrier.isAnswered)
        for round in 1...5 {
            other.reportLie()
            barrier.callNextPhase()
            #expect(!barrier.isAnswered, "nobody has seen the call")
            var runs = queue.takePartInReset()
            layOuts = queue.layOuts
            #expect(!runs && layOuts == round - 1, "a paused queue leaves its ring alone, because the card still runs")
            #expect(!barrier.isAnswered, "the other queue has not seen it")
            var twin = Queue(participant: other) {}
            _ = twin.takePartInReset()
            #expect(barrier.isAnswered)
            runs = queue.takePartInReset()
            layOuts = queue.layOuts
            #expect(!runs && layOuts == round - 1)
            _ = barrier.takeLies()
            barrier.callNextPhase()
            #expect(!barrier.isAnswered)
            _ = twin.takePartInReset()
            #expect(!barrier.isAnswered)
            runs = queue.takePartInReset()
            layOuts = queue.layOuts
            #expect(!runs && layOuts == round)
            #expect(answers == [Bool](repeating: false, count: round), "it answers after its work")
            #expect(barrier.isAnswered)
            runs = queue.takePartInReset()
            layOuts = queue.layOuts
            #expect(!runs && layOuts == round, "the ring is laid out once, or the card's first descriptors would be lost")
            barrier.callNextPhase()
            runs = queue.takePartInReset()
            layOuts = queue.layOuts
            #expect(runs && layOuts == round)
            runs = twin.takePartInReset()
            #expect(runs, "a reset has made up for the lie")
            other = twin.giveBack()
        }
    }

    @Test func aLieMakesAQueueDeadUntilAReset() {
        let barrier = ResetBarrier()
        var queue = Queue(participant: barrier.join()) {}
        queue.participant.reportLie()
        for _ in 0..<3 {
            let isCalled = queue.participant.isCalled
            #expect(isCalled)
            let runs = queue.takePartInReset()
            #expect(!runs, "nobody has reset the device yet")
        }
        for phase in 0..<3 {
            barrier.callNextPhase()
            let runs = queue.takePartInReset()
            #expect(runs == (phase == 2))
        }
    }

    /// It lies in the middle of a reset, too.
    @Test func aLieBetweenTwoPhasesIsNotForgotten() {
        let barrier = ResetBarrier()
        var queue = Queue(participant: barrier.join()) {}
        for phase in 0..<3 {
            barrier.callNextPhase()
            _ = queue.takePartInReset()
            if phase == 2 { queue.participant.reportLie() }
        }
        let runs = queue.takePartInReset()
        #expect(!runs)
        #expect(barrier.hasLies)
    }

    @Test func aQueueThatIsGoneIsNotWaitedFor() {
        let barrier = ResetBarrier()
        do {
            let participant = barrier.join()
            barrier.callNextPhase()
            #expect(!barrier.isAnswered)
            _ = consume participant
        }
        #expect(barrier.isAnswered)
    }
}

extension ResetBarrierTests.Queue {
    fileprivate consuming func giveBack() -> ResetParticipant { participant }
}
