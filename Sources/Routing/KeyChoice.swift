/// Which keys are tried for the candidates of one request, and in which order.
package struct KeyChoice: Sendable {
    private let routes: RouteTable
    private let rules: KeyRules?
    /// Whether the operator's keys are left out.
    private let isOwnOnly: Bool

    /// The choice of an access key under rules; nil: under none.
    package init(
        _ routes: RouteTable,
        under rules: KeyRules? = nil,
        for operation: Operation = .chatCompletions
    ) {
        self.routes = routes
        self.rules = rules
        isOwnOnly = operation.needsOwnKey
    }

    /// Whether every question has the same answer, which then costs nothing.
    var isFixed: Bool { rules == nil && !isOwnOnly }

    /// The keys to try for a candidate, asked once a request: the next one may get others first.
    func credentials(for candidate: Candidate) -> [Credential] {
        narrowed(
            rules?.credentials(for: candidate) ?? routes.credentials(at: candidate.providerIndex)
        )
    }

    /// How many keys there are to try for a candidate.
    func keyCount(for candidate: Candidate) -> Int {
        let all =
            rules?.allCredentials(for: candidate)
            ?? routes.credentials(at: candidate.providerIndex)
        return isOwnOnly ? all.count { !$0.isManaged } : all.count
    }

    private func narrowed(_ credentials: [Credential]) -> [Credential] {
        isOwnOnly ? credentials.filter { !$0.isManaged } : credentials
    }
}
