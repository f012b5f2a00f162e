import JSON
import Model

/// How Anthropic's messages stream: named events from `message_start` to `message_stop`.
enum AnthropicMessages {
    private static let event = MemberScanner([
        "type", "delta", "content_block", "message", "usage", "error",
    ])
    private static let message = MemberScanner(["usage"])
    private static let delta = MemberScanner([
        "text", "thinking", "partial_json", "signature", "citation",
    ])
    private static let stop = MemberScanner(["stop_reason"])
    private static let block = MemberScanner(["type", "text", "thinking"])

    static func take(_ name: Span<UInt8>, _ data: Span<UInt8>, _ findings: inout StreamFindings) {
        if findings.hasContent, name.spells("content_block_delta") { return }
        let members = event.members(of: data)
        if name.isEmpty, let type = members?[0], type.kind == .string {
            take(type: data.extracting(type.inner), members, data, &findings)
        } else {
            take(type: name, members, data, &findings)
        }
    }

    private static func take(
        type: Span<UInt8>,
        _ members: Members?,
        _ data: Span<UInt8>,
        _ findings: inout StreamFindings
    ) {
        if type.spells("content_block_delta") {
            let delta = delta.members(of: members?[1], in: data)
            if delta?.hasFilled(0..<5, in: data) == true { findings.noteContent() }
        } else if type.spells("content_block_start") {
            if startsWithContent(members?[2], data) { findings.noteContent() }
        } else if type.spells("message_start") {
            let message = message.members(of: members?[3], in: data)
            merge(message?[0], in: data, into: &findings.usage)
        } else if type.spells("message_delta") {
            merge(members?[4], in: data, into: &findings.usage)
            findings.noteStop(stop.members(of: members?[1], in: data)?[0], in: data)
        } else if type.spells("message_stop") {
            findings.noteTerminal()
        } else if type.spells("error") {
            merge(members?[4], in: data, into: &findings.usage)
            findings.noteFailure(members?[5].flatMap { ErrorMessage.text(of: $0, in: data) })
        }
    }

    /// Text and thinking blocks begin empty; every other block is a tool's, or comes whole.
    private static func startsWithContent(_ member: Member?, _ data: Span<UInt8>) -> Bool {
        guard let block = block.members(of: member, in: data), let type = block[0] else {
            return false
        }
        if type.spells("text", in: data) || type.spells("thinking", in: data) {
            return block.hasFilled(1..<3, in: data)
        }
        return true
    }
}

// MARK: Usage

extension AnthropicMessages {
    private static let usage = MemberScanner([
        "input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens",
        "cache_creation", "output_tokens_details", "iterations",
    ])
    private static let creation = MemberScanner([
        "ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens",
    ])
    private static let outputDetails = MemberScanner(["thinking_tokens"])

    /// Puts the counts that a `usage` member tells over those known: they are cumulative, and a
    /// later event may leave some out.
    static func merge(_ member: Member?, in text: Span<UInt8>, into known: inout Usage?) {
        guard let member, member.kind == .object else { return }
        merge(member.value, in: text, into: &known)
    }

    /// Puts the counts that an object tells, a part of a text, over those known.
    static func merge(_ object: Range<Int>, in text: Span<UInt8>, into known: inout Usage?) {
        guard let members = usage.members(in: object, of: text) else { return }
        var merged = known ?? Usage()
        if let sum = sum(ofIterations: members[6], in: text) {
            merged = sum
        } else {
            overwrite(&merged, with: members, in: text)
        }
        known = merged
    }

    private static func overwrite(
        _ known: inout Usage,
        with members: Members,
        in text: Span<UInt8>
    ) {
        if let count = members[0]?.tokenCount(in: text) { known.input = count }
        if let count = members[1]?.tokenCount(in: text) { known.output = count }
        if let count = members[2]?.tokenCount(in: text) { known.cacheRead = count }
        if let count = members[3]?.tokenCount(in: text) { known.cacheWrite = count }
        let creation = creation.members(of: members[4], in: text)
        if let count = creation?[0]?.tokenCount(in: text) { known.cacheWrite5m = count }
        if let count = creation?[1]?.tokenCount(in: text) { known.cacheWrite1h = count }
        let details = outputDetails.members(of: members[5], in: text)
        if let count = details?[0]?.tokenCount(in: text) { known.reasoning = count }
    }

    /// Where the server ran the model several times, each run is counted by itself and the counts
    /// at the top are not those of all; nil when there are no such runs.
    private static func sum(ofIterations member: Member?, in text: Span<UInt8>) -> Usage? {
        var sum: Usage?
        member?.forEachObject(in: text, usage) { members in
            var one = Usage()
            overwrite(&one, with: members, in: text)
            sum = (sum ?? Usage()).adding(one)
            return .next
        }
        return sum
    }
}
