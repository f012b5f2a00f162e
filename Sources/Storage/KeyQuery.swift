import Access
package import Model

/// Which access keys are asked for; nil for what does not matter.
package struct KeyQuery: Equatable, Sendable {
    /// Those of an account.
    package var account: AccountID?
    /// Those under a configuration.
    package var configuration: ConfigurationID?
    /// Those that are older than this one, which may be gone by now.
    package var before: AccessKeyID?
    /// Those that work on one gateway alone.
    package var isBound = false
    /// Those with this in their name, description, id or redacted token, whatever the case.
    package var search: String?

    /// All.
    package init() {}

    /// What becomes of the search after a key.
    enum Step {
        case goOn, stop
    }

    /// Whether a key has what is searched for.
    func matches(_ record: AccessKeyRecord) -> Bool {
        if isBound, record.gatewayID == nil { return false }
        guard let search else { return true }
        let wanted = search.lowercased()
        return [record.id.rawValue, record.name, record.description, record.keyRedacted]
            .contains { $0.lowercased().contains(wanted) }
    }
}

/// What is searched for in lines as they stand in the file, most of which do not have it.
struct LineSearch {
    /// In small letters; nil for what can't be compared byte by byte.
    private let wanted: [UInt8]?

    init(_ text: String?) {
        let bytes = Array((text ?? "").utf8)
        let isPlain = bytes.allSatisfy { (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C }
        wanted = isPlain ? bytes.map { $0.small } : nil
    }

    /// Whether a key's line may have it in one of the texts that are searched; false is certain.
    func mayBe(in line: Span<UInt8>) -> Bool {
        guard let wanted, !wanted.isEmpty, let key = WrittenKey(line) else { return true }
        return [key.id, key.name, key.description, key.keyRedacted]
            .contains { isPart(wanted.span, of: line.extracting($0)) }
    }

    private func isPart(_ wanted: Span<UInt8>, of text: Span<UInt8>) -> Bool {
        guard text.count >= wanted.count else { return false }
        let first = wanted[0]
        for start in 0...(text.count - wanted.count) where text[start].small == first {
            var index = 1
            while index < wanted.count, text[start + index].small == wanted[index] { index += 1 }
            if index == wanted.count { return true }
        }
        return false
    }
}

extension UInt8 {
    /// The small letter of a capital one; else the same.
    fileprivate var small: UInt8 {
        self &- UInt8(ascii: "A") < 26 ? self | 0x20 : self
    }
}
