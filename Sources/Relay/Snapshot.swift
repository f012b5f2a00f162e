package import Access
package import Accounting
package import Model
package import Routing

/// Keys, configuration and catalog in force: immutable, and kept by an exchange to its end.
///
/// Each loop gets one of its own, so that no request counts a reference that another thread counts.
package final class Snapshot: Sendable {
    /// Which store this is: the sequence number of its last line.
    package let generation: UInt64
    /// The access keys; nil while the store can't be read (27009).
    package let keys: KeyTable?
    /// Where uses of the accounts' provider keys are noted.
    package let providerKeyUses: ProviderKeyUses
    /// Whose turn it is among the keys of configurations.
    package let keyTurns: KeyTurns
    /// Which keys cool down and which candidates fail.
    package let health: Health
    /// What tells requests apart that this process sent out and that came back to it.
    package let loopMark: LoopMark
    /// Which client headers go upstream.
    package let headerRules: RequestHeaderRules
    /// What traffic costs.
    package let credits: CreditRules
    /// What requests are counted by where that matters; nil where no vocabulary is installed.
    package let vocabulary: (any VocabularySource)?
    /// The longest body.
    package let maxBodyBytes: Int
    /// This loop's share of the memory that all bodies take together.
    package let maxBodyMemory: Int
    /// This loop's share of the requests served at once.
    package let maxStreams: Int
    private let gateways: [Gateway]
    /// Those of access key configurations, by their numbers in the key table.
    private let configurationBudgets: [Int: Budget]

    /// A snapshot; the gateways are not empty.
    package init(
        generation: UInt64,
        keys: KeyTable?,
        providerKeyUses: ProviderKeyUses,
        keyTurns: KeyTurns,
        health: Health,
        loopMark: LoopMark,
        gateways: [Gateway],
        headerRules: RequestHeaderRules,
        credits: CreditRules = CreditRules(),
        vocabulary: (any VocabularySource)? = nil,
        maxBodyBytes: Int,
        maxBodyMemory: Int,
        maxStreams: Int,
        configurationBudgets: [Int: Budget] = [:]
    ) {
        self.generation = generation
        self.keys = keys
        self.providerKeyUses = providerKeyUses
        self.keyTurns = keyTurns
        self.health = health
        self.loopMark = loopMark
        self.gateways = gateways
        self.configurationBudgets = configurationBudgets
        self.headerRules = headerRules
        self.credits = credits
        self.vocabulary = vocabulary
        self.maxBodyBytes = maxBodyBytes
        self.maxBodyMemory = maxBodyMemory
        self.maxStreams = maxStreams
    }

    /// The budgets that a request by a key counts for: none for nearly all keys.
    ///
    /// - Parameter isManaged: whether the operator's key is used, and not one of the account's own.
    package func budgetHolders(of key: KeyReference, isManaged: Bool) -> [BudgetHolder] {
        guard let keys else { return [] }
        var holders: [BudgetHolder] = []
        if let budget = keys.budget(of: key), isManaged || budget.scope == .all {
            holders.append(.key(AccessKeyID(keys.id(of: key))))
        }
        if !configurationBudgets.isEmpty, let number = keys.configurationIndex(of: key),
            let budget = configurationBudgets[number], isManaged || budget.scope == .all
        {
            holders.append(.configuration(keys.configurations[number]))
        }
        return holders
    }

    /// The gateway of that name; without a name the only one, if there is only one.
    func gateway(named name: String?) -> Gateway? {
        guard let name else { return gateways.count == 1 ? gateways[0] : nil }
        return gateways.first { $0.id.rawValue == name }
    }
}

/// One named configuration behind one location of the web server.
package final class Gateway: Sendable {
    /// Its id, `ep_main`.
    package let id: GatewayID
    /// How long its exchanges may take.
    package let timeouts: Timeouts
    /// Whether another candidate goes on with a stream that breaks off after content.
    package let recoversStreams: Bool
    /// What becomes of an answer whose client is gone.
    package let onDisconnect: DisconnectPolicy
    /// How much a request may ask for.
    package let limits: RequestLimits
    /// What chooses among the models and keys of a request.
    package let choice: ChoiceRules
    /// Where the web server goes on with a request that failed; nil where the error is the answer.
    package let errorLocation: String?
    /// What each account may use here, by the account's number in the key table.
    private let routes: [(account: Int, table: RouteTable)]
    /// The access key configurations, by their numbers in the key table.
    private let configurations: [KeyConfiguration?]
    /// The same gateway for accounts that tighten its limits.
    private let tightened: [TightenedGateway]

    /// The gateway as it serves one account, by the account's number in the key table.
    package typealias TightenedGateway = (account: Int, gateway: Gateway)

    /// What keys under a configuration may use, and the number of the account that it belongs to.
    package typealias KeyConfiguration = (account: Int, rules: KeyRules)

    /// A gateway that accepts the keys of these accounts.
    package init(
        id: GatewayID,
        timeouts: Timeouts,
        recoversStreams: Bool,
        onDisconnect: DisconnectPolicy = .cancel,
        limits: RequestLimits = RequestLimits(),
        choice: ChoiceRules = ChoiceRules(),
        errorLocation: String? = nil,
        routes: [(account: Int, table: RouteTable)],
        configurations: [KeyConfiguration?] = [],
        tightened: [TightenedGateway] = []
    ) {
        self.id = id
        self.timeouts = timeouts
        self.recoversStreams = recoversStreams
        self.onDisconnect = onDisconnect
        self.limits = limits
        self.choice = choice
        self.errorLocation = errorLocation
        self.routes = routes
        self.configurations = configurations
        self.tightened = tightened
    }

    /// The gateway as it serves an account.
    package func serving(account number: Int) -> Gateway {
        tightened.first { $0.account == number }?.gateway ?? self
    }

    /// What an account may use here; nil when its keys are not accepted.
    package func routes(ofAccount number: Int) -> RouteTable? {
        routes.first { $0.account == number }?.table
    }

    /// The rules of a configuration; nil where it is not there, or is another account's.
    func rules(ofConfiguration number: Int, account: Int) -> KeyRules? {
        guard number < configurations.count, let found = configurations[number],
            found.account == account
        else { return nil }
        return found.rules
    }
}
