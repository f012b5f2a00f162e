import JSON

/// What an answer says, before a dialect gives it shape.
struct Reply {
    /// The random-looking part of the ids.
    let id: String
    /// Unix seconds.
    let created: Int
    /// The model as it was asked for, as a JSON string.
    let model: String
    /// The text in pieces, used round and round.
    let pieces: [String]
    /// How many pieces are said.
    let count: Int
    /// The call of a tool, in place of text.
    let call: ToolCall?
    /// What the request is taken for.
    let inputTokens: Int

    /// The whole text.
    var text: String {
        guard !pieces.isEmpty else { return "" }
        return (0..<count).map { pieces[$0 % pieces.count] }.joined()
    }

    /// The pieces of the text, or of the call's arguments, escaped for JSON.
    var escapedPieces: [[UInt8]] { pieces.map(escaped) }

    /// One token a piece.
    var outputTokens: Int { max(1, count) }
}

extension Reply {
    /// More pieces than this would make a paced answer too long.
    private static let echoLimit = 40

    /// Decides what is said to a question.
    init(to question: Question, cue: Cue, id: String, created: Int) {
        self.id = id
        self.created = created
        model = quoted(question.model)
        inputTokens = question.inputTokens
        call = question.call
        let hasMadeUpText = cue.isFast || cue.events != nil || cue.size != nil || cue.bytes != nil
        var pieces: [String]
        var count: Int?
        if let call = question.call {
            pieces = Reply.split(call.arguments, every: 8)
        } else if hasMadeUpText {
            pieces = [Reply.filler(cue.size ?? (cue.bytes == nil ? 20 : 16_000))]
            count = cue.events ?? (cue.isFast ? 5 : 1)
        } else {
            pieces = Reply.words(
                of: question.text.isEmpty ? "Hello from the simulator." : question.text
            )
        }
        if let length = cue.hugeLine {
            let rest = count.map { max(0, $0 - 1) } ?? pieces.count
            pieces = [Reply.filler(length)] + (0..<rest).map { pieces[$0 % pieces.count] }
            count = nil
        }
        self.pieces = pieces
        self.count = count ?? pieces.count
    }

    private static func filler(_ byteCount: Int) -> String {
        let words = "The quick brown fox jumps over the lazy dog. "
        let text = String(repeating: words, count: byteCount / words.utf8.count + 1)
        return String(text.prefix(byteCount))
    }

    /// The text cut after each space, in at most so many pieces.
    private static func words(of text: String) -> [String] {
        var words: [String] = []
        let least = text.utf8.count / echoLimit
        var word = ""
        var length = 0
        for character in text {
            word.append(character)
            length += character.utf8.count
            if character == " ", length >= least {
                words.append(word)
                word = ""
                length = 0
            }
        }
        if !word.isEmpty { words.append(word) }
        return words
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

/// A JSON string, quotes included.
func quoted(_ text: String) -> String {
    var writer = JSONWriter()
    writer.string(text)
    return String(decoding: writer.bytes, as: UTF8.self)
}

/// The inside of a JSON string.
func escaped(_ text: String) -> [UInt8] {
    var writer = JSONWriter()
    writer.string(text)
    return Array(writer.bytes.dropFirst().dropLast())
}

/// One server-sent event without a name.
func event(_ data: String) -> String {
    "data: \(data)\n\n"
}

/// One server-sent event with a name.
func event(_ name: String, _ data: String) -> String {
    "event: \(name)\ndata: \(data)\n\n"
}
