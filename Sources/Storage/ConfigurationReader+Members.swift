import JSON
import Model
import Yams

/// Values of any kind, written as YAML and sent as JSON.
extension ConfigurationReader {
    /// Reads the members of a JSON object, each as it will be sent.
    mutating func members(_ node: Node, path: String) -> ConfigurationValue {
        guard case .mapping(let mapping) = node else {
            report.refuse(
                "'\(path)' must hold names and values, as in `{ name: value }`",
                at: place(of: node)
            )
            return .broken
        }
        var pairs: [ConfigurationPair] = []
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            var setting = ConfigurationSetting(value: .broken, place: place(of: value))
            var sent = MemberText()
            if write(value, path: "\(path).\(name)", depth: 0, to: &sent) {
                setting.value = .json(sent.sent)
                setting.source = sent.isSubstituted ? sent.written : nil
            }
            pairs.append(
                ConfigurationPair(name: name, namePlace: place(of: key), setting: setting)
            )
        }
        return .pairs(pairs)
    }

    /// Writes a value as JSON; false when it has none, which was reported.
    private mutating func write(
        _ node: Node,
        path: String,
        depth: Int,
        to text: inout MemberText
    ) -> Bool {
        guard depth < 32 else {
            report.refuse("'\(path)' is nested too deep", at: place(of: node))
            return false
        }
        switch node {
        case .scalar(let scalar):
            return write(scalar, path: path, at: place(of: node), to: &text)
        case .mapping(let mapping):
            text.append("{")
            for (index, (key, value)) in mapping.enumerated() {
                let name = key.scalar?.string ?? ""
                text.append(index == 0 ? "" : ",")
                text.append(Self.json(name) + ":")
                guard write(value, path: "\(path).\(name)", depth: depth + 1, to: &text) else {
                    return false
                }
            }
            text.append("}")
        case .sequence(let sequence):
            text.append("[")
            for (index, value) in sequence.enumerated() {
                text.append(index == 0 ? "" : ",")
                guard write(value, path: "\(path)[\(index)]", depth: depth + 1, to: &text) else {
                    return false
                }
            }
            text.append("]")
        case .alias:
            report.refuse("'\(path)' can't be an alias", at: place(of: node))
            return false
        }
        return true
    }

    private mutating func write(
        _ scalar: Node.Scalar,
        path: String,
        at place: ConfigurationPlace,
        to text: inout MemberText
    ) -> Bool {
        let isPlain = scalar.style == .plain || scalar.style == .any
        switch isPlain ? PlainScalar(scalar.string) : .text {
        case .json(let word): text.append(word)
        case .foreignNumber:
            report.refuse(
                "'\(path)' must be a number as JSON has it, or text in quotes, "
                    + "not '\(scalar.string)'",
                at: place
            )
            return false
        case .text:
            do throws(SubstitutionError) {
                let found = try sources.substitute(scalar.string, relativeTo: directory)
                text.append(Self.json(found.value), as: found.source.map(Self.json))
            } catch {
                report.refuse("'\(path)': \(error.text)", at: place)
                return false
            }
        }
        return true
    }

    private static func json(_ text: String) -> String {
        var writer = JSONWriter()
        writer.string(text)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

/// A value as it is sent, and as the file has it where that may hold a secret.
private struct MemberText {
    private(set) var sent = ""
    private(set) var written = ""
    private(set) var isSubstituted = false

    mutating func append(_ text: String, as source: String? = nil) {
        sent += text
        written += source ?? text
        if source != nil { isSubstituted = true }
    }
}

/// What YAML's core schema makes of a scalar without quotes.
private enum PlainScalar {
    /// A number, spelled as it is, or one of JSON's words.
    case json(String)
    /// A number of YAML's that JSON does not have: `0x1F`, `.5`, `+1`, `.inf`.
    case foreignNumber
    case text

    init(_ text: String) {
        switch text {
        case "", "~", "null", "Null", "NULL": self = .json("null")
        case "true", "True", "TRUE": self = .json("true")
        case "false", "False", "FALSE": self = .json("false")
        default:
            if Self.isNumber(text) {
                self = .json(text)
            } else {
                self = Self.isForeignNumber(text) ? .foreignNumber : .text
            }
        }
    }

    /// Whether JSON would take it for a number.
    private static func isNumber(_ text: String) -> Bool {
        let bytes = Array("[\(text)]".utf8)
        var kinds: [ValueKind] = []
        do throws(ScanError) {
            try forEachJSONElement(bytes.span, 0..<bytes.count) { kind, _ in
                kinds.append(kind)
                return .next
            }
        } catch {
            return false
        }
        return kinds == [.number]
    }

    private static func isForeignNumber(_ text: String) -> Bool {
        var rest = text[...]
        if let sign = rest.first, sign == "+" || sign == "-" { rest = rest.dropFirst() }
        if [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"].contains(String(rest)) { return true }
        if rest.hasPrefix("0x") { return isMade(of: "0123456789abcdefABCDEF", rest.dropFirst(2)) }
        if rest.hasPrefix("0o") { return isMade(of: "01234567", rest.dropFirst(2)) }
        guard let first = rest.first, first.isNumber || first == "." else { return false }
        return isMade(of: "0123456789.", rest.filter { $0 != "_" })
            && rest.contains(where: \.isNumber)
            && rest.count(where: { $0 == "." }) < 2 || Double(String(rest)) != nil
    }

    private static func isMade(of digits: String, _ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.allSatisfy(digits.contains)
    }
}
