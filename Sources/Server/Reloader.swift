import Access
import Accounting
import Curl
import Model
import Platform
import Relay
import Routing
import Storage

/// Configuration, catalog and store as they are in force, and how they are read again.
///
/// It works on the housekeeping thread. A reload is taken over as a whole or refused as a whole.
final class Reloader {
    private let path: String
    let log: OperationalLog
    /// What gateway.yaml says, as far as it is in force.
    private(set) var configuration: Configuration
    private var catalog: Catalog
    private let directory: StateDirectory?
    private let store: StoreReader<ServingImage>?
    /// When keys were last used; nil without a state directory.
    let uses: UseBook?
    private let stateProblem: StorageError?
    private var retiredLogs: [AccessLog] = []
    /// What the store holds for the data path.
    private var records = ServingRecords()
    /// Whether lines were read that the table in force does not know.
    private var hasNewLines = false
    private var providerKeyUses = ProviderKeyUses(of: [])
    private var keyTurns = KeyTurns(of: [], keyCount: 0, seed: 0)
    private let health = Health()
    private var vocabulary: VocabularyShelf?
    /// Told apart from that of every other process.
    private let loopMark = LoopMark(UInt64.random(in: 0...UInt64.max))

    /// How often the times of use are written: within the lag that chapter 2 allows.
    static let lastUsedInterval = Limits.lastUsedInterval

    /// Takes what was read at the start; the store is read by ``readStore()``.
    init(
        _ start: (configuration: Configuration, catalog: Catalog),
        path: String,
        log: OperationalLog
    ) throws(SystemError) {
        self.path = path
        self.log = log
        accessLog = try AccessLog(start.configuration.accessLog)
        configuration = start.configuration
        catalog = start.catalog
        let format = TokenFormat(prefix: configuration.tokenPrefix) ?? .standard
        do throws(StorageError) {
            let directory = try StateDirectory(configuration.state)
            self.directory = directory
            store = StoreReader(of: directory, into: ServingImage(format: format))
            uses = UseBook(of: LastUsedFile(of: directory))
            stateProblem = nil
        } catch {
            directory = nil
            store = nil
            uses = nil
            stateProblem = error
        }
    }

    /// Reads configuration and catalog.
    static func load(
        _ path: String
    ) throws -> (configuration: Configuration, catalog: Catalog) {
        let configuration = try ConfigurationLoader.load(path: path)
        return (configuration, try configuration.loadCatalog())
    }

    // MARK: What is in force

    /// The number of the store's last line that is in force.
    private(set) var generation: UInt64 = 0
    /// How many access keys there are.
    var accessKeyCount: Int { records.keys?.count ?? 0 }
    /// The event loops.
    var loopCount: Int { configuration.loops ?? ThisProcess.usableCores }
    /// How long requests may go on after SIGTERM.
    var drainTimeout: Duration { configuration.drainTimeout }
    /// Where a line for each request goes.
    private(set) var accessLog: AccessLog
    /// What only a restart changes, as the file would say it.
    var restartSettings: [(key: String, value: String)] { configuration.restartSettings }
    /// Where the command line reaches the worker.
    var controlPath: String { configuration.state + "/control.sock" }
    /// A path for one worker alone, no longer than ``controlPath``.
    func controlPath(ofWorker id: Int32) -> String { configuration.state + "/c.\(id)" }

    /// By what terms the ledger is kept.
    var ledgerTerms: LedgerTerms {
        LedgerTerms(
            mode: configuration.credits.mode,
            sync: configuration.ledger.sync,
            retention: configuration.ledger.retention,
            directory: directory
        )
    }

    /// How providers are called.
    var transferSettings: TransferSettings {
        var settings = TransferSettings()
        settings.caFile = configuration.upstreams.caFile
        settings.caDigest = configuration.upstreams.caDigest
        settings.proxy = configuration.upstreams.proxy?.exposed
        settings.maxConnections = configuration.upstreams.maxConnections
        settings.dnsCache = configuration.upstreams.dnsCache
        settings.accountRanges = configuration.upstreams.allow.compactMap { CIDR($0) }
        return settings
    }

    /// When accounts are warned, and how that is sent.
    var warnerSettings: WarnerSettings {
        WarnerSettings(warnings: configuration.creditWarnings, transfers: transferSettings)
    }

    /// What one loop serves by; each gets a snapshot of its own.
    func makeSettings(_ cashier: Cashier? = nil) -> LoopSettings {
        LoopSettings(
            snapshot: makeSnapshot(),
            transfers: transferSettings,
            cashier: cashier,
            accessLog: accessLog
        )
    }

    private func makeSnapshot() -> Snapshot {
        let forwarded = configuration.gateways.flatMap { gateway in
            gateway.providers.providers.flatMap(\.forwardHeaders)
        }
        return Snapshot(
            generation: generation,
            keys: records.keys,
            providerKeyUses: providerKeyUses,
            keyTurns: keyTurns,
            health: health,
            loopMark: loopMark,
            gateways: gatewayMaker.makeGateways(),
            headerRules: RequestHeaderRules(
                providerHeaders: forwarded,
                tokenPrefix: configuration.tokenPrefix,
                keepsAll: configuration.gateways.contains { $0.choice.uses("headers", of: "req") }
            ),
            credits: configuration.credits,
            vocabulary: vocabulary,
            maxBodyBytes: configuration.maxBodyBytes,
            maxBodyMemory: configuration.maxBodyMemory / loopCount,
            maxStreams: max(1, configuration.maxStreams / loopCount),
            configurationBudgets: records.configurationBudgets
        )
    }

