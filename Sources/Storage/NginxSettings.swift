/// What the gateway's include file tells nginx, as far as it must fit the configuration.
package struct NginxSettings: Sendable {
    /// A directive and where it stands.
    private struct Directive {
        let name: Substring
        let value: String
        let line: Int
    }

    private let path: String
    private let directives: [Directive]

    /// Reads the include file of an nginx folder; nil when there is none that can be read.
    package init?(folder: String) {
        for path in ["\(folder)/lockkeeper/lockkeeper_params", "\(folder)/lockkeeper_params"] {
            do throws(StorageError) {
                let bytes = try ConfigurationSources.contents(of: path, limit: 1 << 20)
                self.init(String(decoding: bytes, as: UTF8.self), path: path)
                return
            } catch {
                // Not there, or not for us: nothing can be said of it then.
                continue
            }
        }
        return nil
    }

    init(_ text: String, path: String) {
        self.path = path
        var directives: [Directive] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            for statement in line.prefix(while: { $0 != "#" }).split(separator: ";") {
                let words = statement.split(whereSeparator: \.isWhitespace)
                guard let name = words.first else { continue }
                let value = words.dropFirst().joined(separator: " ")
                directives.append(Directive(name: name, value: value, line: index + 1))
            }
        }
        self.directives = directives
    }

    /// What does not fit: the errors end requests that the gateway would still serve.
    package func problems(
        with configuration: Configuration
    ) -> (errors: [String], warnings: [String]) {
        var errors: [String] = []
        var warnings: [String] = []
        for directive in directives {
            let head = "\(path):\(directive.line): \(directive.name) \(directive.value)"
            if directive.name == "fastcgi_read_timeout",
                let limit = NginxSettings.duration(directive.value)
            {
                for gateway in configuration.gateways {
                    if gateway.perRequestTimeout >= limit {
                        errors.append(
                            "\(head) is not longer than per_request_timeout of \(gateway.id) "
                                + "(\(ConfigurationQuantity.text(gateway.perRequestTimeout))): "
                                + "raise it, or nginx gives up first"
                        )
                    } else if gateway.totalTimeout >= limit {
                        warnings.append(
                            "\(head) is not longer than total_timeout of \(gateway.id) "
                                + "(\(ConfigurationQuantity.text(gateway.totalTimeout))): "
                                + "raise it, or nginx gives up on a failover that takes long"
                        )
                    }
                }
            }
            if directive.name == "client_max_body_size",
                let limit = NginxSettings.size(directive.value), limit > 0,
                limit < configuration.maxBodyBytes
            {
                warnings.append(
                    "\(head) is less than max_body_bytes "
                        + "(\(ConfigurationQuantity.text(bytes: configuration.maxBodyBytes))): "
                        + "nginx refuses such bodies first"
                )
            }
        }
        return (errors, warnings)
    }

    /// `600s`, `10m`, `1h30m`, or seconds without a unit.
    private static func duration(_ text: String) -> Duration? {
        let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        return ConfigurationQuantity.duration(isNumber ? text + "s" : text)
    }

    /// `32m`, `512k`, `1g`, or bytes; 0 is without a limit.
    private static func size(_ text: String) -> Int? {
        guard let last = text.lowercased().last else { return nil }
        let unit = ["k": "KiB", "m": "MiB", "g": "GiB"][last]
        return unit.map { ConfigurationQuantity.size(text.dropLast() + $0) } ?? Int(text)
    }
}
