package import Selection

/// `api_key_selection.strategy`: expressions that choose among the keys to try for a candidate.
package struct KeySelection: Sendable {
    /// The expressions.
    package let program: SelectionProgram
    private let environment: Environment

    /// Reads and checks expressions; there is at least one.
    package init(
        _ texts: [String],
        in environment: Environment = StrategyVocabulary.environment()
    ) throws(SelectionProgram.Fault) {
        program = try SelectionProgram(texts, for: .keys, in: environment)
        self.environment = environment
    }

    /// The same, read once more: a thread of its own counts no reference that another one counts.
    package var renewed: KeySelection {
        do throws(SelectionProgram.Fault) {
            return try KeySelection(program.texts, in: environment)
        } catch {
            // A time zone's file is gone since: what was read then is as good.
            return self
        }
    }

    /// The keys to try for a candidate of a request, in order.
    func choose(
        among credentials: [Credential],
        for candidate: Candidate,
        by facts: ChoiceFacts
    ) throws(SelectionFailure) -> [Credential] {
        guard let values = facts.routes.values else {
            preconditionFailure("a table that nothing is chosen from")
        }
        let host = StrategyHost(
            [candidate],
            by: facts,
            values: values,
            keys: credentials.map {
                StrategyKey($0, at: candidate.providerIndex, facts.routes)
            }
        )
        var seen: Set<UInt32> = []
        return try program.choose(with: host).objects
            .filter { seen.insert($0).inserted }
            .map { credentials[Int($0)] }
    }
}
