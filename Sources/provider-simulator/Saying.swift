/// One thing that an answer says, in pieces.
struct Saying {
    /// What it is.
    let kind: Kind
    /// The text, or a call's arguments, in pieces that are used round and round.
    let pieces: [String]
    /// How many pieces are said.
    let count: Int

    /// What is said.
    enum Kind {
        /// Thoughts, which a signature belongs to.
        case thought
        case text
        /// The call of a tool, the first of an answer being number 0.
        case call(ToolCall, number: Int)
    }

    /// Something said in pieces, each once unless told otherwise.
    init(_ kind: Kind, _ pieces: [String], count: Int? = nil) {
        self.kind = kind
        self.pieces = pieces
        self.count = count ?? pieces.count
    }

    /// The call of a tool.
    init(_ call: ToolCall, number: Int) {
        self.init(.call(call, number: number), Saying.split(call.arguments, every: 8))
    }

    /// The whole text.
    var text: String {
        guard !pieces.isEmpty else { return "" }
        return (0..<count).map { pieces[$0 % pieces.count] }.joined()
    }

    /// The pieces of the text, or of the call's arguments, escaped for JSON.
    var escapedPieces: [[UInt8]] { pieces.map(escaped) }

    /// What proves that the thoughts are the provider's own.
    var signature: String { Signature.text(of: text) }

    /// The call, where it is one.
    var call: (call: ToolCall, number: Int)? {
        if case .call(let call, let number) = kind { (call, number) } else { nil }
    }

    private static func split(_ text: String, every length: Int) -> [String] {
        var rest = text[...]
        var parts: [String] = []
        while !rest.isEmpty {
            parts.append(String(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return parts
    }
}
