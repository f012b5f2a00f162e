/// What chooses among the keys of one request's candidates.
package final class KeySelector: Sendable {
    private let selection: KeySelection
    private let facts: ChoiceFacts

    /// A selector for a request.
    package init(_ selection: KeySelection, by facts: ChoiceFacts) {
        self.selection = selection
        self.facts = facts
    }

    /// The keys to try for a candidate, in order; where none is sent there is nothing to choose.
    func choose(
        among credentials: [Credential],
        for candidate: Candidate
    ) throws(SelectionFailure) -> [Credential] {
        if credentials.allSatisfy({ $0.secret == nil }) { return credentials }
        return try selection.choose(among: credentials, for: candidate, by: facts)
    }
}
