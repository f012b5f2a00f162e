import ControlPlane
import Access
import ArgumentParser
import JSON
import Model
import Routing
import Server
import Storage

/// `lockkeeper check`.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check configuration, key store and catalog, and print what is in force.",
        discussion: "Exits with 1 when `serve` would refuse to start or could not serve well."
    )

    @OptionGroup var common: CommonOptions

    @Option(
        help: "The folder of nginx's configuration, whose timeouts must fit.",
        completion: .directory
    )
    var nginx = "/etc/nginx"

    func run() throws {
        var findings = CheckFindings()
        let configuration = findings.readConfiguration(common.configurationPath)
        if let configuration {
            findings.readCatalog(configuration)
            findings.readStore(configuration)
            findings.readNginx(nginx, configuration)
            findings.compareWithWorker(configuration)
        }
        if common.json {
            findings.printJSON(configuration)
        } else {
            for error in findings.errors { printAside("error: \(error)") }
            for warning in findings.warnings { printAside("warning: \(warning)") }
            if let configuration { print(configuration.effective, terminator: "") }
            if !findings.limits.isEmpty { print("# by the settings of accounts:") }
            for limit in findings.limits { print("#   \(limit)") }
            if findings.errors.isEmpty {
                printAside("ok: \(findings.counts.joined(separator: ", "))")
            }
        }
        if !findings.errors.isEmpty { throw ExitCode(1) }
    }
}

/// What a check came upon.
private struct CheckFindings {
    var errors: [String] = []
    var warnings: [String] = []
    /// How much of everything there is.
    var counts: [String] = []
    /// What accounts tighten.
    var limits: [String] = []

    mutating func readConfiguration(_ path: String) -> Configuration? {
        do throws(ConfigurationErrors) {
            let configuration = try ConfigurationLoader.load(path: path)
            warnings += configuration.warnings.map {
                $0.line == nil ? "\(path): \($0)" : "\(path):\($0)"
            }
            let gateways = configuration.gateways.count
            counts.append("\(gateways) gateway\(gateways == 1 ? "" : "s")")
            return configuration
        } catch {
            errors += error.description.split(separator: "\n").map(String.init)
            return nil
        }
    }

    mutating func readCatalog(_ configuration: Configuration) {
        do throws(ConfigurationErrors) {
            let catalog = try configuration.loadCatalog()
            counts.append("\(catalog.models.count) models in the catalog")
        } catch {
            errors += error.description.split(separator: "\n").map(String.init)
        }
    }

    mutating func readStore(_ configuration: Configuration) {
        do throws(StorageError) {
            let directory = try StateDirectory(configuration.state)
            let contents = try KeyStore(directory, .providerKeys).contents
            let accessKeys = try KeyListing(of: directory)
            counts.append("\(accessKeys.count) access keys")
            counts.append("\(contents.providerKeys.count) provider keys")
            warnings += configuration.accountWarnings(contents.accounts)
            warnings += configuration.warnings(about: contents.customProviders)
            limits = configuration.tightenedLimits(contents.accounts)
            checkConfigurations(contents, in: directory, configuration)
            let configurations = contents.configurations.records
            let gateways = Set(configuration.gateways.map(\.id))
            var strangers: Set<AccountID> = []
            try accessKeys.forEach { key in
                check(key, configurations)
                if !configuration.hasAccount(key.accountID, contents.accounts) {
                    strangers.insert(key.accountID)
                }
                guard let gateway = key.gatewayID, !gateways.contains(gateway) else { return }
                warnings.append(
                    "access key \(key.id) works at gateway \(gateway) alone, which is not in "
                        + "\(configuration.path)"
                )
            }
            for account in strangers.sorted() {
                warnings.append(
                    "there are access keys of the account \(account), which does not exist: they "
                        + "are refused"
                )
            }
            if contents.providerKeys.isEmpty { return }
            let master = try configuration.requireMasterKey()
            for key in contents.providerKeys.values.sorted(by: { $0.id < $1.id }) {
                check(key, master, contents.customProviders, configuration)
            }
        } catch {
            errors.append(error.description)
        }
    }

