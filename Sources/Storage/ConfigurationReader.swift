import Model
import Routing
import Yams

/// Reads YAML as the tables of the schema say, and reports whatever does not fit.
struct ConfigurationReader {
    let sources: ConfigurationSources
    /// The folder that relative paths start from.
    let directory: String
    var report = ConfigurationReport()

    init(sources: ConfigurationSources, directory: String) {
        self.sources = sources
        self.directory = directory
    }

    /// Reads the keys of a table.
    mutating func section(
        _ node: Node,
        _ keys: [ConfigurationKey],
        name: String
    ) -> ConfigurationSection? {
        guard case .mapping(let mapping) = node else {
            report.refuse(
                "\(name.isEmpty ? "the file" : "'\(name)'") must hold keys, as in `\(keys[0].name): ...`",
                at: place(of: node)
            )
            return nil
        }
        let place = place(of: node)
        var section = ConfigurationSection(keys: keys, place: place, name: name, settings: [:])
        var settings: [String: ConfigurationSetting] = [:]
        for (keyNode, value) in mapping {
            let key = keyNode.scalar?.string ?? ""
            guard let row = keys.first(where: { $0.name == key }) else {
                refuseUnknown(key, keys, in: name, at: self.place(of: keyNode))
                continue
            }
            settings[key] = setting(value, row.kind, path: section.path(key))
        }
        for row in keys where settings[row.name] == nil {
            settings[row.name] = fallback(of: row, path: section.path(row.name), at: place)
        }
        section = ConfigurationSection(keys: keys, place: place, name: name, settings: settings)
        return section
    }

    private mutating func refuseUnknown(
        _ key: String,
        _ keys: [ConfigurationKey],
        in section: String,
        at place: ConfigurationPlace
    ) {
        let names = keys.map(\.name)
        let nearest = NearestNames.nearest(to: key, among: names, limit: 1).first
        let hint =
            nearest.map { "did you mean '\($0)'?" }
            ?? "valid are \(names.joined(separator: ", "))"
        let whereabouts = section.isEmpty ? "" : " in '\(section)'"
        report.refuse("unknown key '\(key)'\(whereabouts): \(hint)", at: place)
    }

    private mutating func fallback(
        of row: ConfigurationKey,
        path: String,
        at place: ConfigurationPlace
    ) -> ConfigurationSetting {
        guard let text = row.fallback else {
            report.refuse("'\(path)' is missing", at: place)
            return ConfigurationSetting(value: .broken, place: place)
        }
        guard let node = Self.parsed(text) else {
            preconditionFailure("the default of \(path) is no YAML")
        }
        var setting = setting(node, row.kind, path: path, isDefault: true)
        setting.place = .none
        return setting
    }

    private static func parsed(_ text: String) -> Node? {
        do { return try compose(yaml: text) } catch { return nil }
    }

    /// Reads one value.
    mutating func setting(
        _ node: Node,
        _ kind: ConfigurationKind,
        path: String,
        isDefault: Bool = false
    ) -> ConfigurationSetting {
        let place = isDefault ? ConfigurationPlace.none : place(of: node)
        let value: ConfigurationValue
        switch kind {
        case .section(let keys):
            value = section(node, keys, name: path).map { .section($0) } ?? .broken
        case .sections(let names, let keys):
            value = sections(node, names, keys, path: path)
        case .list(let element): value = list(node, element, path: path)
        case .secrets: value = pairs(node, path: path)
        case .members: value = members(node, path: path)
        case .optional(let inner):
            if isNull(node) { return ConfigurationSetting(value: .none, place: place) }
            return setting(node, inner, path: path, isDefault: isDefault)
        case .automatic(let inner):
            if node.scalar?.string == "auto" {
                return ConfigurationSetting(value: .none, place: place)
            }
            return setting(node, inner, path: path, isDefault: isDefault)
        case .text, .secret, .hidden, .proxy, .path, .identifier, .duration, .size, .integer,
            .price, .amount, .mode, .flag, .choice:
            return scalar(node, kind, path: path, at: place)
        }
        return ConfigurationSetting(value: value, place: place)
    }

    private mutating func list(
        _ node: Node,
        _ element: ConfigurationKind,
        path: String
    ) -> ConfigurationValue {
        guard case .sequence(let sequence) = node else {
            report.refuse("'\(path)' must be a list, as in `[a, b]`", at: place(of: node))
            return .broken
        }
        var settings: [ConfigurationSetting] = []
        for (index, node) in sequence.enumerated() {
            settings.append(setting(node, element, path: "\(path)[\(index)]"))
        }
        return .list(settings)
    }

    private mutating func pairs(_ node: Node, path: String) -> ConfigurationValue {
        guard case .mapping(let mapping) = node else {
            report.refuse(
                "'\(path)' must hold names and values, as in `{ name: value }`",
                at: place(of: node)
            )
            return .broken
        }
        return .pairs(
            mapping.map { key, value in
                let name = key.scalar?.string ?? ""
                return ConfigurationPair(
                    name: name,
                    namePlace: place(of: key),
                    setting: setting(value, .secret, path: "\(path).\(name)")
                )
            }
        )
    }

    private mutating func sections(
        _ node: Node,
        _ names: [String],
        _ keys: [ConfigurationKey],
        path: String
    ) -> ConfigurationValue {
        guard case .mapping(let mapping) = node, !mapping.isEmpty else {
            report.refuse(
                "'\(path)' must hold at least one of \(names.joined(separator: ", "))",
                at: place(of: node)
            )
            return .broken
        }
        var pairs: [ConfigurationPair] = []
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            guard names.contains(name) else {
                let nearest = NearestNames.nearest(to: name, among: names, limit: 1).first
                let hint =
                    nearest.map { "did you mean '\($0)'?" }
                    ?? "valid are \(names.joined(separator: ", "))"
                report.refuse("unknown key '\(name)' in '\(path)': \(hint)", at: place(of: key))
                continue
            }
            // `gemini:` with nothing behind it is all defaults.
            let empty = Node.mapping(Node.Mapping([], .implicit, .any, value.mark))
            let section = section(
                isNull(value) ? empty : value,
                keys,
                name: "\(path).\(name)"
            )
            if let section {
                pairs.append(
                    ConfigurationPair(
                        name: name,
                        namePlace: place(of: key),
                        setting: ConfigurationSetting(
                            value: .section(section),
                            place: place(of: value)
                        )
                    )
                )
            }
        }
        return .sections(pairs)
    }

    private func isNull(_ node: Node) -> Bool {
        guard let scalar = node.scalar, scalar.style == .plain || scalar.style == .any else {
            return false
        }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    func place(of node: Node) -> ConfigurationPlace {
        ConfigurationPlace(line: node.mark?.line, column: node.mark?.column ?? 1)
    }
}
