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
    private var keys: KeyTable?
    private var ownKeys: [OwnKey] = []
    /// Whether lines were read that the table in force does not know.
    private var hasNewLines = false
    private var providerKeyUses = ProviderKeyUses(of: [])
    private var keyPolicies: [KeyConfigurationRecord] = []
    private var keyTurns = KeyTurns(of: [], keyCount: 0, seed: 0)
    private let health = Health()
    private var vocabulary: VocabularyShelf?
    /// Told apart from that of every other process.
    private let loopMark = LoopMark(UInt64.random(in: 0...UInt64.max))

    /// How often the times of use are written: within the lag that chapter 2 allows.
    static let lastUsedInterval = Limits.lastUsedInterval
    /// The one account that there is.
    private static let account = AccountID.standard

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
    var accessKeyCount: Int { keys?.count ?? 0 }
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
        let gateways = configuration.gateways.map { gateway(from: $0) }
        let forwarded = configuration.gateways.flatMap { gateway in
            gateway.providers.providers.flatMap(\.forwardHeaders)
        }
        return Snapshot(
            generation: generation,
            keys: keys,
            providerKeyUses: providerKeyUses,
            keyTurns: keyTurns,
            health: health,
            loopMark: loopMark,
            gateways: gateways,
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
            configurationBudgets: configurationBudgets()
        )
    }

    /// All budgets of keys and of configurations that are in force.
    var budgets: [(holder: BudgetHolder, budget: Budget)] {
        let ofKeys = keys?.budgets.map { (BudgetHolder.key($0.id), $0.budget) } ?? []
        return ofKeys
            + keyPolicies.compactMap { record in
                record.budget.map { (BudgetHolder.configuration(record.id), $0) }
            }
    }

    /// Those of configurations that some key is under, by their numbers in the key table.
    private func configurationBudgets() -> [Int: Budget] {
        var budgets: [Int: Budget] = [:]
        for record in keyPolicies {
            if let budget = record.budget, let number = keys?.configurations.number(of: record.id) {
                budgets[number] = budget
            }
        }
        return budgets
    }

    private func gateway(from settings: GatewayConfiguration) -> Gateway {
        var timeouts = Timeouts()
        timeouts.connect = settings.connectTimeout
        timeouts.firstByte = settings.firstByteTimeout
        timeouts.firstContent = settings.firstContentTimeout
        timeouts.perRequest = settings.perRequestTimeout
        timeouts.total = settings.totalTimeout
        timeouts.stall = settings.stallTimeout
        timeouts.maxStreamDuration = settings.maxStreamDuration
        timeouts.earlyHeadAfter = settings.earlyHeadAfter
        timeouts.hedgeAfter = settings.hedgeAfter
        let routes = settings.accounts.compactMap { account -> (account: Int, table: RouteTable)? in
            // An account without a key has no number: nobody can ask for its routes.
            guard let number = keys?.accounts.number(of: account) else { return nil }
            let table = RouteTable(
                providers: settings.providers,
                catalog: catalog,
                virtualModels: configuration.virtualModels,
                ownKeys: account == Reloader.account ? ownKeys : [],
                rules: settings.rules,
                isChosenFrom: !settings.choice.isEmpty
            )
            return (number, table)
        }
        return Gateway(
            id: settings.id,
            timeouts: timeouts,
            recoversStreams: settings.recoversStreams,
            onDisconnect: settings.onDisconnect,
            limits: RequestLimits(
                maxInputTokens: settings.maxInputTokens,
                maxOutputTokens: settings.maxOutputTokens
            ),
            choice: settings.choice.renewed,
            errorLocation: settings.errorLocation,
            routes: routes,
            configurations: keyConfigurations(routes)
        )
    }

    /// The access key configurations made ready for the accounts of a gateway.
    private func keyConfigurations(
        _ routes: [(account: Int, table: RouteTable)]
    ) -> [Gateway.KeyConfiguration?] {
        guard let keys, !keyPolicies.isEmpty else { return [] }
        var ready: [Gateway.KeyConfiguration?] = []
        for (account, table) in routes {
            var builder = KeyRulesBuilder(routes: table, turns: keyTurns)
            for record in keyPolicies where keys.accounts.number(of: record.accountID) == account {
                // One that no key is under has no number.
                guard let number = keys.configurations.number(of: record.id) else { continue }
                while ready.count <= number { ready.append(nil) }
                ready[number] = (account, builder.rules(record.id, record.policy))
            }
        }
        return ready
    }

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
            let opened = try openProviderKeys(store.image)
            let policies = try readPolicies(store.image)
            let isSame = opened.elementsEqual(ownKeys) { $0.id == $1.id }
            if keys == nil || hasNewLines || !isSame {
                let table = store.image.makeKeyTable()
                keys = table
                providerKeyUses = ProviderKeyUses(of: opened.map(\.id))
                keyPolicies = policies
                keyTurns = KeyTurns(
                    of: policies.map { ($0.id, $0.policy) },
                    keyCount: opened.count,
                    seed: .random(in: 0...UInt64.max)
                )
                uses?.adopt(table, providerKeyUses)
                generation = store.sequence
                hasNewLines = false
            }
            ownKeys = opened
            let torn = store.tornByteCount
            let notes = torn == 0 ? [] : ["the store's last line is torn (\(torn) bytes, not read)"]
            return .done(generation: generation, notes: notes)
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

    private func openProviderKeys(_ image: ServingImage) throws(StorageError) -> [OwnKey] {
        let records = image.providerKeys.values
            .filter { $0.accountID == Reloader.account }
            .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
        guard !records.isEmpty else { return [] }
        let master = try configuration.requireMasterKey()
        var opened: [OwnKey] = []
        for (row, record) in records.enumerated() {
            do throws(MasterKey.OpeningError) {
                let secret = try master.open(record.sealedValue, of: SealedRecord(record))
                opened.append(
                    OwnKey(
                        id: record.id,
                        provider: record.providerID,
                        secret: secret,
                        row: UInt32(row)
                    )
                )
            } catch {
                throw StorageError(
                    "provider key \(record.id) can't be opened: \(error)",
                    at: path,
                    remedy: "use the master key that sealed it, or delete the key"
                )
            }
        }
        return opened
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
            return gateway?.providers.credential(key.source, at: key.provider, own: ownKeys)
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
