/// One key of gateway.yaml, as data: parsing, defaults, the dump of what is in force, the example
/// and the comparison at a reload all read it from here.
struct ConfigurationKey: Sendable {
    /// When a change takes effect.
    enum Reload: String, Sendable {
        /// With the next reload.
        case reload = "R"
        /// With the next start.
        case restart = "S"
    }

    /// The name in the file.
    let name: String
    /// What may stand behind it.
    let kind: ConfigurationKind
    /// The value where the key is missing, as YAML; nil when it must be there.
    let fallback: String?
    /// When a change takes effect.
    let reload: Reload
    /// What it is for, as the example says it; one line each.
    let summary: [String]

    /// A key of the file.
    init(
        _ name: String,
        _ kind: ConfigurationKind,
        default fallback: String?,
        _ reload: Reload = .reload,
        _ summary: String...
    ) {
        self.name = name
        self.kind = kind
        self.fallback = fallback
        self.reload = reload
        self.summary = summary
    }
}

/// What may stand behind a key.
indirect enum ConfigurationKind: Sendable {
    /// Text of any kind.
    case text
    /// Text that is not shown: a key, a password.
    case secret
    /// Text of which not even a part is shown.
    case hidden
    /// An address that may hold a password.
    case proxy
    /// A file or a folder; relative to the configuration file.
    case path
    /// A name of letters, digits, `.`, `_` and `-`.
    case identifier
    /// `300ms`, `30s`, `5m`, `1h30m`: more than nothing.
    case duration
    /// `32MiB`, `512KiB`, or bytes.
    case size
    /// A whole number.
    case integer(ClosedRange<Int>)
    /// Dollars per million tokens: `0.20`, at most 6 decimals.
    case price
    /// Dollars: `5.00`, at most 9 decimals.
    case amount
    /// Four octal digits of a file mode.
    case mode
    /// `true` or `false`.
    case flag
    /// One of these words.
    case choice([String])
    /// Any of the others, or `auto`.
    case automatic(ConfigurationKind)
    /// Any of the others, or `null`.
    case optional(ConfigurationKind)
    /// A list of the others.
    case list(ConfigurationKind)
    /// Names and text, the values not shown.
    case secrets
    /// Members of a JSON object: names and values of any kind.
    case members
    /// Keys of a table.
    case section([ConfigurationKey])
    /// Names of a fixed set, each with keys of a table.
    case sections([String], [ConfigurationKey])

    /// Whether it is one value that is not shown.
    var isSecret: Bool {
        switch self {
        case .secret, .hidden, .proxy: true
        case .text, .path, .identifier, .duration, .size, .integer, .price, .amount, .mode, .flag,
            .choice, .automatic, .optional, .list, .secrets, .members, .section, .sections:
            false
        }
    }
}
