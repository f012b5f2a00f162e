import Model

extension Configuration {
    /// Everything that is in force, defaults included, as YAML; no secret is shown.
    package var effective: String {
        var lines: [String] = []
        EffectiveWriter.write(root, indent: 0, to: &lines)
        return lines.joined(separator: "\n") + "\n"
    }

    /// What is in force of a key of the first level that holds one value.
    func effectiveText(of key: ConfigurationKey) -> String {
        EffectiveWriter.scalar(root[key.name], key.kind)
    }
}

/// Writes tables as YAML.
private enum EffectiveWriter {
    static func write(_ section: ConfigurationSection, indent: Int, to lines: inout [String]) {
        for key in section.keys {
            write(section[key.name], key.kind, name: key.name, indent: indent, to: &lines)
        }
    }

    private static func write(
        _ setting: ConfigurationSetting,
        _ kind: ConfigurationKind,
        name: String,
        indent: Int,
        to lines: inout [String]
    ) {
        let head = String(repeating: " ", count: indent) + name + ":"
        switch setting.value {
        case .section(let section):
            lines.append(head)
            write(section, indent: indent + 2, to: &lines)
        case .sections(let pairs), .pairs(let pairs):
            lines.append(pairs.isEmpty ? "\(head) {}" : head)
            for pair in pairs {
                write(
                    pair.setting,
                    kind,
                    name: quoted(pair.name),
                    indent: indent + 2,
                    to: &lines
                )
            }
        case .list(let list):
            write(list, head: head, indent: indent, to: &lines)
        case .none, .flag, .number, .time, .text, .secret, .json, .broken:
            lines.append("\(head) \(scalar(setting, kind))")
        }
    }

    private static func write(
        _ list: [ConfigurationSetting],
        head: String,
        indent: Int,
        to lines: inout [String]
    ) {
        var elements: [String] = []
        var blocks: [[String]] = []
        for setting in list {
            guard case .section(let section) = setting.value else {
                elements.append(scalar(setting, .text))
                continue
            }
            var block: [String] = []
            write(section, indent: 0, to: &block)
            blocks.append(block)
        }
        if blocks.isEmpty {
            lines.append("\(head) [\(elements.joined(separator: ", "))]")
            return
        }
        lines.append(head)
        let margin = String(repeating: " ", count: indent + 2)
        for block in blocks {
            for (index, line) in block.enumerated() {
                lines.append("\(margin)\(index == 0 ? "- " : "  ")\(line)")
            }
        }
    }

    static func scalar(
        _ setting: ConfigurationSetting,
        _ kind: ConfigurationKind
    ) -> String {
        switch setting.value {
        case .none:
            if case .automatic = kind { return "auto" }
            return "null"
        case .flag(let flag): return flag ? "true" : "false"
        case .number(let number):
            switch kind {
            case .size: return ConfigurationQuantity.text(bytes: number)
            case .mode:
                let digits = String(number, radix: 8)
                return "\"" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
                    + "\""
            default: return "\(number)"
            }
        case .time(let time): return ConfigurationQuantity.text(time)
        case .secret(let secret):
            let shown = shown(secret, kind)
            // Where it comes from says more than what is left of it.
            return setting.source.map { "\(quoted($0))  # \(shown)" } ?? quoted(shown)
        case .text(let text): return quoted(text)
        // JSON is YAML; what comes from elsewhere is not shown.
        case .json(let text): return setting.source ?? text
        case .list, .pairs, .section, .sections, .broken:
            preconditionFailure("no scalar")
        }
    }

    private static func shown(_ secret: Secret, _ kind: ConfigurationKind) -> String {
        switch kind {
        case .hidden: "***"
        case .proxy: withoutPassword(secret.exposed)
        case .optional(let inner): shown(secret, inner)
        default: secret.redacted
        }
    }

    private static func withoutPassword(_ url: String) -> String {
        guard let mark = url.firstRange(of: "://"), let at = url.lastIndex(of: "@") else {
            return url
        }
        return "\(url[..<mark.upperBound])***\(url[at...])"
    }

    /// Text as it can stand in YAML.
    private static func quoted(_ text: String) -> String {
        let isPlain =
            text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                    UInt8(ascii: "_"), UInt8(ascii: "/"):
                    true
                default: false
                }
            } && !text.isEmpty && text.first != "-"
            && !["null", "true", "false", "~"].contains(text)
        if isPlain { return text }
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                result += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
