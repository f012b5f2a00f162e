import ControlPlane
import Model
import Platform

/// Where the ledger is asked by messages: each answer goes to who asked.
///
/// It works on the housekeeping thread.
final class LedgerCounter {
    private let cashier: Cashier
    private let answered: @Sendable (Int, [UInt8]) -> Void
    private var waiting: [Int: ([UInt8]) -> Void] = [:]
    private var last = 0

    /// - Parameter answered: called on any thread when ``answer(_:_:)`` is to be called.
    init(_ cashier: Cashier, answered: @escaping @Sendable (Int, [UInt8]) -> Void) {
        self.cashier = cashier
        self.answered = answered
    }

    /// Gives money to an account, and tells when it can be spent.
    func grant(_ order: GrantOrder, then tell: @escaping ([UInt8]) -> Void) {
        let number = open(tell)
        cashier.grant(order, at: now) { [answered] in answered(number, $0.line) }
    }

    /// Does what another worker asks for.
    func serve(_ request: LedgerRequest, then tell: @escaping ([UInt8]) -> Void) {
        let number = open(tell)
        cashier.serve(request, at: now) { [answered] in answered(number, $0.line) }
    }

    /// An answer has come.
    func answer(_ number: Int, _ line: [UInt8]) {
        waiting.removeValue(forKey: number)?(line)
    }

    private func open(_ tell: @escaping ([UInt8]) -> Void) -> Int {
        last += 1
        waiting[last] = tell
        return last
    }

    private var now: Timestamp { Timestamp(milliseconds: WallClock.milliseconds()) }
}
