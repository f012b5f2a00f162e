/// Which keys are tried for the candidates of one request, and in which order.
package struct KeyChoice: Sendable {
    private let routes: RouteTable
    private let rules: KeyRules?
    /// Whether the operator's keys are left out.
    private let isOwnOnly: Bool
    /// What chooses among them; nil: all are tried.
    private var selector: KeySelector?

    /// The choice of an access key under rules; nil: under none.
    ///
    /// - Parameter isCounted: whether what managed traffic costs is counted.
    package init(
        _ routes: RouteTable,
        under rules: KeyRules? = nil,
        for operation: Operation = .chatCompletions,
        isCounted: Bool = false
    ) {
        self.routes = routes
        self.rules = rules
        isOwnOnly = operation.needsOwnKey(isCounted: isCounted)
    }

    /// Whether every question has the same answer, which then costs nothing.
    var isFixed: Bool { rules == nil && !isOwnOnly && selector == nil }

    /// The same choice, of whose keys something leaves out some or changes the order.
    package func choosing(by selector: KeySelector?) -> KeyChoice {
        var choice = self
        choice.selector = selector
        return choice
    }

    /// The keys to try for a candidate, asked once a request: the next one may get others first.
    func credentials(for candidate: Candidate) throws(SelectionFailure) -> [Credential] {
        let found = narrowed(
            rules?.credentials(for: candidate) ?? routes.credentials(at: candidate.providerIndex)
        )
        guard let selector else { return found }
        return try selector.choose(among: found, for: candidate)
    }

    /// How many keys there are to try for a candidate.
    func keyCount(for candidate: Candidate) -> Int {
        let all = everyCredential(for: candidate)
        return isOwnOnly ? all.count { !$0.isManaged } : all.count
    }

    /// The keys for a candidate in no certain order, and without it being anybody's turn.
    func allCredentials(for candidate: Candidate) -> [Credential] {
        narrowed(everyCredential(for: candidate))
    }

    private func everyCredential(for candidate: Candidate) -> [Credential] {
        rules?.allCredentials(for: candidate) ?? routes.credentials(at: candidate.providerIndex)
    }

    private func narrowed(_ credentials: [Credential]) -> [Credential] {
        isOwnOnly ? credentials.filter { !$0.isManaged } : credentials
    }
}
