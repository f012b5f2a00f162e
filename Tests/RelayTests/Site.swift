import Access
import Accounting
import Model
import Routing

@testable import Relay

/// A gateway with keys, providers and limits, as a worker's loop would hold it.
struct Site {
    /// The second at which every request of these tests comes.
    static let second: Int64 = 1_795_227_185

    /// A key of the site, with the token that opens it.
    struct Key {
        let token: String
        var record: AccessKeyRecord
    }

    var keys: [Key] = []
    var providers: [Provider] = []
    var ownKeys: [OwnKey] = []
    var catalog = Catalog()
    var timeouts = Timeouts()
    var recoversStreams = false
    var choice = ChoiceRules()
    var limits = RequestLimits()
    var credits = CreditRules(mode: .off)
    var vocabulary: (any VocabularySource)?
    var onDisconnect = DisconnectPolicy.cancel
    var errorLocation: String?
    var maxBodyBytes = 1 << 20
    var gateways = ["ep_main"]
    var hasStore = true
    var providerKeyUses = ProviderKeyUses(of: [])
    var configurations: [(ConfigurationID, KeyPolicy)] = []
    var health = Health()
    static let loopMark = LoopMark(0x0123_4567_89ab_cdef)

    /// A site with one good key and these providers.
    init(_ providers: [Provider] = []) {
        self.providers = providers
        keys = [Site.makeKey(1)]
    }

    /// The token of the first key.
    var token: String { keys.first?.token ?? "" }

    /// Makes the key of a seed.
    static func makeKey(
        _ seed: UInt64,
        account: AccountID = .standard,
        _ change: (inout AccessKeyRecord) -> Void = { _ in }
    ) -> Key {
        var random = SeededRandom(seed: seed)
        let token = TokenFormat.standard.generate(using: &random)
        var record = AccessKeyRecord(
            of: token,
            id: AccessKeyID("aigk_\(seed)"),
            accountID: account,
            createdAt: Timestamp(unixSecond: second - 1000),
            createdBy: "test"
        )
        record.name = "key \(seed)"
        change(&record)
        return Key(token: token.text.exposed, record: record)
    }

    /// What the configuration and the store come to; keys of another account are not accepted.
    var snapshot: Snapshot {
        let table = KeyTable.build(from: keys.map(\.record))
        let routes = RouteTable(
            providers: ProviderTable(configured: providers),
            catalog: catalog,
            ownKeys: ownKeys,
            isChosenFrom: !choice.isEmpty
        )
        let account = table.accounts.number(of: .standard) ?? 0
        let turns = KeyTurns(of: configurations, keyCount: ownKeys.count, seed: 1)
        var rules = KeyRulesBuilder(routes: routes, turns: turns)
        var ready: [Gateway.KeyConfiguration?] = []
        for (id, policy) in configurations {
            guard let number = table.configurations.number(of: id) else { continue }
            while ready.count <= number { ready.append(nil) }
            ready[number] = (account, rules.rules(id, policy))
        }
        let configurations = ready
        return Snapshot(
            generation: 1,
            keys: hasStore ? table : nil,
            providerKeyUses: providerKeyUses,
            keyTurns: turns,
            health: health,
            loopMark: Site.loopMark,
            gateways: gateways.map { id in
                Gateway(
                    id: GatewayID(id),
                    timeouts: timeouts,
                    recoversStreams: recoversStreams,
                    onDisconnect: onDisconnect,
                    limits: limits,
                    choice: choice,
                    errorLocation: errorLocation,
                    routes: [(account: account, table: routes)],
                    configurations: configurations
                )
            },
            headerRules: RequestHeaderRules(
                providerHeaders: providers.flatMap(\.forwardHeaders),
                tokenPrefix: "ng",
                keepsAll: choice.uses("headers", of: "req")
            ),
            credits: credits,
            vocabulary: vocabulary,
            maxBodyBytes: maxBodyBytes,
            maxBodyMemory: 1 << 30,
            maxStreams: 1000
        )
    }
}

/// A provider of the operator's that speaks every dialect, with keys of the operator's.
func provider(
    _ id: String,
    keys: [String] = ["operator-key"],
    auth: Auth = .bearer,
    dialects: [Dialect] = Dialect.allCases
) throws -> Provider {
    let base = try BaseURL("https://\(id).example/v1")
    var provider = Provider(
        id: ProviderID(id),
        displayName: id,
        surfaces: Dictionary(
            uniqueKeysWithValues: dialects.map { ($0, Surface(baseURL: base, auth: auth)) }
        )
    )
    provider.isConfigured = true
    provider.managedKeys = keys.map(Secret.init)
    return provider
}

/// A key that the account brought.
func ownKey(_ id: String, of provider: String, row: UInt32? = nil) -> OwnKey {
    OwnKey(
        id: ProviderKeyID(id),
        provider: ProviderID(provider),
        secret: Secret("own-secret-of-\(id)"),
        row: row
    )
}
