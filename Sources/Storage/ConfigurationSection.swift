import Model

/// What stands behind a key, read as its kind says.
indirect enum ConfigurationValue: Equatable, Sendable {
    /// `null` or `auto`.
    case none
    case flag(Bool)
    case number(Int)
    case time(Duration)
    case text(String)
    case secret(Secret)
    /// Any value, as JSON text.
    case json(String)
    case list([ConfigurationSetting])
    case pairs([ConfigurationPair])
    case section(ConfigurationSection)
    case sections([ConfigurationPair])
    /// What could not be read, and was reported.
    case broken
}

/// A value with its place in the file.
///
/// Two settings are equal when their values are, wherever they stand.
struct ConfigurationSetting: Equatable, Sendable {
    var value: ConfigurationValue
    /// Where it stands; `.none` for a default.
    var place: ConfigurationPlace
    /// The text with its `${..}`, where it has any.
    var source: String?
    /// The file that a secret comes from, where it comes from one.
    var file: String?

    static func == (left: ConfigurationSetting, right: ConfigurationSetting) -> Bool {
        left.value == right.value
    }
}

/// A name that the file chose, and its value.
struct ConfigurationPair: Equatable, Sendable {
    let name: String
    let namePlace: ConfigurationPlace
    let setting: ConfigurationSetting

    static func == (left: ConfigurationPair, right: ConfigurationPair) -> Bool {
        left.name == right.name && left.setting == right.setting
    }
}

/// The keys of one table with their values, defaults filled in.
struct ConfigurationSection: Sendable {
    /// The table.
    let keys: [ConfigurationKey]
    /// Where it begins.
    let place: ConfigurationPlace
    /// Where it is, as in `gateways[0]`; empty for the root.
    let name: String
    /// The values by key; one for every key of the table.
    private(set) var settings: [String: ConfigurationSetting]

    init(
        keys: [ConfigurationKey],
        place: ConfigurationPlace,
        name: String,
        settings: [String: ConfigurationSetting]
    ) {
        self.keys = keys
        self.place = place
        self.name = name
        self.settings = settings
    }

    /// The setting of a key, which the table must have.
    subscript(_ key: String) -> ConfigurationSetting {
        get {
            guard let setting = settings[key] else {
                preconditionFailure("the table has no key \(key)")
            }
            return setting
        }
        set { settings[key] = newValue }
    }

    /// A key as an error names it.
    func path(_ key: String) -> String { name.isEmpty ? key : "\(name).\(key)" }
}

extension ConfigurationSection: Equatable {
    static func == (left: ConfigurationSection, right: ConfigurationSection) -> Bool {
        left.settings.mapValues(\.value) == right.settings.mapValues(\.value)
    }
}

extension ConfigurationSection {
    func text(_ key: String) -> String? {
        if case .text(let text) = self[key].value { text } else { nil }
    }

    func secret(_ key: String) -> Secret? {
        if case .secret(let secret) = self[key].value { secret } else { nil }
    }

    func number(_ key: String) -> Int? {
        if case .number(let number) = self[key].value { number } else { nil }
    }

    /// What the reader took for a price.
    func price(_ key: String) -> TokenPrice? {
        guard let text = text(key) else { return nil }
        do throws(Millionths.Problem) {
            return try TokenPrice(dollarsPerMillion: text)
        } catch {
            return nil
        }
    }

    func time(_ key: String) -> Duration? {
        if case .time(let time) = self[key].value { time } else { nil }
    }

    func flag(_ key: String) -> Bool? {
        if case .flag(let flag) = self[key].value { flag } else { nil }
    }

    func section(_ key: String) -> ConfigurationSection? {
        if case .section(let section) = self[key].value { section } else { nil }
    }

    func list(_ key: String) -> [ConfigurationSetting] {
        if case .list(let list) = self[key].value { list } else { [] }
    }

    func sections(_ key: String) -> [ConfigurationSection] {
        list(key).compactMap { if case .section(let section) = $0.value { section } else { nil } }
    }

    func texts(_ key: String) -> [(text: String, place: ConfigurationPlace)] {
        list(key).compactMap { setting in
            if case .text(let text) = setting.value { (text, setting.place) } else { nil }
        }
    }

    func pairs(_ key: String) -> [ConfigurationPair] {
        switch self[key].value {
        case .pairs(let pairs), .sections(let pairs): pairs
        default: []
        }
    }
}
