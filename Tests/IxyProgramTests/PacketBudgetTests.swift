import Foundation
import Synchronization
import Testing

@testable import ixy

@Suite struct PacketBudgetTests {
    @Test func grantsDownToNothing() {
        let budget = PacketBudget(10)
        #expect(budget.fraction == 0)
        #expect(budget.claim(4) == 4)
        #expect(budget.fraction == 0.4)
        #expect(!budget.isUsedUp)
        #expect(budget.claim(32) == 6)
        #expect(budget.isUsedUp)
        #expect(budget.claim(1) == 0)
        #expect(budget.fraction == 1)
    }

    @Test func whatIsGivenBackIsGrantedAgain() {
        let budget = PacketBudget(10)
        #expect(budget.claim(10) == 10)
        budget.giveBack(3)
        #expect(!budget.isUsedUp)
        #expect(budget.claim(10) == 3)
    }

    @Test func withoutALimitAllIsGranted() {
        let budget = PacketBudget(nil)
        #expect(budget.claim(1 << 40) == 1 << 40)
        budget.giveBack(5)
        #expect(!budget.isUsedUp)
        #expect(budget.fraction == nil)
        #expect(budget.total == nil)
    }

    /// Two threads claim at the same time, and give some back: together they get exactly what there is.
    @Test func threadsShareIt() {
        let total = 2_000_000
        let budget = PacketBudget(total)
        let granted = Atomic<Int>(0)
        let ready = Atomic<Int>(0)
        let done = Atomic<Int>(0)
        for number in 0..<2 {
            let thread = Thread {
                ready.wrappingAdd(1, ordering: .acquiringAndReleasing)
                while ready.load(ordering: .acquiring) < 2 {}
                while case let count = budget.claim(number + 2), count > 0 {
                    let unused = count > 1 ? 1 : 0
                    budget.giveBack(unused)
                    granted.wrappingAdd(count - unused, ordering: .relaxed)
                }
                done.wrappingAdd(1, ordering: .acquiringAndReleasing)
            }
            thread.start()
        }
        while done.load(ordering: .acquiring) < 2 { usleep(1000) }
        // A thread may have left while the other one held what it gave back.
        let rest = budget.claim(.max)
        #expect(rest < 16)
        #expect(granted.load(ordering: .relaxed) + rest == total)
    }
}
