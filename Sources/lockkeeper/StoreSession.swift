import Access
import Glibc
import Model
import Platform
import Server
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

    /// Who is at the command line, as records name them.
    var author: String {
        let user = getuid()
        guard let entry = unsafe getpwuid(user), let name = unsafe entry.pointee.pw_name else {
            return "cli:\(user)"
        }
        return unsafe "cli:" + String(cString: name)
    }

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

    /// Makes one change, tells its result, and returns when the running worker serves by it.
    ///
    /// The result is told even if the worker refuses: the change stands in the store.
    func commit(
        _ decide: (StoreContents) throws(StorageError) -> StoreChange,
        tell: () -> Void = {}
    ) throws {
        try announce(try store.commit(decide), tell)
    }

    /// Makes several changes at once, else the same.
    func commitAll(
        _ decide: (StoreContents) throws(StorageError) -> [StoreChange],
        tell: () -> Void
    ) throws {
        try announce(try store.commitAll(decide), tell)
    }

    /// The same for a record that is new.
    func add(_ record: StoreChange, tell: () -> Void) throws {
        try announce(try store.add(record), tell)
    }

    private func announce(_ commit: StoreCommit, _ tell: () -> Void) throws {
        if commit.tornByteCount > 0 {
            note("a torn line of \(commit.tornByteCount) bytes at the store's end was cut off")
        }
        if let failure = commit.compactionFailure {
            note("the store could not be compacted: \(failure)")
        }
        tell()
        do throws(ControlClient.Failure) {
            try ControlClient.awaitGeneration(
                stateDirectory: directory.path,
                sequence: commit.sequence
            )
        } catch {
            throw Refused("stored, but not in force: \(error)")
        }
    }

    /// The account of that name, which must exist.
    func account(_ name: String) throws -> AccountID {
        let id = AccountID(name)
        if configuration.namedAccounts.contains(id) { return id }
        // A session that only adds has read nothing.
        let accounts = try KeyStore(directory, .providerKeys).contents.accounts
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

    private func note(_ text: String) {
        printAside("note: \(text)")
    }
}
