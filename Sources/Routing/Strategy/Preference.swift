import Model

/// What makes one provider of a model better than another, where the operator writes no expression.
package enum Preference: String, CaseIterable, Sendable {
    /// The least estimated cost of this request.
    case cheapest
    /// The least time, by what was measured of late: to the first token, and for the output.
    case fastest
    /// The fewest errors of late.
    case reliable
}

extension Preference {
    /// Of how many requests one tries a candidate that would not be its turn: what was never asked
    /// has no figures to be chosen by, and what got better would never be known.
    static let explorationInterval: UInt64 = 20

    /// The candidates in the order in which they are tried; equal ones keep theirs.
    ///
    /// Candidates of one model stand together: a model that the client named before another one is
    /// tried before it, at whatever providers.
    func order(_ candidates: [Candidate], by facts: ChoiceFacts) -> ChosenModels {
        var ordered: [Candidate] = []
        ordered.reserveCapacity(candidates.count)
        for run in runs(of: candidates, facts) { ordered += sorted(candidates[run], by: facts) }
        guard let explored = exploration(of: ordered, facts) else {
            return ChosenModels(candidates: ordered, reason: .preference(self))
        }
        ordered.insert(ordered.remove(at: explored), at: 0)
        return ChosenModels(candidates: ordered, reason: .exploration(self))
    }

    /// The same for candidates that may all take each other's places.
    func sorted(_ candidates: ArraySlice<Candidate>, by facts: ChoiceFacts) -> [Candidate] {
        candidates.map { (candidate: $0, cost: cost(of: $0, facts)) }
            .enumerated()
            .sorted { one, other in
                (one.element.cost, one.offset) < (other.element.cost, other.offset)
            }
            .map(\.element.candidate)
    }

    /// What is compared; less is better, and what nobody knows comes last.
    private func cost(of candidate: Candidate, _ facts: ChoiceFacts) -> Double {
        switch self {
        case .cheapest:
            return Preference.price(of: candidate, facts).map { Double($0.rawValue) } ?? .infinity
        case .fastest:
            let summary = facts.metrics.summary(of: facts.measured(candidate))
            guard summary.timeToFirstToken.average > 0 else {
                // Answers that are no streams tell only how long all of it takes.
                return summary.upstream.average > 0 ? summary.upstream.average : .infinity
            }
            let output = Double(facts.traits.maxOutputTokens ?? Limits.assumedOutputTokens)
            return summary.timeToFirstToken.average + output * summary.timePerOutputToken.average
        case .reliable:
            let summary = facts.metrics.summary(of: facts.measured(candidate))
            // As if each had had one success and one failure before: without them one success
            // would be worth more than a thousand with one failure among them.
            let errors = summary.errors.total * Double(summary.requestCount)
            return (errors + 1) / (Double(summary.requestCount) + 2)
        }
    }

    /// What a request would cost there; nil without a price.
    static func price(of candidate: Candidate, _ facts: ChoiceFacts) -> NanoDollars? {
        guard let offer = facts.routes.offer(of: candidate), let pricing = offer.facts.pricing
        else { return nil }
        let wanted = facts.traits.maxOutputTokens ?? Limits.assumedOutputTokens
        return pricing.estimate(
            input: facts.traits.estimatedInputTokens,
            output: min(wanted, offer.facts.maxOutputTokens ?? wanted),
            at: facts.moment
        )
    }

    /// The place of a candidate that gets a trial out of turn: the one that was used least of those
    /// that stand with the first.
    private func exploration(of ordered: [Candidate], _ facts: ChoiceFacts) -> Int? {
        // What a request costs is known without a trial.
        guard self != .cheapest, facts.seed % Preference.explorationInterval == 0,
            let first = runs(of: ordered, facts).first, first.count > 1
        else { return nil }
        return first.dropFirst().min { one, other in
            uses(of: ordered[one], facts) < uses(of: ordered[other], facts)
        }
    }

    private func uses(of candidate: Candidate, _ facts: ChoiceFacts) -> Int {
        facts.metrics.summary(of: facts.measured(candidate)).requestCount
    }

    /// The stretches of candidates that serve the same model.
    private func runs(of candidates: [Candidate], _ facts: ChoiceFacts) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start = 0
        while start < candidates.count {
            let name = facts.modelName(of: candidates[start])
            var end = start + 1
            while end < candidates.count, facts.modelName(of: candidates[end]) == name { end += 1 }
            runs.append(start..<end)
            start = end
        }
        return runs
    }
}

extension ChoiceFacts {
    /// What a candidate's figures are found by.
    func measured(_ candidate: Candidate) -> MeasuredModel {
        routes.offer(of: candidate)?.measured ?? candidate.measured
    }

    /// The model's own name; for one passed through, that at its provider.
    func modelName(of candidate: Candidate) -> String {
        routes.offer(of: candidate)?.id ?? candidate.model
    }
}
