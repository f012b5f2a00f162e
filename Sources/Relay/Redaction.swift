/// Identifiers of the operator's account at a provider, which the provider puts into its errors.
enum Redaction {
    private static let marks: [[UInt8]] = [
        "org-", "org_", "proj_", "sk-", "sk_", "user-", "gsk_", "xai-", "AIza", "projects/",
        "project_number:",
    ].map { Array($0.utf8) }

    /// The bytes with every word that begins like an identifier cut to its beginning and `***`.
    static func providerIdentifiers(in bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if isWordStart(bytes, index), let mark = mark(in: bytes, at: index) {
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

    /// Whether no word goes on here; the escapes of JSON text, `\n` or `\u000a`, end one too.
    private static func isWordStart(_ bytes: [UInt8], _ index: Int) -> Bool {
        if index == 0 || !isWord(bytes[index - 1]) { return true }
        let backslash = UInt8(ascii: "\\")
        if index >= 2, bytes[index - 2] == backslash { return true }
        return index >= 6 && bytes[index - 6] == backslash
            && bytes[index - 5] == UInt8(ascii: "u")
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
