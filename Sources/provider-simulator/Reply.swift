import JSON

/// What an answer says, before a dialect gives it shape.
struct Reply {
    /// The random-looking part of the ids.
    let id: String
    /// Unix seconds.
    let created: Int
    /// The model as it was asked for, as a JSON string.
    let model: String
    /// Thoughts, text and calls, in their order.
    let sayings: [Saying]
    /// What the request is taken for, without what the cache gave or took.
    let inputTokens: Int
    /// Tokens that came from the cache.
    let cachedTokens: Int
    /// Tokens that were written to the cache.
    let cacheWriteTokens: Int
    /// Whether thoughts that nobody keeps are told in full.
    let tellsEncrypted: Bool
    /// Where the tokens are told; nil for where the provider's own answers do.
    let telling: UsageTelling?
    /// Whether errors tell the tokens too.
    let tellsUsageInErrors: Bool
    /// The output tokens that are told, whatever was said.
    let spentTokens: Int?
    /// Tokens of thoughts that nobody sees, besides the others.
    let hiddenTokens: Int

    /// The whole text.
    var text: String {
        sayings.filter { if case .text = $0.kind { true } else { false } }.map(\.text).joined()
    }

    /// The thoughts.
    var thought: Saying? {
        sayings.first { if case .thought = $0.kind { true } else { false } }
    }

    /// The calls of tools.
    var calls: [(call: ToolCall, number: Int)] { sayings.compactMap(\.call) }

    /// One token a piece, thoughts included, unless a cue asks for another number.
    var outputTokens: Int {
        (spentTokens ?? max(1, sayings.reduce(0) { $0 + $1.count })) + hiddenTokens
    }

    /// The tokens of thoughts.
    var reasoningTokens: Int { min(outputTokens, (thought?.count ?? 0) + hiddenTokens) }

    /// All tokens that came in.
    var promptTokens: Int { inputTokens + cachedTokens + cacheWriteTokens }
}

extension Reply {
    /// More pieces than this would make a paced answer too long.
    private static let echoLimit = 40

    /// Decides what is said to a question.
    init(to question: Question, cue: Cue, id: String, created: Int) {
        self.id = id
        self.created = created
        model = quoted(question.model)
        telling = cue.telling
        tellsUsageInErrors = cue.tellsUsageInErrors
        let isNothing = cue.telling == .zero
        inputTokens = isNothing ? 0 : question.inputTokens
        cachedTokens = isNothing ? 0 : cue.cachedTokens ?? 0
        cacheWriteTokens = isNothing ? 0 : cue.cacheWriteTokens ?? 0
        hiddenTokens = isNothing ? 0 : cue.hiddenTokens ?? 0
        switch cue.spending {
        case _ where isNothing: spentTokens = 0
        case .exactly(let count): spentTokens = count
        case .all: spentTokens = question.outputLimit
        case nil: spentTokens = nil
        }
        tellsEncrypted = question.tellsEncrypted
        var sayings: [Saying] = []
        if let count = cue.thoughts ?? (question.wantsThoughts ? 3 : nil), count > 0 {
            sayings.append(Saying(.thought, (1...count).map { "Thought \($0). " }))
        }
        let made = Reply.madeUp(cue)
        if !question.calls.isEmpty {
            for (number, call) in question.calls.enumerated() {
                sayings.append(Saying(call, number: number))
            }
        } else {
            sayings.append(made ?? Saying(.text, Reply.words(of: question.answer)))
        }
        if let length = cue.hugeLine, let last = sayings.popLast() {
            sayings.append(Reply.stretched(last, length, isMadeUp: made != nil && last.call == nil))
        }
        self.sayings = sayings
    }

    /// The text that a cue asks for.
    private static func madeUp(_ cue: Cue) -> Saying? {
        guard cue.isFast || cue.events != nil || cue.size != nil || cue.bytes != nil else {
            return nil
        }
        let piece = filler(cue.size ?? (cue.bytes == nil ? 20 : 16_000))
        return Saying(.text, [piece], count: cue.events ?? (cue.isFast ? 5 : 1))
    }

    /// The same with a piece of that length first; what is made up gets no longer for it.
    private static func stretched(_ saying: Saying, _ length: Int, isMadeUp: Bool) -> Saying {
        let count = max(0, isMadeUp ? saying.count - 1 : saying.count)
        let rest = (0..<count).map { saying.pieces[$0 % saying.pieces.count] }
        return Saying(saying.kind, [filler(length)] + rest)
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
