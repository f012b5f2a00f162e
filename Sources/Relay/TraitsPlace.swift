/// What a value of a request's body is to ``RequestTraitsReader``: told by the key before it and the
/// container around it.
enum TraitsPlace {
    /// The request itself.
    case top
    /// Nothing of it counts.
    case ignored, ignoredList
    /// The conversation: a list of turns, a single one, or a text.
    case turns, turnList
    /// What a model reads: every text in it counts, at any depth.
    case content, contentList
    /// The same, of which the keys count too and none has a meaning.
    case schema, schemaList
    /// What the model may call; one of them; and the list that one of Gemini's holds.
    case tools, toolList, tool, declarations, declarationList
    /// An image, a recording or a document, and its members.
    case file, fileList, fileData, fileKind, mimeType
    /// The `type` of a part.
    case partKind
    /// The most tokens wanted back.
    case limit
    case stream
    /// What asks for reasoning: a word, a switch, a number of tokens, an object of them.
    case effort, flag, budget, thinking, thinkingKind
    /// Gemini's `generationConfig`.
    case generation
    /// What says for how long input is kept: an object, and its time.
    case caching, timeToLive

    /// Whether it is a list that is open.
    var isList: Bool {
        switch self {
        case .ignoredList, .turnList, .contentList, .schemaList, .toolList, .declarationList,
            .fileList:
            true
        default: false
        }
    }

    /// What the elements of a list are.
    var element: TraitsPlace {
        switch self {
        case .turnList: .turns
        case .contentList: .content
        case .schemaList: .schema
        case .toolList: .tool
        case .declarationList: .declarations
        case .fileList: .file
        default: .ignored
        }
    }

    /// What an array is that is the value of it.
    var list: TraitsPlace {
        switch self {
        case .turns: .turnList
        case .content: .contentList
        case .schema, .tool: .schemaList
        case .tools: .toolList
        case .declarations: .declarationList
        case .file: .fileList
        default: .ignoredList
        }
    }

    /// What an object is that is the value of it.
    var container: TraitsPlace {
        switch self {
        case .top, .content, .schema, .file, .thinking, .generation, .caching: self
        case .tools: .schema
        default: .ignored
        }
    }

    /// What the value of a key is in an object.
    func member(_ key: Span<UInt8>) -> TraitsPlace {
        switch self {
        case .top: Self.find(key, in: Self.topMembers) ?? .ignored
        case .content: Self.find(key, in: Self.contentMembers) ?? .content
        case .schema: .schema
        case .tool: Self.find(key, in: Self.toolMembers) ?? .schema
        case .file: Self.find(key, in: Self.fileMembers) ?? .ignored
        case .thinking: Self.find(key, in: Self.thinkingMembers) ?? .ignored
        case .generation: Self.find(key, in: Self.generationMembers) ?? .ignored
        case .caching: key.elementsEqual("ttl") ? .timeToLive : .ignored
        default: .ignored
        }
    }

    /// Whether a part of this type is an image.
    static func isImage(partKind: Span<UInt8>) -> Bool {
        partKind.elementsEqual("image_url") || partKind.elementsEqual("image")
            || partKind.elementsEqual("input_image")
            || partKind.elementsEqual("computer_screenshot")
    }

    /// Whether a part of this type is a document or a recording.
    static func isFile(partKind: Span<UInt8>) -> Bool {
        partKind.elementsEqual("document") || partKind.elementsEqual("file")
            || partKind.elementsEqual("input_file") || partKind.elementsEqual("input_audio")
            || partKind.elementsEqual("video_url")
    }

    /// Whether a key only frames a text.
    static func isFrame(_ key: Span<UInt8>) -> Bool {
        find(key, in: frames) != nil
    }

    private typealias Row = (key: StaticString, place: TraitsPlace)

    private static func find(_ key: Span<UInt8>, in rows: [Row]) -> TraitsPlace? {
        for row in rows where key.elementsEqual(row.key) { return row.place }
        return nil
    }

    private static let topMembers: [Row] = [
        ("messages", .turns), ("contents", .turns), ("input", .turns), ("prompt", .turns),
        // Gemini's embedContent, and the whole request that its countTokens may hold.
        ("content", .turns), ("generateContentRequest", .top),
        ("system", .content), ("instructions", .content), ("systemInstruction", .content),
        ("system_instruction", .content), ("suffix", .content), ("query", .content),
        ("documents", .content), ("prediction", .content),
        ("tools", .tools), ("functions", .tools), ("response_format", .schema), ("text", .schema),
        ("max_tokens", .limit), ("max_completion_tokens", .limit), ("max_output_tokens", .limit),
        ("stream", .stream), ("cache_control", .caching), ("prompt_cache_retention", .timeToLive),
        ("generationConfig", .generation), ("generation_config", .generation),
        ("reasoning", .thinking), ("reasoning_effort", .effort), ("thinking", .thinking),
        ("enable_thinking", .flag),
    ]

    private static let frames: [Row] = [
        ("content", .content), ("text", .content), ("parts", .content), ("thinking", .content),
    ]

    private static let contentMembers: [Row] = [
        ("role", .ignored), ("type", .partKind), ("id", .ignored), ("tool_call_id", .ignored),
        ("call_id", .ignored), ("tool_use_id", .ignored), ("status", .ignored),
        ("cache_control", .caching), ("detail", .ignored),
        ("signature", .ignored), ("thoughtSignature", .ignored),
        ("thought_signature", .ignored), ("encrypted_content", .ignored),
        ("image_url", .file), ("source", .file), ("inlineData", .file), ("inline_data", .file),
        ("fileData", .file), ("file_data", .file), ("input_audio", .file), ("audio", .file),
        ("video_url", .file), ("file", .file), ("file_url", .file), ("file_id", .ignored),
    ]

    private static let fileMembers: [Row] = [
        ("mimeType", .mimeType), ("mime_type", .mimeType), ("type", .fileKind),
        ("data", .fileData), ("content", .content),
    ]

    private static let toolMembers: [Row] = [
        ("functionDeclarations", .declarations), ("function_declarations", .declarations),
        ("cache_control", .caching),
    ]

    private static let thinkingMembers: [Row] = [
        ("effort", .effort), ("enabled", .flag), ("max_tokens", .budget), ("type", .thinkingKind),
        ("thinkingBudget", .budget), ("thinking_budget", .budget), ("includeThoughts", .flag),
        ("include_thoughts", .flag), ("thinkingLevel", .effort), ("thinking_level", .effort),
    ]

    private static let generationMembers: [Row] = [
        ("maxOutputTokens", .limit), ("max_output_tokens", .limit),
        ("thinkingConfig", .thinking), ("thinking_config", .thinking),
        ("responseSchema", .schema), ("response_schema", .schema),
        ("responseJsonSchema", .schema),
    ]
}
