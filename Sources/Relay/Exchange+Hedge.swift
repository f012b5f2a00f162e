import Dialects
import Model
import Routing

/// An attempt that runs beside the one in course, with all that is known of its answer.
final class Rival {
    let attempt: Attempt
    let planned: PlannedAttempt
    let call: UpstreamCall?
    let body: ByteBuffer
    let recordIndex: Int
    let responseHead: ResponseHead
    let held: [UInt8]
    let observer: StreamObserver?
    let answerObserver: AnswerObserver?
    let translated: TranslatedAnswer?
    let sawFailureEvent: Bool
    let funds: AttemptFunds?
    let hiddenUsage: HiddenUsage?

    init(
        _ attempt: Attempt,
        _ planned: PlannedAttempt,
        of exchange: borrowing Exchange
    ) {
        self.attempt = attempt
        self.planned = planned
        call = exchange.call
        body = exchange.upstreamBody
        recordIndex = exchange.recordIndex
        responseHead = exchange.responseHead
        held = exchange.held
        observer = exchange.observer
        answerObserver = exchange.answerObserver
        translated = exchange.translated
        sawFailureEvent = exchange.sawFailureEvent
        funds = exchange.funds
        hiddenUsage = exchange.hiddenUsage
    }

    /// What is seen of it as it ends.
    func end(_ outcome: AttemptOutcome) -> Exchange.AttemptEnd {
        Exchange.AttemptEnd(
            outcome: outcome,
            status: attempt.headAt.map { _ in responseHead.status },
            reported: translated?.usage ?? observer?.usage ?? answerObserver?.usage,
            stopReason: nil,
            output: translated?.countedOutput ?? observer?.countedOutput ?? 0,
            isWhole: false,
            isDelivered: false,
            isStream: attempt.isStream
        )
    }
}

/// An attempt that is to run beside another one, once it is paid.
struct Hedging {
    let planned: PlannedAttempt
    let asking: Asking
    let funds: AttemptFunds
}

/// Hedging: a second candidate is asked while the first is slow, and the first content wins
/// (chapter 4).
///
/// One of the two is the attempt in course; the other waits as the ``Rival``, and they change
/// places when something happens to it.
extension Exchange {
    /// Makes the attempt of a number the one in course; false when it does not run any more.
    ///
    /// The shell says so before every event of a transfer.
    package mutating func turn(to number: Int) -> Bool {
        guard isRunning(number) else { return false }
        if planned?.number != number { changePlaces() }
        return true
    }

    /// The number of the attempt in course, from 1.
    package var attemptNumber: Int? { planned?.number }

    /// Whether an attempt is still wanted; the shell ends the transfer of one that is not.
    package func isRunning(_ number: Int) -> Bool {
        switch state {
        case .attempting: planned?.number == number || rival?.planned.number == number
        case .answering: planned?.number == number
        case .new, .reading, .examining, .counting, .writing, .reserving, .translatingAnswer,
            .discarding,
            .pausing, .settling, .finished:
            false
        }
    }

    /// When a second candidate is asked; nil when none is.
    func hedgeDue(_ attempt: Attempt, _ timeouts: Timeouts) -> ContinuousClock.Instant? {
        guard let delay = timeouts.hedgeAfter, !hasHedged, expectedForm == .events,
            !head.forbidsRetry
        else { return nil }
        if case .error = attempt.phase { return nil }
        return attempt.start + delay
    }

    mutating func hedge(_ attempt: Attempt, at now: ContinuousClock.Instant) -> Step {
        hasHedged = true
        guard let planned, !isLongToWrite, let next = plan?.beside(planned, at: now),
            let asking = asking(next.candidate)
        else { return Step(.wait) }
        switch admit(next) {
        case .refused: return Step(.wait)
        case .free(let funds):
            incomingFunds = funds
            return beginBeside(next, asking, attempt, planned, at: now)
        case .paid(let funds, let question):
            hedging = Hedging(planned: next, asking: asking, funds: funds)
            fundsQuestion = question
            return Step(.reserve)
        }
    }

    /// Begins the second attempt, which is paid.
    mutating func hedge(
        _ hedging: Hedging,
        beside attempt: Attempt,
        at now: ContinuousClock.Instant
    ) -> Step {
        incomingFunds = hedging.funds
        guard let planned else { preconditionFailure("an attempt without a plan") }
        return beginBeside(hedging.planned, hedging.asking, attempt, planned, at: now)
    }

    private mutating func beginBeside(
        _ next: PlannedAttempt,
        _ asking: Asking,
        _ attempt: Attempt,
        _ planned: PlannedAttempt,
        at now: ContinuousClock.Instant
    ) -> Step {
        let sent: FittedBody
        let answer: TranslatedAnswer?
        do throws(RequestBody.Malformed) {
            (sent, answer) = try fitBeside(next, asking)
        } catch {
            release(incomingFunds.take())
            return Step(.wait)
        }
        rival = Rival(attempt, planned, of: self)
        return begin(next, asking, sending: sent, answer: answer, at: now)
    }

    /// Whether some candidate would need a body that must not be written here.
    private var isLongToWrite: Bool {
        let count = body.bytes.count
        guard count > Limits.translatedBytesOnLoop, let plan else { return false }
        return plan.resolved.candidates.contains { candidate in
            asking(candidate).flatMap { fitting(candidate, $0) }?.isLong(count) == true
        }
    }

    /// A body for an attempt beside another, whose own must not change.
    private mutating func fitBeside(
        _ planned: PlannedAttempt,
        _ asking: Asking
    ) throws(RequestBody.Malformed) -> (FittedBody, TranslatedAnswer?) {
        let copy = asking.isTranslated ? nil : body.copy(naming: planned.candidate.model)
        guard let fitting = fitting(planned.candidate, asking) else {
            return (FittedBody(bytes: copy ?? body.bytes, removed: []), nil)
        }
        let writer = writer(of: copy)
        if copy == nil { self.writer = writer }
        writer.prepare(fitting)
        writer.run()
        guard let fitted = try writer.result?.get() else {
            preconditionFailure("a request that nobody wrote")
        }
        return (fitted, answer(to: fitted, writer))
    }

    /// Goes on with the rival alone after the attempt in course has failed.
    mutating func goOnWithRival() {
        changePlaces()
        rival = nil
    }

    /// The rival has lost, or the whole exchange is over.
    mutating func endRival(_ outcome: AttemptOutcome, at now: ContinuousClock.Instant) {
        guard let rival else { return }
        self.rival = nil
        guard record.close(rival.recordIndex, outcome, message: nil, at: now) else { return }
        measure(rival.recordIndex, of: rival.call)
        guard let funds = rival.funds, let call = rival.call else { return }
        // The attempt in course may have ended before it, and be the last one.
        let own = openBill.take()
        bill(funds, rival.recordIndex, of: call, rival.end(outcome))
        sendBill(isFinal: false)
        openBill = own
    }

    private mutating func changePlaces() {
        guard let rival, case .attempting(let attempt) = state, let planned else {
            preconditionFailure("two attempts change places where there are no two")
        }
        let other = Rival(attempt, planned, of: self)
        state = .attempting(rival.attempt)
        self.planned = rival.planned
        call = rival.call
        upstreamBody = rival.body
        recordIndex = rival.recordIndex
        responseHead = rival.responseHead
        held = rival.held
        observer = rival.observer
        answerObserver = rival.answerObserver
        translated = rival.translated
        funds = rival.funds
        hiddenUsage = rival.hiddenUsage
        sawFailureEvent = rival.sawFailureEvent
        record.isStream = hasEarlyHead || rival.attempt.isStream
        self.rival = other
    }
}
