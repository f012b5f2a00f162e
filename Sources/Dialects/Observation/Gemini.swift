import JSON
import Model

/// How Google's generateContent streams: unnamed events, each an answer of its own, none the last.
enum Gemini {
    private static let answer = MemberScanner([
        "error", "usageMetadata", "candidates", "promptFeedback",
    ])
    private static let candidate = MemberScanner(["finishReason", "content"])
    private static let reason = MemberScanner(["finishReason"])
    private static let content = MemberScanner(["parts"])
    private static let part = MemberScanner([
        "text", "functionCall", "inlineData", "fileData", "executableCode", "codeExecutionResult",
    ])
    private static let feedback = MemberScanner(["blockReason"])

    static func take(_ data: Span<UInt8>, _ findings: inout StreamFindings) {
        guard let members = answer.members(of: data) else { return }
        if let usage = usage(members[1], in: data) { findings.usage = usage }
        if let error = members[0], error.isFilled(in: data) {
            return findings.noteFailure(ErrorMessage.text(of: error, in: data))
        }
        // A prompt that was blocked has no candidates: that answer is whole.
        let block = feedback.members(of: members[3], in: data)?[0]
        if block?.kind == .string {
            findings.hasFinishReason = true
            findings.noteStop(block, in: data)
        }
        members[2]?.forEachObject(in: data, candidate) { candidate in
            if candidate[0]?.kind == .string {
                findings.hasFinishReason = true
                findings.noteStop(candidate[0], in: data)
            }
            if !findings.hasContent, hasContent(candidate[1], data) { findings.noteContent() }
            return .next
        }
    }

    /// Why the first candidate of a whole answer ended, or why there is none.
    static func stopReason(
        _ candidates: Member?,
        _ promptFeedback: Member?,
        in text: Span<UInt8>
    ) -> String? {
        var word = feedback.members(of: promptFeedback, in: text)?[0]?.stopWord(in: text)
        candidates?.forEachObject(in: text, reason) { candidate in
            word = candidate[0]?.stopWord(in: text) ?? word
            return .stop
        }
        return word
    }

    private static func hasContent(_ member: Member?, _ data: Span<UInt8>) -> Bool {
        var isFilled = false
        content.members(of: member, in: data)?[0]?.forEachObject(in: data, part) { part in
            isFilled = part.hasFilled(0..<6, in: data)
            return isFilled ? .stop : .next
        }
        return isFilled
    }
}

// MARK: Usage

extension Gemini {
    private static let metadata = MemberScanner([
        "promptTokenCount", "cachedContentTokenCount", "candidatesTokenCount",
        "thoughtsTokenCount", "toolUsePromptTokenCount",
    ])

    /// The usage that a `usageMetadata` member tells; each tells that of the whole answer so far.
    static func usage(_ member: Member?, in text: Span<UInt8>) -> Usage? {
        guard let member, member.kind == .object else { return nil }
        return usage(member.value, in: text)
    }

    /// The usage that an object tells, which is a part of a text.
    static func usage(_ object: Range<Int>, in text: Span<UInt8>) -> Usage? {
        guard let members = metadata.members(in: object, of: text) else { return nil }
        func count(_ place: Int) -> Int { members[place]?.tokenCount(in: text) ?? 0 }
        return Usage(
            input: max(0, count(0) + count(4) - count(1)),
            output: count(2) + count(3),
            cacheRead: count(1),
            reasoning: count(3)
        )
    }
}
