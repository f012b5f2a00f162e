package import Model

/// What is known of a request's output before there is any.
package struct OutputWish: Equatable, Sendable {
    /// The most tokens that the client wants of each answer; nil when it does not say.
    package var clientCap: Int?
    /// The most that its key may have.
    package var keyCap: Int?
    /// The most that the model makes.
    package var modelCap: Int?
    /// How many answers it wants (`n`, `best_of`).
    package var choices = 1
    /// Whether every token is seen as it comes: a stream, without reasoning that stays hidden.
    package var isSeen = false

    /// A request for one answer of any length.
    package init() {}

    /// The most that key and model allow.
    fileprivate var ceiling: Int? {
        switch (keyCap, modelCap) {
        case (let key?, let model?): min(key, model)
        case (let cap, nil), (nil, let cap): cap
        }
    }
}

/// How much is held for a request, and what follows from what could be held.
///
/// - A request with a cap holds all that it may cost.
/// - A stream without one holds its input and some output, and more before that is used up.
/// - Where the output is not seen as it comes there is no later: the request is given a cap, as high
///   as the money goes that others don't need.
package struct HoldPlan: Sendable {
    /// What to ask the balance for.
    package let size: HoldSize

    private let tariff: Tariff
    private let caches: PromptCaching
    private let input: Int
    private let wish: OutputWish
    /// The output of each answer that the hold covers at first, where it is what was wanted.
    private let first: Int
    /// The step of a top-up, for each answer.
    private let step: Int

    /// The plan for a request.
    ///
    /// - Parameters:
    ///   - input: the most tokens that the input can be.
    ///   - step: `credits.hold_output_tokens`.
    package init(
        _ wish: OutputWish,
        input: Int,
        caches: PromptCaching,
        tariff: Tariff,
        step: Int
    ) {
        self.wish = wish
        self.input = input
        self.caches = caches
        self.tariff = tariff
        self.step = max(1, step)
        let ceiling = wish.ceiling ?? .max
        let least: Int
        let modest: Int
        if let cap = wish.clientCap {
            first = min(cap, ceiling)
            modest = first
            least = first
        } else {
            first = min(wish.isSeen ? self.step : Limits.unseenOutputTokens, ceiling)
            modest = min(self.step, first)
            least = min(Limits.leastOutputTokens, first)
        }
        let bound = { (output: Int) in
            tariff.bound(input: input, output: product(output, wish.choices), caches: caches)
        }
        size = HoldSize(wanted: bound(first), least: bound(least), modest: bound(modest))
    }

    /// The cap that goes upstream when so much is held; nil where the client's own stays, or none.
    package func upstreamCap(holding amount: NanoDollars) -> Int? {
        if let cap = wish.clientCap {
            guard let key = wish.keyCap, key < cap else { return nil }
            return key
        }
        if wish.isSeen { return wish.keyCap }
        return min(first, coverage(of: amount) / max(1, wish.choices))
    }

    /// The output tokens, of all answers together, that an amount pays beside the input.
    package func coverage(of amount: NanoDollars) -> Int {
        tariff.output(payableWith: amount, besides: input, caches: caches) ?? .max
    }

    /// The output, of all answers together, at which more is to be held; never where all that may
    /// come is held, or nothing more can be.
    ///
    /// What was held of a balance that has little left is used to its half at least, before the
    /// answer may have to end for want of more.
    package func topUpDue(holding amount: NanoDollars) -> Int {
        guard wish.isSeen, wish.clientCap == nil else { return .max }
        let covered = coverage(of: amount)
        guard covered < product(wish.ceiling ?? .max, wish.choices) else { return .max }
        return covered - min(product(step, wish.choices) / 4, covered / 2)
    }

    /// What to hold more for a stream of which so many tokens came, while so much is held; nil while
    /// that is enough, or where all that may come is held.
    ///
    /// It is due a while before the tokens are used up: the next ones are on their way already.
    package func topUp(counted: Int, holding amount: NanoDollars) -> NanoDollars? {
        guard counted >= topUpDue(holding: amount) else { return nil }
        let covered = coverage(of: amount)
        let end = product(wish.ceiling ?? .max, wish.choices)
        let steps = product(step, wish.choices)
        let (sum, overflow) = max(covered, counted).addingReportingOverflow(steps)
        let next = min(end, overflow ? .max : sum)
        let wanted = tariff.bound(input: input, output: next, caches: caches)
        return wanted > amount ? wanted - amount : nil
    }
}

/// The product; beyond counting it is the largest number.
private func product(_ left: Int, _ right: Int) -> Int {
    let (product, overflow) = max(0, left).multipliedReportingOverflow(by: max(1, right))
    return overflow ? .max : product
}
