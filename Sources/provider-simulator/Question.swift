import JSON

/// What the simulator understood of a request's body.
struct Question {
    /// The model as it was asked for.
    var model: String
    /// Whether events are wanted.
    var isStream = false
    /// `stream_options.include_usage`.
    var includesUsage = false
    /// What the last user message said, with the results of tools before it.
    var text = ""
    /// The tools to call, when there are tools and no result is there yet.
    var calls: [ToolCall] = []
    /// Whether thoughts are wanted.
    var wantsThoughts = false
    /// Whether thoughts are to be told so that they can be given back.
    var tellsEncrypted = false
    /// JSON of the form that the answer must have.
    var structured: String?
    /// The texts to embed.
    var inputs: [String] = []
    /// `encoding_format: base64`.
    var isBase64 = false
    /// How long an embedding is.
    var dimensions = 64
    /// The most output tokens that the request allows; nil when it does not say.
    var outputLimit: Int?
    /// How many tokens the request is taken for.
    var inputTokens = 1

    /// What is said to it where no cue asks for anything else.
    var answer: String {
        structured ?? (text.isEmpty ? "Hello from the simulator." : text)
    }
}

/// Why a body is not a question.
struct QuestionError: Error {
    let text: String
    /// The member that is wrong, as its path.
    var field: String?

    init(_ text: String, field: String? = nil) {
        self.text = text
        self.field = field
    }

    init(unparsed reason: String) {
        text = "We could not parse the JSON body of your request. (\(reason))"
    }
}

extension Question {
    private static let scanner = MemberScanner(["model", "stream", "stream_options"])

    /// Finds model and stream alone, by the scanner: what the fast path needs.
    static func scan(_ body: Span<UInt8>) throws(QuestionError) -> Question {
        let members: Members
        do throws(ScanError) {
            members = try scanner.scan(body)
        } catch {
            throw QuestionError(unparsed: "\(error)")
        }
        guard let member = members[0], member.kind == .string,
            let model = decodeJSONString(body, member.value)
        else { throw QuestionError("you must provide a model parameter") }
        var question = Question(model: model)
        question.isStream = members[1]?.kind == .true
        if let options = members[2] {
            question.includesUsage = body.extracting(options.value).holds("true")
        }
        // The model's name does not count: a gateway may have changed it.
        question.inputTokens = max(1, (body.count - member.value.count) / 4)
        return question
    }

    /// The question of a path that names the model and the verb, as Google's do.
    static func scan(
        _ body: Span<UInt8>,
        model: String,
        _ verb: GeminiVerb
    ) throws(QuestionError) -> Question {
        do throws(ScanError) {
            _ = try scanner.scan(body)
        } catch {
            throw QuestionError("Invalid JSON payload received. \(error)")
        }
        var question = Question(model: model)
        question.isStream = verb == .streamGenerateContent
        question.inputTokens = max(1, body.count / 4)
        return question
    }

    /// Reads all that an echo, calls of tools or an embedding need; a strict provider looks for what
    /// is wrong as well.
    mutating func understand(
        _ body: Span<UInt8>,
        for route: Route,
        cue: Cue
    ) throws(QuestionError) {
        let document: JSONDocument
        do throws(JSONParseError) {
            document = try JSONDocument.parse(body)
        } catch {
            throw QuestionError(unparsed: "\(error)")
        }
        let root = document.root
        outputLimit = Question.outputLimit(root)
        if cue.isStrict { try StrictCheck.check(root, for: route, cue) }
        switch route {
        case .embeddings: return readEmbeddings(root)
        case .responses: read(Prompt(turns: root["input"]), root, callCount: cue.calls ?? 1)
        case .gemini: read(Prompt(contents: root["contents"]), root, callCount: cue.calls ?? 1)
        default: read(Prompt(turns: root["messages"]), root, callCount: cue.calls ?? 1)
        }
    }

    private mutating func read(_ prompt: Prompt, _ root: JSONValue, callCount: Int) {
        text = prompt.text
        let wishes = Wishes(root)
        wantsThoughts = wishes.thoughts
        tellsEncrypted = wishes.encryptedThoughts
        if prompt.results.isEmpty, !wishes.tools.isEmpty {
            calls = (0..<(wishes.allowsParallelCalls ? callCount : 1)).compactMap { number in
                ToolCall(
                    wishes.tools[number % wishes.tools.count],
                    text: number == 0 ? text : "\(text) (\(number + 1))"
                )
            }
        }
        structured = wishes.schema.map { Sample(schema: $0, text: text).json }
        if structured == nil, wishes.isJSON { structured = "{\"answer\":\(quoted(text))}" }
    }

    /// The limit under whichever name the dialect has for it.
    private static func outputLimit(_ root: JSONValue) -> Int? {
        let limit =
            root["max_completion_tokens"] ?? root["max_tokens"] ?? root["max_output_tokens"]
            ?? root[either: "generationConfig"]?[either: "maxOutputTokens"]
        return limit?.integer.map { Int($0) }
    }

    private mutating func readEmbeddings(_ root: JSONValue) {
        isBase64 = root["encoding_format"]?.string == "base64"
        if let wanted = root["dimensions"]?.integer, (1...4096).contains(wanted) {
            dimensions = Int(wanted)
        }
        guard let input = root["input"] else { return }
        if let text = input.string {
            inputs = [text]
        } else {
            // Texts, or arrays of token numbers, or one array of numbers: only their count matters.
            let elements = input.elements
            let isOneArray = elements.first?.integer != nil
            inputs = isOneArray ? [""] : elements.map { $0.string ?? "" }
        }
    }
}

extension Span<UInt8> {
    /// Whether the bytes hold these.
    func holds(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard count >= length else { return false }
        for start in 0...(count - length) where extracting(start..<(start + length)).equals(word) {
            return true
        }
        return false
    }

    /// Whether the bytes are these.
    func equals(_ word: StaticString) -> Bool {
        guard count == word.utf8CodeUnitCount else { return false }
        return unsafe withUnsafeBufferPointer { bytes in
            for index in 0..<bytes.count where unsafe bytes[index] != word.utf8Start[index] {
                return false
            }
            return true
        }
    }
}
