import JSON

/// What the simulator understood of a request's body.
struct Question {
    /// The model as it was asked for.
    var model: String
    /// Whether events are wanted.
    var isStream = false
    /// `stream_options.include_usage`.
    var includesUsage = false
    /// The last user message's text: what the answer says again.
    var text = ""
    /// The tool to call, when there are tools and no result is there yet.
    var call: ToolCall?
    /// The texts to embed.
    var inputs: [String] = []
    /// `encoding_format: base64`.
    var isBase64 = false
    /// How long an embedding is.
    var dimensions = 64
    /// How many tokens the request is taken for.
    var inputTokens = 1
}

/// Why a body is not a question.
struct QuestionError: Error {
    let text: String

    init(_ text: String) {
        self.text = text
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

    /// Reads all that an echo, a tool call or an embedding needs.
    mutating func understand(_ body: Span<UInt8>, for route: Route) throws(QuestionError) {
        let document: JSONDocument
        do throws(JSONParseError) {
            document = try JSONDocument.parse(body)
        } catch {
            throw QuestionError(unparsed: "\(error)")
        }
        let root = document.root
        switch route {
        case .embeddings: readEmbeddings(root)
        case .responses: readTurns(root["input"], tools: root)
        default: readTurns(root["messages"], tools: root)
        }
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

    private mutating func readTurns(_ turns: JSONValue?, tools root: JSONValue) {
        guard let turns else { return }
        if let only = turns.string {
            text = only
        }
        var isResult = false
        for turn in turns.elements {
            let type = turn["type"]?.string
            let role = turn["role"]?.string
            let content = turn["content"] ?? turn["output"]
            guard role == "user" || role == "tool" || type == "function_call_output" else {
                continue
            }
            text = Question.text(of: content)
            isResult = role != "user" || Question.holdsToolResult(content)
        }
        let isRefused = root["tool_choice"]?.string == "none"
        guard !isResult, !isRefused, let tool = root["tools"]?.elements.first else { return }
        call = ToolCall(tool, text: text)
    }

    private static func text(of content: JSONValue?) -> String {
        guard let content else { return "" }
        if let text = content.string { return text }
        var texts: [String] = []
        for part in content.elements {
            if let text = part["text"]?.string {
                texts.append(text)
            } else if let inner = part["content"] {
                texts.append(text(of: inner))
            }
        }
        return texts.joined(separator: "\n")
    }

    private static func holdsToolResult(_ content: JSONValue?) -> Bool {
        (content?.elements ?? []).contains { $0["type"]?.string == "tool_result" }
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
