import Model
import Yams

extension ConfigurationReader {
    /// Reads a value that is one text.
    mutating func scalar(
        _ node: Node,
        _ kind: ConfigurationKind,
        path: String,
        at place: ConfigurationPlace
    ) -> ConfigurationSetting {
        var setting = ConfigurationSetting(value: .broken, place: place)
        guard let scalar = node.scalar else {
            report.refuse("'\(path)' must be one value", at: place)
            return setting
        }
        let text: ConfigurationText
        do throws(SubstitutionError) {
            text = try sources.substitute(scalar.string, relativeTo: directory)
        } catch {
            let problem = "'\(path)': \(error.text)"
            let isOptional = sources.secrets == .optional && kind.isSecret
            // Without it all is served but what is on accounts' own keys, which is told so.
            let isMasterKey = path == "master_key" && error.isMissing
            guard isOptional || isMasterKey else {
                report.refuse(problem, at: place)
                return setting
            }
            if !isOptional { report.warn("\(problem); no provider key can be used", at: place) }
            report.leaveOut(problem, at: place)
            setting.source = scalar.string
            setting.value = .none
            return setting
        }
        setting.source = text.source
        setting.file = text.file
        switch value(of: text.value, kind) {
        case .success(let value): setting.value = value
        case .failure(let reason):
            // What came from elsewhere may be a secret.
            let shown = text.source ?? text.value
            report.refuse(
                "'\(path)' \(reason.text)\(shown.isEmpty ? "" : ", not '\(shown)'")",
                at: place
            )
        }
        return setting
    }

    private struct Reason: Error {
        let text: String

        init(_ text: String) { self.text = text }
    }

    private func value(
        of text: String,
        _ kind: ConfigurationKind
    ) -> Result<ConfigurationValue, Reason> {
        switch kind {
        case .secret, .hidden, .proxy: return .success(.secret(Secret(text)))
        case .text, .path:
            if text.isEmpty { return .failure(Reason("must not be empty")) }
            return .success(.text(text))
        case .identifier:
            return ConfigurationQuantity.isIdentifier(text)
                ? .success(.text(text))
                : .failure(Reason("must be letters, digits, '.', '_' and '-'"))
        case .duration:
            return ConfigurationQuantity.duration(text).map { .success(.time($0)) }
                ?? .failure(Reason("must be a duration, such as 300ms, 30s, 5m or 1h30m"))
        case .size:
            return ConfigurationQuantity.size(text).map { .success(.number($0)) }
                ?? .failure(Reason("must be a size, such as 512KiB, 32MiB or a number of bytes"))
        case .integer(let range): return integer(text, range)
        case .price:
            do throws(Millionths.Problem) {
                return .success(.text(try TokenPrice(dollarsPerMillion: text).description))
            } catch {
                return .failure(Reason("\(error)"))
            }
        case .amount:
            do throws(NanoDollars.Problem) {
                return .success(.text(try NanoDollars(dollars: text).description))
            } catch {
                return .failure(Reason("\(error)"))
            }
        case .mode:
            return ConfigurationQuantity.mode(text).map { .success(.number(Int($0))) }
                ?? .failure(Reason("must be a file mode, such as \"0660\""))
        case .flag:
            switch text {
            case "true": return .success(.flag(true))
            case "false": return .success(.flag(false))
            default: return .failure(Reason("must be true or false"))
            }
        case .choice(let words):
            return words.contains(text)
                ? .success(.text(text))
                : .failure(Reason("must be \(Self.alternatives(words))"))
        case .automatic, .optional, .list, .secrets, .members, .section, .sections:
            preconditionFailure("no scalar stands there")
        }
    }

    private func integer(
        _ text: String,
        _ range: ClosedRange<Int>
    ) -> Result<ConfigurationValue, Reason> {
        guard let number = ConfigurationQuantity.integer(text), range.contains(number) else {
            return .failure(
                Reason("must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            )
        }
        return .success(.number(number))
    }

    /// `a`, `a or b`, `a, b or c`.
    static func alternatives(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return "\(words.dropLast().joined(separator: ", ")) or \(last)"
    }
}