    /// Makes the gateways of what is in force.
    var gatewayMaker: GatewayMaker {
        GatewayMaker(
            configuration: configuration,
            catalog: catalog,
            records: records,
            keyTurns: keyTurns
        )
    }

    /// All budgets of keys and of configurations that are in force.
    var budgets: [(holder: BudgetHolder, budget: Budget)] { records.budgets }

    // MARK: Reading again

    /// Reads configuration, catalog and store; after an error all is as it was.
    func reload() -> ReloadResult {
        let next: (configuration: Configuration, catalog: Catalog)
        do {
            next = try Reloader.load(path)
        } catch {
            return refuse("\(error)")
        }
        let old = configuration
        let oldLog = accessLog
        do throws(SystemError) {
            try openAccessLog(next.configuration.accessLog)
        } catch {
            return refuse("the access log can't be written: \(error)")
        }
        configuration = next.configuration
        let result = readStore()
        guard case .done(let generation, var notes) = result else {
            configuration = old
            if accessLog !== oldLog { accessLog.close() }
            accessLog = oldLog
            return result
        }
        if accessLog !== oldLog { retiredLogs.append(oldLog) }
        catalog = next.catalog
        notes += next.configuration.settingsThatNeedRestart(since: old)
            .map { "'\($0)' has changed and needs a restart: its old value stays in force" }
        configuration = next.configuration.keepingRestartSettings(of: old)
        log.setLevel(configuration.logLevel)
        log.notice("reloaded", ["generation": "\(generation)", "keys": "\(accessKeyCount)"])
        for note in notes { log.warning("reload", ["note": note]) }
        return .done(generation: generation, notes: notes)
    }

    /// Opens the target of the access log, where it is another one than before.
    private func openAccessLog(_ target: Configuration.AccessLog) throws(SystemError) {
        if target != configuration.accessLog { accessLog = try AccessLog(target) }
    }

    /// Writes out access logs of earlier settings: no loop adds a line to them any more.
    func closeRetiredLogs() {
        for log in retiredLogs { log.close() }
        retiredLogs = []
    }

    /// Reads what is new in the store; a refused one leaves keys and generation as they were.
    func readStore() -> ReloadResult {
        if vocabulary?.isUsable != true {
            vocabulary = directory.flatMap { VocabularyShelf(VocabularyFiles(of: $0), log: log) }
        }
        guard let store else {
            return refuse(stateProblem?.description ?? "no state directory")
        }
        do throws(StorageError) {
            if try store.refresh() != .unchanged { hasNewLines = true }
            let opened = OpenedKeys(
                store.image.providerKeys.values,
                with: masterKey,
                before: records.ownKeys
            )
            let policies = try readPolicies(store.image)
            if records.keys == nil {
                for problem in opened.problems { log.warning("start", ["note": problem]) }
            }
            if records.keys == nil || hasNewLines || opened.ids != records.ownKeys.ids {
                let table = store.image.makeKeyTable()
                records.keys = table
                providerKeyUses = ProviderKeyUses(of: opened.ids)
                records.policies = policies
                records.accounts = store.image.accounts
                records.customProviders = store.image.customProviders
                keyTurns = KeyTurns(
                    of: policies.map { ($0.id, $0.policy) },
                    keyCount: opened.ids.count,
                    seed: .random(in: 0...UInt64.max)
                )
                uses?.adopt(table, providerKeyUses)
                generation = store.sequence
                hasNewLines = false
            }
            records.ownKeys = opened
            let torn = store.tornByteCount
            let notes = torn == 0 ? [] : ["the store's last line is torn (\(torn) bytes, not read)"]
            return .done(generation: generation, notes: notes + opened.problems)
        } catch {
            return refuse(error.description)
        }
    }

    private func readPolicies(
        _ image: ServingImage
    ) throws(StorageError) -> [KeyConfigurationRecord] {
        let path = configuration.state + "/store.jsonl"
        if let problem = image.configurations.problem(with: image.providerKeys, in: path) {
            throw problem
        }
        return image.configurations.records.values.sorted { $0.id < $1.id }
    }

    /// What opens provider keys, or why there is none.
    private var masterKey: Result<MasterKey, StorageError> {
        Result { () throws(StorageError) in try configuration.requireMasterKey() }
    }

    private func refuse(_ reason: String) -> ReloadResult {
        log.error("reload refused; what was in force stays", ["reason": reason])
        return .refused(reason)
    }

    // MARK: Health

    /// What cools down and what fails, for another worker; nil when nothing does.
    func healthText() -> String? {
        let report = health.report(at: .now)
        return report.isEmpty ? nil : report.text
    }

    /// Takes over what another worker knew of health.
    func adoptHealth(_ text: String) {
        health.adopt(HealthReport(text: text), at: .now) { key in
            let gateway = configuration.gateways.first { $0.id == key.gateway }
            return gateway?.providers.credential(
                key.source,
                at: key.provider,
                own: records.ownKeys.all
            )
        }
    }

    // MARK: Times of use

    /// Notes uses that another worker saw.
    func addUses(_ uses: [KeyUse]) {
        self.uses?.add(uses)
    }

    /// When keys were last used since the last call, for another worker to write down.
    func takeUses() -> [KeyUse] {
        uses?.take() ?? []
    }

    /// Writes when keys were last used since the last call; what can't be written waits for the next.
    func writeLastUsed() {
        guard let uses, let store else { return }
        let live = store.image
        do throws(StorageError) {
            try uses.write { live.contains($0) }
        } catch {
            log.warning("times of use not written", ["reason": error.description])
        }
    }
}
