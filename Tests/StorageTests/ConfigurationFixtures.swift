@testable import Storage

/// 32 bytes in base64 that protect nothing.
let sampleMasterKey = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

/// An environment and files of a test.
func sources(
    _ environment: [String: String] = [:],
    files: [String: String] = [:]
) -> ConfigurationSources {
    var all = ["/etc/lockkeeper/master.key": sampleMasterKey + "\n"]
    all.merge(files) { _, new in new }
    let contents = all
    return ConfigurationSources(environment: environment) { path throws(StorageError) in
        guard let text = contents[path] else {
            throw StorageError("No such file or directory", at: path)
        }
        return Array(text.utf8)
    }
}

func load(
    _ yaml: String,
    _ sources: ConfigurationSources = sources()
) throws(ConfigurationErrors) -> Configuration {
    try ConfigurationLoader.parse(yaml, path: "/etc/lockkeeper/gateway.yaml", sources: sources)
}

/// The problems of a file, as `line:column: text`; none when it is accepted.
func problems(_ yaml: String, _ sources: ConfigurationSources = sources()) -> [String] {
    do throws(ConfigurationErrors) {
        _ = try load(yaml, sources)
        return []
    } catch {
        return error.problems.map(\.description)
    }
}

/// A file whose only gateway has these lines.
func gatewayYAML(_ lines: String...) -> String {
    "gateways:\n  - id: ep_main\n" + lines.map { "    \($0)\n" }.joined()
}

/// A file whose only provider has these lines.
func providerYAML(_ lines: String...) -> String {
    "gateways:\n  - id: ep_main\n    providers:\n      - id: "
        + lines.joined(separator: "\n        ") + "\n"
}
