/// What a dialect lets a tool be called.
struct ToolNameRule: Sendable {
    /// The most characters.
    let length: Int
    /// Marks that may stand in a name beside letters and digits.
    let marks: StaticString
}

/// Tools by the names that the provider knows them by, where those are not the client's.
package struct ToolNames: Sendable {
    private var provider: [String: String] = [:]
    private var client: [String: String] = [:]

    /// No name was changed.
    package init() {}

    /// Gives each tool a name by a rule; names that are fine already keep theirs.
    init(_ names: [String], _ rule: ToolNameRule) {
        var taken = Set(names.filter { Self.isFine($0, rule) })
        var numbers: [String: Int] = [:]
        for name in names where !Self.isFine(name, rule) && provider[name] == nil {
            let base = Self.fitted(name, rule)
            var fitted = base
            var number = numbers[base] ?? 2
            while !taken.insert(fitted).inserted {
                let suffix = "_\(number)"
                fitted = base.prefix(rule.length - suffix.count) + suffix
                number += 1
            }
            numbers[base] = number
            provider[name] = fitted
            client[fitted] = name
        }
    }

    /// The provider's name of a tool of the client.
    func provider(_ name: String) -> String { provider.isEmpty ? name : provider[name] ?? name }

    /// The client's name of a tool of the provider.
    func client(_ name: String) -> String { client.isEmpty ? name : client[name] ?? name }

    private static func isFine(_ name: String, _ rule: ToolNameRule) -> Bool {
        !name.isEmpty && name.utf8.count <= rule.length
            && name.utf8.allSatisfy { isFine($0, rule) }
    }

    private static func isFine(_ byte: UInt8, _ rule: ToolNameRule) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: rule.marks.description.utf8.contains(byte)
        }
    }

    /// A name of the characters and the length that are allowed; one that is cut ends in what
    /// tells it apart from others of the same beginning, in every turn alike.
    private static func fitted(_ name: String, _ rule: ToolNameRule) -> String {
        let bytes = name.unicodeScalars.map { scalar -> UInt8 in
            guard scalar.isASCII, isFine(UInt8(truncatingIfNeeded: scalar.value), rule) else {
                return UInt8(ascii: "_")
            }
            return UInt8(truncatingIfNeeded: scalar.value)
        }
        if bytes.isEmpty { return "tool" }
        guard bytes.count > rule.length else { return String(decoding: bytes, as: UTF8.self) }
        let suffix = String(hash(name), radix: 36)
        let kept = bytes.prefix(rule.length - suffix.count - 1)
        return String(decoding: kept, as: UTF8.self) + "_" + suffix
    }

    /// FNV-1a, 32 bits.
    private static func hash(_ name: String) -> UInt32 {
        name.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }
}
