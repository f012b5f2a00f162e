import Model

/// `ngrok/auto` without a strategy: the models that suit a request, the cheapest that is able enough
/// first.
///
/// It is the same for the same request: nothing of it is measured or drawn.
enum OpenChoice {
    /// The candidates in the order in which they are tried: those of the request's band by their
    /// price, then those of the bands above it; then those below, which are better than no answer.
    ///
    /// A preference other than the price orders the candidates within a band.
    static func order(
        _ candidates: [Candidate],
        _ preference: Preference?,
        by facts: ChoiceFacts
    ) throws(SelectionFailure) -> ChosenModels {
        let wanted = Band(of: facts.traits)
        var ranks: [[Candidate]] = Array(repeating: [], count: Rank.count)
        for candidate in candidates {
            guard let rank = rank(of: candidate, wanted, facts) else { continue }
            ranks[rank].append(candidate)
        }
        let preference = preference ?? .cheapest
        let ordered = ranks.flatMap { preference.sorted($0[...], by: facts) }
        if ordered.isEmpty { throw .nothingSuits }
        return ChosenModels(
            candidates: ordered,
            reason: .band(wanted, Band.signs(of: facts.traits))
        )
    }

    /// Where a candidate stands, from 0; nil where the request can't go there at all.
    private static func rank(
        of candidate: Candidate,
        _ wanted: Band,
        _ facts: ChoiceFacts
    ) -> Int? {
        guard let known = facts.routes.offer(of: candidate)?.facts else { return nil }
        guard !known.isRetired(at: facts.moment), fits(facts.traits, known) else { return nil }
        guard let band = Band(of: known, at: facts.moment) else { return Rank.unpriced.rawValue }
        // What is known to do all that is asked stands before what may not.
        let doubt = isAble(facts.traits, known) ? 0 : Rank.doubtful.rawValue
        return doubt + (band >= wanted ? band.rawValue - wanted.rawValue : Rank.below(band))
    }

    /// Whether a request can go to a model at all, as far as that is known.
    private static func fits(_ traits: RequestTraits, _ known: ModelFacts) -> Bool {
        let output = known.outputModalities
        if !output.isEmpty, !output.contains(.text) { return false }
        if traits.imageCount > 0, !known.inputModalities.isEmpty,
            !known.inputModalities.contains(.image)
        {
            return false
        }
        return known.maxContextWindow.map { traits.estimatedInputTokens <= $0 } ?? true
    }

    private static func isAble(_ traits: RequestTraits, _ known: ModelFacts) -> Bool {
        (traits.toolCount == 0 || known.supportedFeatures.contains("tool-calling"))
            && (!traits.asksReasoning || known.supportedFeatures.contains("reasoning"))
    }

    /// Places in the order: 0 to 2 the bands from the wanted one upward, 3 and 4 those below it.
    private enum Rank: Int {
        case doubtful = 5
        case unpriced = 10

        static let count = 11

        static func below(_ band: Band) -> Int { band == .medium ? 3 : 4 }
    }
}
