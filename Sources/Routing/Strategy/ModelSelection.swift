package import Selection

/// `model_selection.strategy`: expressions that choose among the candidates of a request.
package struct ModelSelection: Sendable {
    /// The expressions.
    package let program: SelectionProgram
    private let environment: Environment

    /// Reads and checks expressions; there is at least one.
    package init(
        _ texts: [String],
        in environment: Environment = StrategyVocabulary.environment()
    ) throws(SelectionProgram.Fault) {
        program = try SelectionProgram(texts, for: .models, in: environment)
        self.environment = environment
    }

    /// The same, read once more: a thread of its own counts no reference that another one counts.
    package var renewed: ModelSelection {
        do throws(SelectionProgram.Fault) {
            return try ModelSelection(program.texts, in: environment)
        } catch {
            // A time zone's file is gone since: what was read then is as good.
            return self
        }
    }

    /// Chooses among candidates.
    package func choose(
        among candidates: [Candidate],
        _ order: ChosenModels.Order,
        by facts: ChoiceFacts
    ) throws(SelectionFailure) -> ChosenModels {
        guard let values = facts.routes.values else {
            preconditionFailure("a table that nothing is chosen from")
        }
        let host = StrategyHost(candidates, by: facts, values: values)
        let (objects, winner) = try program.choose(with: host)
        // The place of each object among the candidates, so that each is tried once.
        var places = [Int32](repeating: -1, count: host.offerCount + host.passed.count)
        for (place, candidate) in candidates.enumerated() {
            places[host.place(of: candidate)] = Int32(place)
        }
        var chosen: [Int32] = []
        chosen.reserveCapacity(objects.count)
        for object in objects where places[Int(object)] >= 0 {
            chosen.append(places[Int(object)])
            places[Int(object)] = -1
        }
        if order == .asNamed { chosen.sort() }
        let isAll =
            chosen.count == candidates.count && chosen.elementsEqual(0..<Int32(chosen.count))
        return ChosenModels(
            candidates: isAll ? candidates : chosen.map { candidates[Int($0)] },
            reason: .expression(winner)
        )
    }
}

/// The models that a request may use, in the order in which they are tried.
package struct ChosenModels: Sendable {
    /// What the order of the candidates means.
    package enum Order: Sendable {
        /// The client named them: what it named first is tried first.
        case asNamed
        /// Nobody named them: whoever chooses puts them in order.
        case asChosen
    }

    /// What chose.
    package enum Reason: Equatable, Sendable {
        /// An expression of the strategy, counted from 0.
        case expression(Int)
        /// `prefer`.
        case preference(Preference)
        /// `prefer`, which gives a candidate that would not be first a trial.
        case exploration(Preference)
        /// The band of a request that names no model, and what speaks for it.
        case band(Band, [Band.Sign])
    }

    /// What is tried, in order; at least one.
    package let candidates: [Candidate]
    /// What chose them.
    package let reason: Reason

    /// A choice.
    package init(candidates: [Candidate], reason: Reason) {
        self.candidates = candidates
        self.reason = reason
    }

    /// What of the candidates was not chosen, in their order.
    package func leftOut(of all: [Candidate]) -> [Candidate] {
        let names = Set(candidates.map(\.displayName))
        return all.filter { !names.contains($0.displayName) }
    }
}
