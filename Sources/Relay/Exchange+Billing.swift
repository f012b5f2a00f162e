import Access
import Accounting
import Dialects
import Model
import Routing

/// What ended attempts came to, on its way to the ledger.
extension Exchange {
    /// An attempt that has ended, and of which it is not known yet whether another one follows.
    struct OpenBill {
        let funds: AttemptFunds
        var event: UsageEvent
        /// Whether anything is charged: the attempt may have cost nothing.
        let isBilled: Bool
        /// Whether what was set aside was handed over already.
        var isSettled = false
    }

    /// What was seen of an attempt when it ended.
    struct AttemptEnd {
        let outcome: AttemptOutcome?
        let status: Int?
        let reported: Usage?
        let stopReason: String?
        let output: Int
        /// Whether the answer came to its proper end, so that the report is the last word.
        let isWhole: Bool
        let isDelivered: Bool
        let isStream: Bool
    }

    /// Makes the bill of an attempt that has ended.
    mutating func bill(
        _ funds: AttemptFunds,
        _ index: Int,
        of call: UpstreamCall,
        _ end: AttemptEnd
    ) {
        sendBill(isFinal: false)
        guard let event = event(funds, index, call, end) else { return }
        let tokens = attemptTokens(end)
        var told = event
        told.reported = tokens.reported
        told.counted = tokens.counted
        guard let billed = tokens.billed else {
            openBill = OpenBill(funds: funds, event: told, isBilled: false)
            return
        }
        if funds.payer == .managed, funds.listTariff == nil {
            told.isUnpriced = true
        } else {
            told.charge = funds.tariff.charge(for: billed.usage)
        }
        told.listCost = funds.listTariff?.charge(for: billed.usage).total
        told.isEstimated = billed.isEstimated
        record.note(told)
        openBill = OpenBill(funds: funds, event: told, isBilled: true)
    }

    private mutating func attemptTokens(_ end: AttemptEnd) -> AttemptTokens {
        // Where nothing is charged by it, the input is told if somebody counted it already.
        var counted = Usage(input: traits?.estimatedInputTokens ?? 0, output: end.output)
        var reported = end.reported
        // What was told under way is only the beginning.
        if !end.isWhole, let told = reported, told.output < end.output {
            reported?.output = end.output
        }
        if reported == nil, end.outcome != nil { counted.input = countedInput() }
        return AttemptTokens(
            reported: reported,
            counted: counted,
            isContentDelivered: end.isDelivered,
            isFailed: isFailed(end)
        )
    }

    /// Whether an attempt failed, so that nothing is charged for it but what is known.
    private func isFailed(_ end: AttemptEnd) -> Bool {
        switch end.outcome {
        case .superseded: false
        case .clientLeft: end.status == nil
        case let outcome?: outcome.failureScope != nil
        case nil: false
        }
    }

    /// About how many tokens the request has; of a long one that nobody looked into, by its length.
    private mutating func countedInput() -> Int {
        if body.isForm || onlyConnects { return 0 }
        if traits == nil, body.bytes.count > Limits.bodyBytesOnLoop {
            return TokenEstimate.tokens(byteCount: body.bytes.count)
        }
        return readTraits().estimatedInputTokens
    }

    private func event(
        _ funds: AttemptFunds,
        _ index: Int,
        _ call: UpstreamCall,
        _ end: AttemptEnd
    ) -> UsageEvent? {
        guard let keys = snapshot.keys, let key = record.key, let gateway else { return nil }
        // A span lends the record, of which an array would make a copy.
        let attempts = record.attempts.span
        let began = attempts[index].start
        var event = UsageEvent(
            requestID: requestID,
            time: timestamp(at: began),
            account: keys.account(of: key),
            accessKey: AccessKeyID(keys.id(of: key)),
            gateway: gateway.id,
            provider: call.provider.id,
            model: call.candidate.model,
            attempt: index + 1,
            keySource: funds.payer
        )
        event.status = end.status
        event.outcome = end.outcome?.label ?? ""
        event.isTimedOut = end.outcome?.ranOutOfTime == true
        event.isError = end.outcome?.failureScope != nil
        event.isStream = end.isStream
        event.stopReason = end.stopReason
        event.isServed = end.isDelivered
        if case .own(let id) = call.credential.source { event.providerKey = id }
        let length = attempts[index].duration
        event.milliseconds = length.wholeMilliseconds
        event.millisecondsOfRequest = (began + length - start).wholeMilliseconds
        event.millisecondsToContent = attempts[index].content.map {
            ($0 - began).wholeMilliseconds
        }
        return event
    }

