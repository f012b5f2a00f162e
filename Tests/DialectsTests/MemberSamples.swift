import Model

/// A member of a request with a value that asks for something.
struct MemberSample {
    let name: String
    /// What is set, the member's outermost object at the top.
    let json: String

    init(_ name: String, _ value: String) {
        self.name = name
        var json = value
        for part in name.split(separator: ".").reversed() { json = "{\"\(part)\":\(json)}" }
        self.json = json
    }

    /// The members of a dialect's requests.
    static func all(_ dialect: Dialect) -> [MemberSample] {
        switch dialect {
        case .openAIChat: chat
        case .openAIResponses: responses
        case .anthropicMessages: messages
        case .gemini: gemini
        }
    }

    private static let schema = #"{"type":"object","properties":{"a":{"type":"string"}}}"#
    private static let chatTool =
        #"[{"type":"function","function":{"name":"f","parameters":\#(schema)}}]"#
    private static let responsesTool =
        #"[{"type":"function","name":"f","parameters":\#(schema)}]"#

    private static let chat = [
        MemberSample("max_tokens", "5000"), MemberSample("max_completion_tokens", "5000"),
        MemberSample("temperature", "0.5"), MemberSample("top_p", "0.5"),
        MemberSample("top_k", "40"), MemberSample("frequency_penalty", "0.5"),
        MemberSample("presence_penalty", "0.5"), MemberSample("seed", "7"),
        MemberSample("stop", "[\"END\"]"), MemberSample("n", "2"),
        MemberSample("logprobs", "true"), MemberSample("top_logprobs", "2"),
        MemberSample("logit_bias", #"{"1":5}"#), MemberSample("tools", chatTool),
        MemberSample("tool_choice", #""required""#),
        MemberSample("parallel_tool_calls", "false"),
        MemberSample("reasoning_effort", #""high""#),
        MemberSample(
            "response_format",
            #"{"type":"json_schema","json_schema":{"name":"x","schema":\#(schema)}}"#
        ),
        MemberSample("verbosity", #""low""#), MemberSample("stream", "true"),
        MemberSample("user", #""u_1""#), MemberSample("metadata", #"{"a":"b"}"#),
        MemberSample("store", "true"), MemberSample("service_tier", #""default""#),
        MemberSample("prompt_cache_key", #""k""#),
        MemberSample("prompt_cache_retention", #""24h""#),
        MemberSample("safety_identifier", #""s""#), MemberSample("modalities", #"["audio"]"#),
        MemberSample("audio", #"{"voice":"alloy"}"#),
        MemberSample("prediction", #"{"type":"content","content":"x"}"#),
        MemberSample("web_search_options", #"{"search_context_size":"low"}"#),
    ]

    private static let messages = [
        MemberSample("max_tokens", "5000"), MemberSample("system", #""Be brief.""#),
        MemberSample("temperature", "0.5"), MemberSample("top_p", "0.5"),
        MemberSample("top_k", "40"), MemberSample("stop_sequences", #"["END"]"#),
        MemberSample("tools", #"[{"name":"f","input_schema":\#(schema)}]"#),
        MemberSample("tool_choice", #"{"type":"any"}"#),
        MemberSample(
            "tool_choice.disable_parallel_tool_use",
            #"true,"type":"auto""#
        ),
        MemberSample("thinking", #"{"type":"enabled","budget_tokens":2048}"#),
        MemberSample("output_config.effort", #""high""#),
        MemberSample(
            "output_config.format",
            #"{"type":"json_schema","schema":\#(schema)}"#
        ),
        MemberSample("stream", "true"), MemberSample("metadata.user_id", #""u_1""#),
        MemberSample("service_tier", #""auto""#),
        MemberSample("context_management", #"{"edits":[1]}"#),
        MemberSample("inference_geo", #""us""#), MemberSample("container", #""c_1""#),
        MemberSample("mcp_servers", #"[{"type":"url"}]"#),
    ]

    private static let responses = [
        MemberSample("max_output_tokens", "5000"), MemberSample("instructions", #""Be brief.""#),
        MemberSample("temperature", "0.5"), MemberSample("top_p", "0.5"),
        MemberSample("tools", responsesTool), MemberSample("tool_choice", #""required""#),
        MemberSample("parallel_tool_calls", "false"),
        MemberSample("reasoning", #"{"effort":"high","summary":"auto"}"#),
        MemberSample(
            "text.format",
            #"{"type":"json_schema","name":"x","schema":\#(schema)}"#
        ),
        MemberSample("text.verbosity", #""low""#), MemberSample("stream", "true"),
        MemberSample("user", #""u_1""#), MemberSample("metadata", #"{"a":"b"}"#),
        MemberSample("service_tier", #""default""#), MemberSample("prompt_cache_key", #""k""#),
        MemberSample("prompt_cache_retention", #""24h""#),
        MemberSample("safety_identifier", #""s""#), MemberSample("top_logprobs", "2"),
        MemberSample("max_tool_calls", "3"), MemberSample("include", #"["x"]"#),
        MemberSample("truncation", #""auto""#), MemberSample("store", "true"),
        MemberSample("previous_response_id", #""resp_1""#),
        MemberSample("conversation", #""conv_1""#), MemberSample("background", "true"),
        MemberSample("prompt", #"{"id":"p"}"#),
    ]

    private static let gemini = [
        MemberSample("systemInstruction", #"{"parts":[{"text":"Be brief."}]}"#),
        MemberSample("generationConfig.maxOutputTokens", "5000"),
        MemberSample("generationConfig.temperature", "0.5"),
        MemberSample("generationConfig.topP", "0.5"), MemberSample("generationConfig.topK", "40"),
        MemberSample("generationConfig.frequencyPenalty", "0.5"),
        MemberSample("generationConfig.presencePenalty", "0.5"),
        MemberSample("generationConfig.seed", "7"),
        MemberSample("generationConfig.stopSequences", #"["END"]"#),
        MemberSample("generationConfig.candidateCount", "2"),
        MemberSample("generationConfig.responseMimeType", #""application/json""#),
        MemberSample("generationConfig.responseSchema", schema),
        MemberSample("generationConfig.thinkingConfig", #"{"thinkingLevel":"high"}"#),
        MemberSample("generationConfig.responseModalities", #"["IMAGE"]"#),
        MemberSample("generationConfig.speechConfig", #"{"languageCode":"de"}"#),
        MemberSample("generationConfig.mediaResolution", #""MEDIA_RESOLUTION_LOW""#),
        MemberSample(
            "tools",
            #"[{"functionDeclarations":[{"name":"f","parameters":\#(schema)}]}]"#
        ),
        MemberSample("toolConfig", #"{"functionCallingConfig":{"mode":"ANY"}}"#),
        MemberSample("safetySettings", #"[{"category":"x"}]"#),
        MemberSample("labels", #"{"a":"b"}"#), MemberSample("cachedContent", #""c/1""#),
    ]
}

/// Something that a conversation can hold, in a client's words.
struct ContentSample {
    let name: String
    let client: Dialect
    let body: String

    private static let png = #"{"type":"base64","media_type":"image/png","data":"iVBO"}"#
    private static let pdf = #"{"type":"base64","media_type":"application/pdf","data":"JVBE"}"#

    private init(_ name: String, user block: String) {
        self.name = name
        client = .anthropicMessages
        body = #"{"max_tokens":9,"messages":[{"role":"user","content":[\#(block)]}]}"#
    }

    private init(_ name: String, assistant block: String, user next: String) {
        self.name = name
        client = .anthropicMessages
        body = #"""
            {"max_tokens":9,"messages":[{"role":"user","content":"x"},{"role":"assistant",
            "content":[\#(block)]},{"role":"user","content":[\#(next)]}]}
            """#.filter { $0 != "\n" }
    }

    private init(_ name: String, chat content: String) {
        self.name = name
        client = .openAIChat
        body = #"{"messages":[{"role":"user","content":[\#(content)]}]}"#
    }

    private static func turns(_ result: String) -> ContentSample {
        ContentSample(
            "",
            assistant: #"{"type":"tool_use","id":"t","name":"f","input":{}}"#,
            user: result
        )
    }

    private static func named(_ name: String, _ sample: ContentSample) -> ContentSample {
        ContentSample(name: name, client: sample.client, body: sample.body)
    }

    private init(name: String, client: Dialect, body: String) {
        self.name = name
        self.client = client
        self.body = body
    }

    /// What the page tells of.
    static let all = [
        ContentSample("text", user: #"{"type":"text","text":"x"}"#),
        ContentSample("image, sent itself", user: #"{"type":"image","source":\#(png)}"#),
        ContentSample(
            "image, by its URL",
            user: #"{"type":"image","source":{"type":"url","url":"https://x/y.png"}}"#
        ),
        ContentSample("document, sent itself", user: #"{"type":"document","source":\#(pdf)}"#),
        ContentSample(
            "document, by its URL",
            user: #"{"type":"document","source":{"type":"url","url":"https://x/y.pdf"}}"#
        ),
        ContentSample(
            "document of text",
            user: #"{"type":"document","source":{"type":"text","data":"x"}}"#
        ),
        ContentSample(
            "file that the provider keeps",
            user: #"{"type":"image","source":{"type":"file","file_id":"f"}}"#
        ),
        ContentSample(
            "sound",
            chat: #"{"type":"input_audio","input_audio":{"data":"UklG","format":"wav"}}"#
        ),
        named(
            "call of a tool and its result",
            turns(#"{"type":"tool_result","tool_use_id":"t","content":"x"}"#)
        ),
        named(
            "image in a result",
            turns(
                #"{"type":"tool_result","tool_use_id":"t","content":[{"type":"image","source":\#(png)}]}"#
            )
        ),
        named(
            "result that is an error",
            turns(#"{"type":"tool_result","tool_use_id":"t","content":"x","is_error":true}"#)
        ),
        ContentSample(
            "thoughts signed by a provider of the same dialect",
            assistant:
                #"{"type":"thinking","thinking":"x","signature":"c2ln"},{"type":"text","text":"y"}"#,
            user: #"{"type":"text","text":"z"}"#
        ),
        ContentSample(
            "mark for the provider's cache",
            user: #"{"type":"text","text":"x","cache_control":{"type":"ephemeral"}}"#
        ),
    ]
}
