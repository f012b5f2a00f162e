import Accounting
import Model
import Platform

/// Runs a cashier's errands to the worker that has the ledger.
///
/// It works on the housekeeping thread. What was settled is told again and again until it is done;
/// what is asked for is answered within a time, or is not available.
final class LedgerCourier: TimerHandler {
    private let loop: EventLoop
    /// This worker's name in the books.
    var instance: () -> String = { "" }
    /// Puts a line to whoever has the ledger; called back with the answer, nil where there is none.
    var ask: (_ line: [UInt8], _ then: @escaping ([UInt8]?) -> Void) -> Void = { _, then in
        then(nil)
    }
    private var open: [Int: Open] = [:]
    private var last = 0
    private var unsettled: [Unsettled] = []
    private lazy var patience = Timer(handler: self)
    private lazy var retrial = Timer(handler: self)

    private struct Open {
        let deadline: ContinuousClock.Instant
        let giveUp: () -> Void
    }

    private struct Unsettled {
        let request: LedgerRequest
        let told: (@Sendable () -> Void)?
    }

    /// How long a request for money waits for its answer.
    static let longestWait: Duration = .seconds(15)
    private static let pause: Duration = .milliseconds(500)

    init(on loop: EventLoop) {
        self.loop = loop
    }

    /// How many settlements nobody has confirmed.
    var unsettledCount: Int { unsettled.count + settling }
    private var settling = 0

    /// Runs one.
    func run(_ errand: LedgerErrand) {
        switch errand {
        case .reserve(let wish, let orphanCharge, let later):
            put(.reserve(wish, for: instance())) { [unowned self] answer in
                if case .claimed(let record) = answer, let hold = record.hold,
                    orphanCharge > .zero
                {
                    tell(.orphanCharge(hold, orphanCharge))
                }
                // What takes no credits goes on without a ledger.
                let isFree = wish.credits == nil && answer == .unavailable
                later((isFree ? .claimed(.nothing) : answer).outcome)
            }
        case .topUp(let record, let more, let list, let later):
            put(.topUp(record, by: more, list: list)) { answer in
                switch answer {
                case .claimed(let raised): later(raised)
                case .unavailable where record.hold == nil: later(record)
                case .heldByOthers, .exhausted, .budgetExceeded, .unavailable, .done: later(nil)
                }
            }
        case .orphanCharge(let hold, let charge): tell(.orphanCharge(hold, charge))
        case .settle(let records, let told):
            let step = LedgerRequest.longestSettlement
            for start in stride(from: 0, to: records.count, by: step) {
                let end = min(start + step, records.count)
                settle(
                    Unsettled(
                        request: .settle(Array(records[start..<end])),
                        told: end == records.count ? told : nil
                    )
                )
            }
        }
    }

    func timerFired(_ timer: Timer) {
        if timer === retrial {
            let all = unsettled
            unsettled = []
            for one in all { settle(one) }
            return
        }
        for (number, request) in open.sorted(by: { $0.key < $1.key })
        where request.deadline <= loop.now {
            open[number] = nil
            request.giveUp()
        }
        armPatience()
    }

    /// Asks for money; who does not hear in time goes without, and what comes later is given back.
    private func put(_ request: LedgerRequest, then: @escaping (LedgerAnswer) -> Void) {
        last += 1
        let number = last
        open[number] = Open(deadline: loop.now + LedgerCourier.longestWait) { then(.unavailable) }
        if !patience.isArmed { armPatience() }
        ask(ControlRequest.ledger(request).line) { [unowned self] line in
            let answer = line.map { LedgerAnswer(line: $0.span) } ?? .unavailable
            if open.removeValue(forKey: number) != nil {
                then(answer)
            } else if case (.claimed(let record), .reserve) = (answer, request) {
                tell(.release(record))
            }
        }
    }

    private func armPatience() {
        guard let next = open.values.map(\.deadline).min() else { return loop.cancel(patience) }
        loop.arm(patience, at: next)
    }

    private func tell(_ request: LedgerRequest) {
        ask(ControlRequest.ledger(request).line) { _ in }
    }

    private func settle(_ one: Unsettled) {
        settling += 1
        ask(ControlRequest.ledger(one.request).line) { [unowned self] line in
            settling -= 1
            if let line, LedgerAnswer(line: line.span) == .done {
                one.told?()
            } else {
                unsettled.append(one)
                if !retrial.isArmed { loop.arm(retrial, at: .now + LedgerCourier.pause) }
            }
        }
    }
}
