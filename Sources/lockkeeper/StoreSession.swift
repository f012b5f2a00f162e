import Access
import Model
import Platform
import Storage

/// The key store of a configuration, and the worker that may be running on it.
struct StoreSession {
    /// The configuration that names the store.
    let configuration: Configuration
    /// Its records.
    let store: KeyStore<StoreContents>
    private let directory: StateDirectory

    /// Opens the store.
    ///
    /// - Parameters:
    ///   - scope: the access keys that are asked about.
    ///   - secrets: whether the providers' keys are asked about; the service's environment is mostly
    ///     not that of the command line.
    init(
        _ options: CommonOptions,
        _ scope: StoreScope,
        secrets: ConfigurationSources.Secrets = .optional
    ) throws {
        let configuration = try ConfigurationLoader.load(
            path: options.configurationPath,
            secrets: secrets
        )
        try self.init(configuration, scope)
    }

    /// Opens the store of a configuration.
    init(_ configuration: Configuration, _ scope: StoreScope) throws {
        self.configuration = configuration
        directory = try StateDirectory(configuration.state)
        store = try KeyStore(directory, scope)
    }

    /// The vocabularies that are installed.
    var vocabularies: VocabularyFiles { VocabularyFiles(of: directory) }

    /// This moment.
    var now: Timestamp { Timestamp(milliseconds: WallClock.milliseconds()) }

    /// The access keys of an account, or all.
    func accessKeys(of account: AccountID?) throws -> KeyListing {
        try KeyListing(of: directory, account: account)
    }

    /// When keys were last used, by their ids.
    func lastUses() throws -> [String: Timestamp] {
        try LastUsedFile(of: directory).read()
    }

    /// When one key was last used.
    func lastUse(of id: String) throws -> Timestamp? {
        try LastUsedFile(of: directory).lastUse(of: id)
    }

    /// The account of that name, which must exist.
    func account(_ name: String) throws -> AccountID {
        let id = AccountID(name)
        if configuration.namedAccounts.contains(id) { return id }
        let accounts = store.contents.accounts
        guard configuration.hasAccount(id, accounts) else {
            let names = configuration.allAccounts(accounts).map(\.id.rawValue).sorted()
            let near = NearestNames.nearest(to: name, among: names, limit: 3)
            let remedy =
                near.isEmpty
                ? "`lockkeeper accounts list` shows them"
                : "did you mean \(near.joined(separator: " or "))?"
            throw Refused("there is no account \"\(name)\"; \(remedy)")
        }
        return id
    }
}
