import JSON

/// What the members of a request for content are called.
enum GeminiMembers {
    static let row = DialectRow(
        names: names,
        decodeRequest: GeminiRequestDecoder.decode,
        encodeRequest: GeminiRequestEncoder.encode,
        decodeAnswer: GeminiAnswerDecoder.decode,
        encodeAnswer: GeminiAnswerEncoder.encode,
        streamDecoder: { GeminiStreamDecoder() },
        streamEncoder: { GeminiStreamEncoder($0) }
    )
    static let names = MemberNames(
        settings: [
            ("generationConfig.temperature", .temperature), ("generationConfig.topP", .topP),
            ("generationConfig.topK", .topK),
            ("generationConfig.frequencyPenalty", .frequencyPenalty),
            ("generationConfig.presencePenalty", .presencePenalty),
            ("generationConfig.seed", .seed),
        ],
        read: [
            "model", "models", "contents", "systemInstruction", "tools", "toolConfig",
            "generationConfig.maxOutputTokens", "generationConfig.stopSequences",
            "generationConfig.candidateCount", "generationConfig.responseMimeType",
            "generationConfig.responseSchema", "generationConfig.responseJsonSchema",
            "generationConfig.thinkingConfig", "generationConfig.responseModalities",
        ],
        refused: [
            ("cachedContent", "what the provider keeps can't be reached by another"),
            ("generationConfig.speechConfig", "no other dialect answers in sound"),
        ]
    )
    /// What a tool may be called.
    static let toolNames = ToolNameRule(length: 64, marks: "_-.")
}

extension JSONCursor {
    /// The member of this name, which may be written in either of the two ways of Google's APIs.
    func either(_ name: StaticString, _ other: StaticString) -> JSONCursor? {
        self[name] ?? self[other]
    }
}

extension String {
    /// A name as Google's APIs write it first: `topP` for `top_p`.
    var camelCased: String {
        guard contains("_") else { return self }
        var name = ""
        var isUpper = false
        for character in self {
            if character == "_", !name.isEmpty {
                isUpper = true
            } else {
                name += isUpper ? character.uppercased() : String(character)
                isUpper = false
            }
        }
        return name
    }
}
