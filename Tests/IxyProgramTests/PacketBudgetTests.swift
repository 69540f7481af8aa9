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

    /// Four threads claim at once, and give some back: together they get exactly what there is.
    @Test func threadsShareIt() {
        let budget = PacketBudget(2_000_000)
        let granted = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: 4) { index in
            while true {
                let count = budget.claim(index + 2)
                if count == 0 { break }
                let unused = count > 1 ? 1 : 0
                budget.giveBack(unused)
                granted.wrappingAdd(count - unused, ordering: .relaxed)
            }
        }
        // A thread may have left while another one held what it gave back.
        let rest = budget.claim(.max)
        #expect(rest < 16)
        #expect(granted.load(ordering: .relaxed) + rest == 2_000_000)
    }
}
