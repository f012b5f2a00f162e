import EventStream
import JSON

/// An answer of OpenAI's chat completions, and how another provider's goes on with it.
struct ChatContinuation {
    private static let chunk = MemberScanner([
        "id", "created", "model", "choices", "usage", "error",
    ])
    private static let choice = MemberScanner(["index", "delta", "finish_reason"])
    private static let delta = MemberScanner([
        "role", "content", "tool_calls", "function_call", "refusal", "audio", "reasoning",
        "reasoning_content",
    ])

    /// The text that the client has.
    private(set) var text = ""
    private var hasOnlyText = true
    private var isFinished = false
    /// `id`, `created` and `model` as the client saw them first, as JSON text.
    private var identity: [[UInt8]?]?

    var canGoOn: Bool { hasOnlyText && !isFinished && !text.isEmpty }

    var turn: [UInt8] { assistantTurn(text) }

    mutating func takeOver() {}

    /// Takes an event; gives what of it the client gets, nothing when it is dropped.
    mutating func take(
        _ name: Span<UInt8>,
        _ data: Span<UInt8>,
        _ isTakenOver: Bool
    ) -> [UInt8] {
        guard let members = Self.chunk.members(of: data) else {
            // `[DONE]`, or what no client could read either.
            isFinished = isFinished || data.ends(with: "[DONE]")
            return written(data)
        }
        // An error is the gateway's to tell, once nobody can go on.
        if members[5]?.isFilled(in: data) == true { return [] }
        noteIdentity(members, data)
        var edits = isTakenOver ? identityEdits(members) : []
        var says = members[4]?.kind == .object
        members[3]?.forEachObject(in: data, Self.choice) { choice in
            take(choice, data, isTakenOver, &edits, &says)
            return .next
        }
        if isTakenOver, !says { return [] }
        let ordered = edits.sorted { $0.range.lowerBound < $1.range.lowerBound }
        return written(ordered.applied(to: data).span)
    }

    private mutating func take(
        _ choice: Members,
        _ data: Span<UInt8>,
        _ isTakenOver: Bool,
        _ edits: inout [Edit],
        _ says: inout Bool
    ) {
        if let index = choice[0]?.tokenCount(in: data), index > 0 { hasOnlyText = false }
        if choice[2]?.kind == .string {
            isFinished = true
            says = true
        }
        guard let delta = Self.delta.members(of: choice[1], in: data) else { return }
        if let content = delta[1]?.string(in: data), !content.isEmpty {
            text += content
            says = true
        }
        if delta.hasFilled(2..<6, in: data) {
            hasOnlyText = false
            says = true
        }
        if delta.hasFilled(6..<8, in: data) { says = true }
        // A second role would be put behind the first by clients that add up what comes.
        if isTakenOver, let role = delta[0] {
            var splice = Splice(delta)
            splice.remove(role)
            edits += splice.edits
        }
    }

    private mutating func noteIdentity(_ members: Members, _ data: Span<UInt8>) {
        if identity != nil { return }
        identity = (0..<3).map { place in
            members[place].map { data.bytes(in: $0.value) }
        }
    }

    private func identityEdits(_ members: Members) -> [Edit] {
        (0..<3).compactMap { place in
            guard let member = members[place], let known = identity?[place] else { return nil }
            return Edit(range: member.value, replacement: known)
        }
    }

    private func written(_ data: Span<UInt8>) -> [UInt8] {
        var writer = EventStreamWriter()
        writer.event(data: data)
        return writer.bytes
    }
}

/// The assistant's turn so far, as a member of a request's `messages`.
func assistantTurn(_ text: String) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("role")
    writer.string("assistant")
    writer.key("content")
    writer.string(text)
    writer.endObject()
    return writer.bytes
}

extension Span<UInt8> {
    /// A part as an array.
    func bytes(in range: Range<Int>) -> [UInt8] {
        unsafe extracting(range).withUnsafeBufferPointer { unsafe Array($0) }
    }
}
