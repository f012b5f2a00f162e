import Platform
import Storage

@testable import Server

/// A configuration file and a state directory of a test's own, gone with the test.
final class ReloadSite {
    let path: String

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
            ("master_key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="),
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

    /// What a worker makes of it at its start.
    func start() throws -> Reloader {
        let start = try Reloader.load("\(path)/gateway.yaml")
        let log = try OperationalLog(start.configuration.logLevel)
        let reloader = try Reloader(start, path: "\(path)/gateway.yaml", log: log)
        _ = reloader.readStore()
        return reloader
    }
}
