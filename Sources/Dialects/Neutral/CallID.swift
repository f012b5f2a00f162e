import Model

/// The id of a tool's call, as a client sees it.
///
/// Clients drop members that they don't know, but they give ids back: what a provider wants back
/// with a call is hidden there, behind a mark.
enum CallID {
    private static let mark = "__thought__"

    /// The id of a call that its provider gave none.
    ///
    /// OpenAI takes 40 characters, which a request's id with what stands around it is longer than.
    static func made(of seed: String, _ number: Int) -> String {
        "call_\(seed.suffix(30))_\(number)"
    }

    /// The id for a client: the provider's, with what it wants back.
    static func hiding(_ signature: Signature?, in id: String) -> String {
        guard let signature else { return id }
        return id + mark + signature.carried(in: .gemini)
    }

    /// The provider's id and what it wants back, of a client's id.
    static func split(_ id: String) -> (id: String, signature: Signature?) {
        let bytes = id.utf8
        let mark = Self.mark.utf8
        guard bytes.count > mark.count else { return (id, nil) }
        var start = bytes.startIndex
        while let found = bytes[start...].firstIndex(of: UInt8(ascii: "_")) {
            if bytes[found...].starts(with: mark) {
                let hidden = String(id[bytes.index(found, offsetBy: mark.count)...])
                return (String(id[..<found]), Signature(hidden, carriedIn: .gemini))
            }
            start = bytes.index(after: found)
        }
        return (id, nil)
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
