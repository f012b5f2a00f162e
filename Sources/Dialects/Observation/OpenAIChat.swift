import JSON

/// How OpenAI's chat completions stream.
///
/// Chunks have no event name and end with `[DONE]`. Content is the first delta that says anything:
/// a role, an empty text or a finish reason alone is none.
enum OpenAIChat {
    private static let chunk = MemberScanner(["error", "usage", "choices"])
    /// What a chunk can tell once content was seen.
    private static let news = MemberScanner(["error", "usage", "finish_reason"])
    private static let choice = MemberScanner(["finish_reason", "delta", "text"])
    private static let reason = MemberScanner(["finish_reason"])
    private static let delta = MemberScanner([
        "content", "reasoning", "reasoning_content", "reasoning_details", "tool_calls",
        "function_call", "refusal", "audio",
    ])

    static func take(_ name: Span<UInt8>, _ data: Span<UInt8>, _ findings: inout StreamFindings) {
        if data.isDone { return findings.noteTerminal() }
        if findings.hasContent, name.isEmpty, !news.mayHold(data) { return }
        let members = chunk.members(of: data)
        // An error may tell what was used up to it.
        if let usage = OpenAIUsage.read(members?[1], in: data) { findings.usage = usage }
        if let error = members?[0], error.isFilled(in: data) {
            return findings.noteFailure(ErrorMessage.text(of: error, in: data))
        }
        if name.spells("error") { return findings.noteFailure(nil) }
        members?[2]?.forEachObject(in: data, choice) { choice in
            take(choice, data, &findings)
            return .next
        }
    }

    /// Why the first of a whole answer's choices ended.
    static func stopReason(_ choices: Member?, in text: Span<UInt8>) -> String? {
        var word: String?
        choices?.forEachObject(in: text, reason) { choice in
            word = choice[0]?.stopWord(in: text)
            return .stop
        }
        return word
    }

    private static func take(
        _ choice: Members,
        _ data: Span<UInt8>,
        _ findings: inout StreamFindings
    ) {
        if choice[0]?.kind == .string {
            findings.hasFinishReason = true
            findings.noteStop(choice[0], in: data)
        }
        if findings.hasContent { return }
        let delta = delta.members(of: choice[1], in: data)
        if choice[2]?.isFilled(in: data) == true || delta?.hasFilled(0..<8, in: data) == true {
            findings.noteContent()
        }
    }
}
