/// Google's generateContent, as the Gemini API writes it.
enum GeminiShape {
    /// How the chunks of a stream follow each other.
    enum Form: Equatable {
        /// `alt=sse`.
        case events
        /// The elements of an array that grows.
        case array
    }

    /// The plain answer.
    static func whole(_ reply: Reply) -> String {
        let parts = reply.sayings.map { part($0, signed(reply)) }.joined(separator: ",")
        let told = reply.tellsUsage ? told(reply) : ""
        return "{\(candidate(parts, "\"STOP\""))\(told),\(tail(reply))}"
    }

    /// The streamed answer.
    ///
    /// Each chunk counts what was said so far; the last one has no text, but what the text is signed
    /// with, as Gemini 3 has it.
    static func script(_ reply: Reply, _ form: Form) -> StreamScript {
        let start = form == .events ? "data: " : ""
        let end = form == .events ? "\r\n\r\n" : ",\r\n"
        var said = 0
        var sections: [StreamScript.Section] = []
        for saying in reply.sayings {
            let isCall = saying.call != nil
            let parts = split(saying)
            sections.append(
                StreamScript.Section(
                    prefix: Array(
                        "\(start){\"candidates\":[{\"content\":{\"parts\":[\(parts.before)".utf8
                    ),
                    suffix: suffix(parts.after, reply, said: said, "\(tail(reply))}\(end)"),
                    pieces: isCall ? [] : saying.escapedPieces,
                    count: isCall ? 1 : saying.count
                )
            )
            said += isCall ? 1 : saying.count
        }
        let last = candidate("{\"text\":\"\"\(signed(reply))}", "\"STOP\"")
        var opening = form == .array ? "[" : ""
        if reply.tellsUsageFirst { opening += "\(start){\(tail(reply))\(told(reply))}\(end)" }
        var closing = "\(start){\(last)"
        if reply.tellsUsageAsUsual { closing += told(reply) }
        closing += ",\(tail(reply))}"
        if reply.tellsUsageLast { closing += "\(end)\(start){\(tail(reply))\(told(reply))}" }
        return StreamScript(
            opening: opening,
            sections: sections,
            closing: closing + (form == .events ? end : "\r\n]"),
            failure: start + failure(reply) + (form == .events ? end : "\r\n]"),
            ping: form == .events ? ": keep-alive\r\n\r\n" : " "
        )
    }

    /// The end of a chunk, which counts what was said so far where the tokens are told as usual.
    private static func suffix(
        _ after: String,
        _ reply: Reply,
        said: Int,
        _ end: String
    ) -> StreamScript.Suffix {
        let content = "\(after)],\"role\":\"model\"},\"index\":0}],"
        guard reply.tellsUsageAsUsual else { return .fixed(Array((content + end).utf8)) }
        let counts = "\"usageMetadata\":{\"promptTokenCount\":\(reply.promptTokens),"
        let before = "\(content)\(counts)\"candidatesTokenCount\":"
        if reply.telling == .zero { return .fixed(Array("\(before)0},\(end)".utf8)) }
        return .numbered(Array(before.utf8), first: said + 1, Array("},\(end)".utf8))
    }

    /// `:countTokens`.
    static func tokenCount(_ count: Int) -> String {
        """
        {"totalTokens":\(count),"promptTokensDetails":[{"modality":"TEXT","tokenCount":\(count)}]}
        """
    }

    private static func failure(_ reply: Reply) -> String {
        """
        {"error":{"code":503,"message":"The model is overloaded. Please try again later.",\
        "status":"UNAVAILABLE"}\(reply.tellsUsageInErrors ? told(reply) : "")}
        """
    }

    private static func part(_ saying: Saying, _ signed: String) -> String {
        switch saying.kind {
        case .call: split(saying).before
        case .text: "{\"text\":\(quoted(saying.text))\(signed)}"
        case .thought: "{\"text\":\(quoted(saying.text)),\"thought\":true}"
        }
    }

    /// What text that was thought about is signed with; calls carry that themselves.
    private static func signed(_ reply: Reply) -> String {
        guard let thought = reply.thought, reply.calls.isEmpty else { return "" }
        return ",\"thoughtSignature\":\"\(thought.signature)\""
    }

    /// A part before its text and behind it; a call is all before.
    private static func split(_ saying: Saying) -> (before: String, after: String) {
        switch saying.kind {
        case .text: ("{\"text\":\"", "\"}")
        case .thought: ("{\"text\":\"", "\",\"thought\":true}")
        case .call(let call, let number):
            (
                """
                {"functionCall":{"name":\(quoted(call.name)),"args":\(call.arguments)}\
                \(number == 0 ? ",\"thoughtSignature\":\"\(Signature.text(of: call.name))\"" : "")}
                """, ""
            )
        }
    }

    private static func candidate(_ parts: String, _ reason: String) -> String {
        """
        "candidates":[{"content":{"parts":[\(parts)],"role":"model"},"finishReason":\(reason),\
        "index":0}]
        """
    }

    private static func tail(_ reply: Reply) -> String {
        "\"modelVersion\":\(reply.model),\"responseId\":\"\(reply.id)\""
    }

    /// The member that tells the tokens, with the comma before it.
    static func told(_ reply: Reply) -> String {
        let cached =
            reply.cachedTokens > 0 ? "\"cachedContentTokenCount\":\(reply.cachedTokens)," : ""
        let thoughts =
            reply.reasoningTokens > 0 ? "\"thoughtsTokenCount\":\(reply.reasoningTokens)," : ""
        return """
            ,"usageMetadata":{"promptTokenCount":\(reply.promptTokens),\(cached)\
            "candidatesTokenCount":\(reply.outputTokens - reply.reasoningTokens),\(thoughts)\
            "totalTokenCount":\(reply.promptTokens + reply.outputTokens),\
            "promptTokensDetails":[{"modality":"TEXT","tokenCount":\(reply.promptTokens)}]}
            """
    }
}