    /// The wall clock at a moment of this exchange.
    private func timestamp(at moment: ContinuousClock.Instant) -> Timestamp {
        let since = Int64((moment - start).wholeMilliseconds)
        return Timestamp(milliseconds: startSecond * 1000 + since)
    }

    /// Hands over what the last ended attempt came to, if it was not handed over.
    mutating func sendBill(isFinal: Bool) {
        guard var bill = openBill.take() else { return }
        bill.event.isFinal = isFinal
        // The client got one answer: of one that others went on with, the last part counts.
        if !isFinal { bill.event.isServed = false }
        let charge = bill.isSettled ? nil : charge(of: bill)
        settlements.append(settlement(of: bill, charge, keeping: bill.event))
    }

    /// Settles what was set aside for the last ended attempt: the next one may need it.
    mutating func settleOpenBill() {
        guard let bill = openBill, !bill.isSettled, bill.funds.holdsCredits else { return }
        settlements.append(settlement(of: bill, charge(of: bill), keeping: nil))
        openBill?.isSettled = true
    }

    private func charge(of bill: OpenBill) -> NanoDollars? {
        guard bill.isBilled else { return nil }
        return snapshot.credits.mode == .prepaid ? bill.event.totalCost : .zero
    }

    private func settlement(
        of bill: OpenBill,
        _ charge: NanoDollars?,
        keeping event: UsageEvent?
    ) -> Settlement {
        Settlement(
            bill.funds.takeClaim(),
            charge: charge,
            list: bill.event.listCost ?? .zero,
            event: event
        )
    }

    /// What was set aside for an attempt that never began returns.
    mutating func release(_ funds: AttemptFunds?) {
        guard let claim = funds?.takeClaim() else { return }
        settlements.append(Settlement(claim, charge: nil, list: .zero, event: nil))
    }

    /// What ended attempts came to, for the ledger: each is told once.
    package mutating func takeSettlements() -> [Settlement] {
        guard !settlements.isEmpty else { return [] }
        defer { settlements = [] }
        return settlements
    }

    // MARK: What was seen

    /// What is seen of the attempt in course as it ends.
    func attemptEnd(
        _ outcome: AttemptOutcome?,
        _ ending: (usage: Usage?, stopReason: String?)
    ) -> AttemptEnd {
        var status: Int?
        var isDelivered = false
        var isStream = false
        switch state {
        case .attempting(let attempt):
            status = attempt.headAt.map { _ in responseHead.status }
            isStream = attempt.isStream
        case .translatingAnswer: status = responseHead.status
        case .answering:
            status = responseHead.status
            isDelivered = true
            isStream = record.isStream
        case .new, .reading, .examining, .counting, .discarding, .writing, .reserving, .pausing,
            .settling,
            .finished:
            break
        }
        let isWhole =
            outcome?.failureScope == nil && (isStream ? isAnswerComplete || !readsEvents : true)
        return AttemptEnd(
            outcome: outcome,
            status: status,
            reported: ending.usage,
            stopReason: ending.stopReason,
            output: ending.usage != nil && isWhole ? 0 : outputSeen,
            isWhole: isWhole,
            isDelivered: isDelivered,
            isStream: isStream
        )
    }

    /// Whether the events of the answer in course are looked into.
    private var readsEvents: Bool { observer != nil || translated?.isStream == true }

    /// The output that came, as the gateway counts it.
    private var outputSeen: Int {
        translated?.countedOutput ?? observer?.countedOutput ?? answerObserver?.countedOutput ?? 0
    }

    // MARK: The end

    /// Ends the exchange, and shows the client its end once the ledger has what it is charged.
    mutating func end(_ step: Step) -> Step {
        sendBill(isFinal: true)
        guard settlements.contains(where: \.isAwaited) else {
            state = .finished
            return step
        }
        state = .settling(step)
        return Step(.settle)
    }

    /// The ledger has what ``Command/settle`` was about.
    package mutating func settled() -> Step {
        guard case .settling(let step) = state else { return Step(.wait) }
        state = .finished
        return step
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }
}
