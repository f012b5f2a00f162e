import Access
import Model
import Platform
import Storage
import Testing

@testable import Server

/// A configuration file and a state directory of a test's own, gone with the test.
final class ReloadSite {
    let path: String
    /// 32 bytes in base64 that protect nothing.
    static let masterKey = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

    init() throws {
        var random = SystemRandomNumberGenerator()
        path = "/tmp/lockkeeper-reload-\(random.next())"
        try TestDirectory.make(path)
        try write("")
    }

    deinit {
        TestDirectory.remove(path)
    }

    /// Writes the configuration: these lines, and defaults for what they don't name.
    func write(_ lines: String) throws {
        let defaults = [
            ("loops", "2"), ("state", path), ("listen_group", "null"),
            ("master_key", ReloadSite.masterKey),
            ("gateways", "[ { id: ep_main } ]"),
        ]
        let named = lines.split(separator: "\n").map { $0.prefix { $0 != ":" } }
        let rest = defaults.filter { !named.contains(Substring($0.0)) }
            .map { "\($0.0): \($0.1)\n" }
        try write(rest.joined() + lines + "\n", to: "gateway.yaml")
    }

    /// Writes a file of the directory, as a new one.
    func write(_ text: String, to name: String) throws {
        try AtomicFile.replace(
            "\(path)/\(name)",
            with: Array(text.utf8).span,
            owner: try StateDirectory(path).owner
        )
    }

    func text(_ name: String) throws -> String {
        let bytes = try File("\(path)/\(name)", for: .reading).readAll(limit: 1 << 20)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Adds an access key to the store: its token.
    func addAccessKey(_ id: String, of account: AccountID = .standard) throws -> AccessToken {
        var random = SystemRandomNumberGenerator()
        let token = TokenFormat.standard.generate(using: &random)
        let record = AccessKeyRecord(
            of: token,
            id: AccessKeyID(id),
            accountID: account,
            createdAt: Timestamp(unixSecond: 0),
            createdBy: "test"
        )
        _ = try KeyStore(try StateDirectory(path)).commit { _ in .accessKey(record) }
        return token
    }

    /// Adds a provider key, made at a second, to the store.
    func addProviderKey(
        _ id: String,
        at second: Int64,
        of account: AccountID = .standard,
        sealedUnder masterKey: String = ReloadSite.masterKey
    ) throws {
        let store = try KeyStore(try StateDirectory(path))
        var record = ProviderKeyRecord(
            id: ProviderKeyID(id),
            accountID: account,
            providerID: ProviderID("openai"),
            name: "",
            sealedValue: "",
            keyRedacted: "***",
            createdAt: Timestamp(unixSecond: second),
            updatedAt: Timestamp(unixSecond: second),
            createdBy: "test",
            lastUpdatedBy: "test"
        )
        let master = try #require(MasterKey(base64: Secret(masterKey)))
        record.sealedValue = master.seal(Secret("sk-of-\(id)"), for: SealedRecord(record))
        _ = try store.commit { _ in .providerKey(record) }
    }

    /// Puts a configuration into the store whose one rule names that key, there or not.
    func addConfiguration(_ id: String, naming key: String) throws {
        let rule = KeyRule(
            provider: ProviderID("openai"),
            model: nil,
            steps: [.user(.ordered, [ProviderKeyID(key)])]
        )
        let record = KeyConfigurationRecord(
            id: ConfigurationID(id),
            accountID: .standard,
            name: "team",
            policy: KeyPolicy(rules: [rule]),
            createdAt: Timestamp(unixSecond: 0),
            updatedAt: Timestamp(unixSecond: 0),
            createdBy: "test",
            lastUpdatedBy: "test"
        )
        _ = try KeyStore(try StateDirectory(path)).commit { _ in .configuration(record) }
    }

    /// When keys were last used, by the file.
    func uses() throws -> [String: Timestamp] {
        try LastUsedFile(of: try StateDirectory(path)).read()
    }

    /// What a worker makes of it at its start.
    func start() throws -> Reloader {
        let start = try Reloader.load("\(path)/gateway.yaml")
        let log = try OperationalLog(start.configuration.logLevel)
        let reloader = try Reloader(start, path: "\(path)/gateway.yaml", log: log)
        _ = reloader.readStore()
        return reloader
    }
}
