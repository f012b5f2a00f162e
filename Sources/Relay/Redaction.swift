/// Identifiers of the operator's account at a provider, which the provider puts into its errors.
enum Redaction {
    private static let marks: [[UInt8]] = ["org-", "proj_", "sk-", "sk_", "user-", "gsk_", "xai-"]
        .map { Array($0.utf8) }

    /// The bytes with every word that begins like an identifier cut to its beginning and `***`.
    static func providerIdentifiers(in bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let isWordStart = index == 0 || !isWord(bytes[index - 1])
            if isWordStart, let mark = mark(in: bytes, at: index) {
                result += mark
                result += Array("***".utf8)
                index += mark.count
                while index < bytes.count, isWord(bytes[index]) { index += 1 }
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }

    /// A mark with at least eight characters of a word behind it: `sk-learn` is no key.
    private static func mark(in bytes: [UInt8], at index: Int) -> [UInt8]? {
        marks.first { mark in
            guard bytes[index...].starts(with: mark) else { return false }
            let rest = bytes[(index + mark.count)...].prefix(8)
            return rest.count == 8 && rest.allSatisfy(isWord)
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: "*"):
            true
        default: false
        }
    }
}
