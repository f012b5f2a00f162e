import Model

/// The id of a tool's call, as a client sees it.
///
/// Clients drop members that they don't know, but they give ids back: what a provider wants back
/// with a call is hidden there, behind a mark.
enum CallID {
    private static let mark = "__thought__"

    /// The id for a client: the provider's, with what it wants back.
    static func hiding(_ signature: Signature?, in id: String) -> String {
        guard let signature else { return id }
        return id + mark + signature.carried(in: .gemini)
    }

    /// The provider's id and what it wants back, of a client's id.
    static func split(_ id: String) -> (id: String, signature: Signature?) {
        guard let range = range(ofMarkIn: id) else { return (id, nil) }
        let hidden = String(id[range.upperBound...])
        return (String(id[..<range.lowerBound]), Signature(hidden, carriedIn: .gemini))
    }

    private static func range(ofMarkIn id: String) -> Range<String.Index>? {
        guard id.utf8.count > mark.utf8.count else { return nil }
        var start = id.startIndex
        while let found = id[start...].firstIndex(of: "_") {
            if id[found...].hasPrefix(mark) {
                return found..<id.index(found, offsetBy: mark.count)
            }
            start = id.index(after: found)
        }
        return nil
    }

    /// An id of letters, digits, `_` and `-` alone, as Anthropic's providers want it.
    static func plain(_ id: String) -> String {
        if id.isEmpty { return "toolu_none" }
        let plain = id.utf8.map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                byte
            default: UInt8(ascii: "_")
            }
        }
        return String(decoding: plain, as: UTF8.self)
    }
}
