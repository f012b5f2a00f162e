package import Model

/// An access key configuration made ready for one gateway and account: what its keys may reach
/// there, and by which provider keys.
///
/// It is immutable, belongs to a snapshot, and points into one route table.
package final class KeyRules: Sendable {
    /// Which configuration it is.
    package let configuration: ConfigurationID
    /// By the provider's place; nil where all are allowed.
    private let providers: [Bool]?
    /// nil where all are allowed.
    private let models: AllowedModels?
    private let providerChains: [(provider: Int, chain: KeyChain)]
    /// By the candidate's name.
    private let modelChains: [String: KeyChain]
    private let turns: KeyTurns

    init(
        _ configuration: ConfigurationID,
        providers: [Bool]?,
        models: AllowedModels?,
        providerChains: [(provider: Int, chain: KeyChain)],
        modelChains: [String: KeyChain],
        turns: KeyTurns
    ) {
        self.configuration = configuration
        self.providers = providers
        self.models = models
        self.providerChains = providerChains
        self.modelChains = modelChains
        self.turns = turns
    }

    /// What shuts a candidate out.
    enum Bar: Equatable {
        /// The list of providers.
        case provider
        /// The list of models.
        case model
    }

    /// What shuts a candidate out; nil when it may be used.
    func bar(of candidate: Candidate) -> Bar? {
        if let providers, !providers[candidate.providerIndex] { return .provider }
        guard let models else { return nil }
        return models.contain(candidate) ? nil : .model
    }

    /// Why a candidate that the table has is none for a key under these rules.
    func exclusion(of candidate: Candidate) -> Exclusion? {
        switch bar(of: candidate) {
        case .provider: return .providerNotAllowed
        case .model: return .modelNotAllowed
        case nil: break
        }
        guard let chain = chain(for: candidate), chain.all.isEmpty else { return nil }
        return chain.isSealed ? .keySealed : .noCredentialInRule
    }

    /// The same for what is known of one.
    func exclusion(of offer: ModelOffer) -> Exclusion? {
        exclusion(
            of: Candidate(
                providerIndex: offer.providerIndex,
                model: offer.model,
                displayName: "\(offer.provider):\(offer.model)",
                offer: offer.index
            )
        )
    }

    /// The place of the rule that speaks of a candidate; nil where none does.
    package func rule(for candidate: Candidate) -> Int? { chain(for: candidate)?.rule }

    /// The keys to try for a candidate, in order; nil where no rule speaks of it.
    func credentials(for candidate: Candidate) -> [Credential]? {
        chain(for: candidate)?.credentials(turns)
    }

    /// The same in no certain order, and without it being anybody's turn.
    func allCredentials(for candidate: Candidate) -> [Credential]? {
        chain(for: candidate)?.all
    }

    /// A rule about the model beats one about the provider.
    private func chain(for candidate: Candidate) -> KeyChain? {
        if !modelChains.isEmpty {
            let name = candidate.displayName
            let chain = modelChains[candidate.isKnown ? name : name.lowercased()]
            if let chain { return chain }
        }
        return providerChains.first { $0.provider == candidate.providerIndex }?.chain
    }
}

/// The models of an allow list, as far as candidates are concerned.
struct AllowedModels: Sendable {
    /// The names of candidates that the table knows.
    var known: Set<String> = []
    /// What the entries say, in lower case, for names that nobody knows.
    var written: Set<String> = []
    /// What entries say before their `*`, in lower case.
    var beginnings: [String] = []

    /// Whether a candidate is one of them.
    func contain(_ candidate: Candidate) -> Bool {
        if candidate.isKnown { return known.contains(candidate.displayName) }
        let names = [candidate.displayName.lowercased(), candidate.model.lowercased()]
        return names.contains { name in
            written.contains(name) || beginnings.contains { name.hasPrefix($0) }
        }
    }
}

/// The steps of one rule, with their keys.
struct KeyChain: Sendable {
    /// One link: its keys, and which comes first.
    struct Step: Sendable {
        let strategy: KeyStrategy
        let credentials: [Credential]
        let turn: Int
    }

    /// Its place among the rules.
    let rule: Int
    /// All keys as they are listed.
    let all: [Credential]
    /// Whether it names keys that can't be opened.
    let isSealed: Bool
    private let steps: [Step]
    /// Whether every request gets them as they are listed.
    private let isFixed: Bool

    init(rule: Int, steps: [Step], isSealed: Bool) {
        self.rule = rule
        self.isSealed = isSealed
        self.steps = steps
        all = steps.flatMap(\.credentials)
        isFixed = steps.allSatisfy { $0.strategy == .ordered || $0.credentials.count < 2 }
    }

    /// The keys in the order of one request.
    func credentials(_ turns: KeyTurns) -> [Credential] {
        isFixed ? all : steps.flatMap { $0.ordered(turns) }
    }
}

extension KeyChain.Step {
    fileprivate func ordered(_ turns: KeyTurns) -> [Credential] {
        guard credentials.count > 1 else { return credentials }
        switch strategy {
        case .ordered: return credentials
        case .roundRobin:
            let first = Int(turns.take(turn) % UInt64(credentials.count))
            return Array(credentials[first...] + credentials[..<first])
        case .random:
            var chance = turns.chance(turn)
            return credentials.shuffled(using: &chance)
        case .leastUsed:
            let counts = turns.useCounts(of: credentials.map(\.row))
            return credentials.indices
                .sorted { (counts[$0], $0) < (counts[$1], $1) }
                .map { credentials[$0] }
        }
    }
}
