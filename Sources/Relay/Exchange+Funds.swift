import Access
package import Accounting
import Dialects
package import Model
import Routing

/// What an attempt may cost, and the money that is set aside for it before it begins (chapter 5).
extension Exchange {
    /// What is to be set aside.
    package struct FundsQuestion: Sendable {
        /// Of which money, and how much.
        package let wish: FundsWish
        /// What the attempt is charged if this process ends before it says more.
        package let orphanCharge: NanoDollars
    }

    /// What becomes of an attempt's money before it begins.
    enum Admission {
        /// Nothing is set aside; no funds at all where there is no ledger.
        case free(AttemptFunds?)
        /// This is to be set aside first.
        case paid(AttemptFunds, FundsQuestion)
        /// Not with this key.
        case refused(Refusal)
    }

    /// How an attempt would be paid.
    mutating func admit(_ planned: PlannedAttempt) -> Admission {
        let rules = snapshot.credits
        // What passes the gateway by is not counted here.
        guard rules.mode != .off, !onlyConnects, let routes, let operation = endpoint?.operation
        else { return .free(nil) }
        let facts = routes.offer(of: planned.candidate)?.facts
        let payer = UsageEvent.KeySource(planned.credential.source)
        // No provider charges for either.
        let isFree = operation.onlyCounts || operation == .moderations
        let pricing = isFree ? Pricing(TokenRates()) : facts?.pricing
        var tiers: ServiceTiers = []
        if payer == .managed {
            let terms = readTerms()
            if let parameter = terms.unpriced(by: pricing) {
                return .refused(.featureUnpriced(parameter))
            }
            if pricing == nil, rules.mode == .prepaid {
                return .refused(.modelUnpriced(planned.candidate.displayName))
            }
            tiers = terms.allTiers
        }
        let moment = Timestamp(unixSecond: startSecond)
        let fee = isFree ? .free : payer == .user ? rules.ownKeyFee : rules.managedFee
        let tariff = Tariff(payer == .user ? nil : pricing, fee: fee, at: moment, tiers: tiers)
        let list = pricing.map { Tariff($0, fee: .free, at: moment, tiers: tiers) }
        let isPrepaid = rules.mode == .prepaid && payer != .user && !isFree
        let budgets = isFree ? [] : budgetHolders(payer)
        guard isPrepaid || !budgets.isEmpty else {
            return .free(AttemptFunds(payer, tariff, list: list, plan: nil))
        }
        return question(payer, tariff, list, facts, budgets, isPrepaid: isPrepaid)
    }

    private mutating func question(
        _ payer: UsageEvent.KeySource,
        _ tariff: Tariff,
        _ list: Tariff?,
        _ facts: ModelFacts?,
        _ budgets: [BudgetHolder],
        isPrepaid: Bool
    ) -> Admission {
        let traits = readTraits()
        let terms = readTerms()
        let input = inputBound(traits, terms, facts)
        let wish = outputWish(traits, terms, facts)
        let caching = traits.keepsInputLong ? PromptCaching.forAnHour : .briefly
        let plan = { (tariff: Tariff, step: Int) in
            HoldPlan(wish, input: input, caches: caching, tariff: tariff, step: step)
        }
        let step = snapshot.credits.holdOutputTokens
        let charged = plan(tariff, step)
        let listed = list.map { plan($0, step) }
        let funds = AttemptFunds(
            payer,
            tariff,
            list: list,
            plan: FundsPlan(credits: isPrepaid ? charged : nil, list: listed ?? charged)
        )
        let account = snapshot.keys.flatMap { keys in record.key.map { keys.account(of: $0) } }
        let question = FundsQuestion(
            wish: FundsWish(
                credits: isPrepaid ? account.map { ($0, charged.size) } : nil,
                budgets: budgets,
                isManaged: payer != .user,
                listSize: listed?.size ?? HoldSize(wanted: .zero, least: .zero)
            ),
            orphanCharge: tariff.charge(for: Usage(input: traits.estimatedInputTokens)).total
        )
        return .paid(funds, question)
    }

    /// What the request asks for beyond tokens at their usual prices.
    mutating func readTerms() -> RequestTerms {
        if let terms { return terms }
        let read = body.isForm ? RequestTerms() : body.bytes.withBytes { RequestTerms($0) }
        terms = read
        return read
    }

    /// The most tokens that the input can be.
    private func inputBound(
        _ traits: RequestTraits,
        _ terms: RequestTerms,
        _ facts: ModelFacts?
    ) -> Int {
        let window = facts?.maxContextWindow ?? Limits.unseenInputTokens
        if terms.refersElsewhere || traits.fileCount > 0 && traits.fileBytes == 0 { return window }
        let bound = InputBound.tokens(of: traits)
        let factor = InputBound.factor(facts, for: endpoint?.operation)
        let scaled = Int128(bound) * Int128(factor) / 1_000_000
        return Int(clamping: min(scaled, Int128(facts?.maxContextWindow ?? .max)))
    }