    private mutating func checkConfigurations(
        _ contents: StoreContents,
        in directory: StateDirectory,
        _ configuration: Configuration
    ) {
        let records = contents.configurations.records
        if !records.isEmpty { counts.append("\(records.count) access key configurations") }
        if let problem = contents.configurations.problem(
            with: contents.providerKeys,
            in: directory.storePath
        ) {
            errors.append(problem.description)
        }
        for record in records.values.sorted(by: { $0.id < $1.id }) {
            let names =
                record.policy.rules.map(\.providerName)
                + (record.policy.access.providers ?? []).filter { !$0.hasSuffix("*") }
            let own = contents.customProviders
            for name in Set(names).sorted()
            where !configuration.hasProvider(name)
                && own.record(name, of: record.accountID) == nil
            {
                warnings.append(
                    "the configuration \(record.id) (\(record.name)) speaks of the provider "
                        + "\(name), which no gateway of \(configuration.path) has"
                )
            }
        }
    }

    private mutating func check(
        _ key: AccessKeyRecord,
        _ configurations: [ConfigurationID: KeyConfigurationRecord]
    ) {
        guard let id = key.configurationID, configurations[id]?.accountID != key.accountID else {
            return
        }
        errors.append(
            "access key \(key.id) is under the configuration \(id), which is not there, and is "
                + "refused; `lockkeeper keys update --configuration-id` gives it another one"
        )
    }

    private mutating func check(
        _ key: ProviderKeyRecord,
        _ master: MasterKey,
        _ own: CustomProviders,
        _ configuration: Configuration
    ) {
        do throws(MasterKey.OpeningError) {
            _ = try master.open(key.sealedValue, of: SealedRecord(key))
        } catch {
            errors.append(
                "provider key \(key.id) can't be opened (\(error)); use the master key that sealed "
                    + "it, or delete it and add it again"
            )
        }
        if !configuration.hasProvider(key.providerID.rawValue),
            own.record(key.providerID.rawValue, of: key.accountID) == nil
        {
            warnings.append(
                "provider key \(key.id) is for the provider \(key.providerID), which no gateway of "
                    + "\(configuration.path) has"
            )
        }
    }

    mutating func readNginx(_ folder: String, _ configuration: Configuration) {
        errors += configuration.loops(through: folder).map { "\(configuration.path):\($0)" }
        guard let settings = NginxSettings(folder: folder) else { return }
        let found = settings.problems(with: configuration)
        errors += found.errors
        warnings += found.warnings
    }

    /// Says what a reload would not change in the worker that runs, if one does.
    mutating func compareWithWorker(_ configuration: Configuration) {
        do {
            let line = try ControlClient.status(stateDirectory: configuration.state)
            guard let line else { return }
            let running = try JSONDocument.parse(line.span).root["restart_settings"]
            for (key, value) in configuration.restartSettings {
                guard let old = running?[key]?.string, old != value else { continue }
                warnings.append(
                    "'\(key)' needs a restart: the running worker has \(old), "
                        + "\(configuration.path) says \(value)"
                )
            }
        } catch {
            warnings.append("the running worker could not be asked what it serves by: \(error)")
        }
    }

    func printJSON(_ configuration: Configuration?) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("ok")
        writer.bool(errors.isEmpty)
        writer.strings("errors", errors)
        writer.strings("warnings", warnings)
        writer.member("configuration", configuration?.effective)
        writer.strings("accountLimits", limits)
        writer.endObject()
        print(String(decoding: writer.bytes, as: UTF8.self))
    }
}

extension Configuration {
    /// Whether some gateway has the provider.
    fileprivate func hasProvider(_ name: String) -> Bool {
        gateways.contains { $0.providers.index(of: name) != nil }
    }
}