    private func outputWish(
        _ traits: RequestTraits,
        _ terms: RequestTerms,
        _ facts: ModelFacts?
    ) -> OutputWish {
        var wish = OutputWish()
        wish.keyCap = gateway?.limits.maxOutputTokens
        wish.modelCap = facts?.maxOutputTokens
        wish.choices = terms.choices
        guard endpoint?.operation?.outputLimit != Operation.OutputLimit.none else {
            wish.clientCap = 0
            return wish
        }
        wish.clientCap = traits.maxOutputTokens
        // Thoughts are told in part or not at all.
        let thinks = facts?.supportedFeatures.contains("reasoning") == true
        wish.isSeen = isStreamAsked && !thinks
        return wish
    }

    /// Whose budgets an attempt counts for: the key's, and its configuration's.
    private func budgetHolders(_ payer: UsageEvent.KeySource) -> [BudgetHolder] {
        guard let key = record.key else { return [] }
        return snapshot.budgetHolders(of: key, isManaged: payer != .user)
    }

    // MARK: The answer

    /// The question that ``Command/reserve`` is about has its answer.
    package mutating func reserved(
        _ outcome: consuming ClaimOutcome,
        at now: ContinuousClock.Instant
    ) -> Step {
        fundsQuestion = nil
        let refusal: Refusal
        switch consume outcome {
        case .claimed(let claim): return take(claim, at: now)
        case .heldByOthers: refusal = .creditsHeld
        case .exhausted: refusal = .creditsExhausted
        case .budgetExceeded(let holder, let end):
            refusal = .budgetExceeded(holder, resetsAt: end)
        case .unavailable: refusal = .ledgerUnavailable
        }
        if case .reserving(let planned, _, let other, _) = state {
            let isShort = refusal != .ledgerUnavailable
            return (isShort ? count(then: .pay(planned, sending: other, or: refusal)) : nil)
                ?? passOverUnpaid(planned, refusal, at: now)
        }
        hedging = nil
        return Step(.wait)
    }

    private mutating func take(
        _ claim: consuming Claim,
        at now: ContinuousClock.Instant
    ) -> Step {
        if case .reserving(let planned, let asking, let other, let funds) = state {
            funds.take(claim)
            return send(planned, asking, other, funds, at: now)
        }
        if case .attempting(let attempt) = state, let hedging {
            self.hedging = nil
            hedging.funds.take(claim)
            return hedge(hedging, beside: attempt, at: now)
        }
        // Whoever asked is gone.
        hedging = nil
        settlements.append(Settlement(claim, charge: nil, list: .zero, event: nil))
        return Step(.wait)
    }

    /// Goes on with another key or candidate, since this one can't be paid; when there is none, the
    /// client is told why.
    mutating func passOverUnpaid(
        _ planned: PlannedAttempt,
        _ refusal: Refusal,
        at now: ContinuousClock.Instant
    ) -> Step {
        let first = unpaid ?? refusal
        unpaid = first
        let line = "\(planned.candidate.displayName) (\(refusal.message))"
        if rejected.last != line { rejected.append(line) }
        if let next = plan?.passOverKey(at: now) {
            return brokenAt == nil ? startAttempt(next, at: now) : refuseContinuation()
        }
        guard brokenAt == nil else { return refuseContinuation() }
        if record.attempts.isEmpty {
            rejected.removeLast()
            return refuse(first)
        }
        return refuse(.everyCandidateFailed(record.attempts))
    }

    // MARK: More for a stream

    /// What is to be set aside more for the stream under way; nil for nothing.
    ///
    /// It is told once.
    package mutating func topUpWish() -> (credits: NanoDollars, list: NanoDollars)? {
        guard case .answering = state, !isDraining, let funds, funds.topUpDue < .max else {
            return nil
        }
        return funds.topUp(counted: countedOutput)
    }

    /// Sets more aside: calls `body` with what is set aside for the attempt in course.
    package func withClaim<R>(_ body: (inout Claim) -> R) -> R? { funds?.withClaim(body) }

    /// The wish for more has its answer.
    package mutating func toppedUp(_ isDone: Bool, at now: ContinuousClock.Instant) -> Step {
        guard case .answering = state, let funds else { return Step(.wait) }
        if isDone {
            funds.noteToppedUp()
            return Step(.wait)
        }
        closeAttempt(.superseded, message: Refusal.creditsExhausted.message, at: now)
        return breakOff(.creditsExhausted)
    }

    /// What is charged of the attempt in course if this process ends now, and for which hold; nil
    /// while that has changed little since it was told, or nothing is set aside.
    package func orphanCharge() -> (hold: HoldID, charge: NanoDollars)? {
        guard case .answering = state, let funds, funds.noteDue < .max, let hold = funds.holdID
        else { return nil }
        let counted = countedOutput
        guard counted >= funds.noteDue else { return nil }
        funds.noteTold(counted: counted)
        let usage = Usage(input: traits?.estimatedInputTokens ?? 0, output: counted)
        return (hold, funds.tariff.charge(for: usage).total)
    }

    /// The output of the attempt in course so far, as the gateway counted it.
    var countedOutput: Int { translated?.countedOutput ?? observer?.countedOutput ?? 0 }
}

extension UsageEvent.KeySource {
    /// Who pays for what a credential opens.
    init(_ source: Credential.Source) {
        self =
            switch source {
            case .managed: .managed
            case .own: .user
            case .nobody: .none
            }
    }
}
