import JSON
package import Model

/// What translations of earlier answers left in a conversation that now goes to a provider of the
/// client's own dialect: signatures of other providers' thoughts, which it would refuse.
///
/// They are cut out, every other byte stays as it was. A client of chat is not helped: there nothing
/// tells the gateway's own marks from those of another gateway behind it.
package struct ForeignTraces {
    /// The body without them.
    package let body: [UInt8]
    /// What the client calls that which was cut out.
    package let removed: String

    /// Looks for them; nil where there are none, as a rule after a search for a few words.
    package init?(in body: Span<UInt8>, of dialect: Dialect) {
        guard Self.mayStand(in: body, of: dialect) else { return nil }
        let root: JSONCursor
        do throws(ScanError) {
            root = try JSONText(body).root
        } catch {
            // The provider says what is wrong with it.
            return nil
        }
        var cuts = Cuts()
        switch dialect {
        case .anthropicMessages: cuts.cut(messages: root)
        case .openAIResponses: cuts.cut(responses: root)
        case .gemini: cuts.cut(contents: root)
        case .openAIChat: return nil
        }
        guard !cuts.edits.isEmpty else { return nil }
        let edits = cuts.edits.sorted { $0.range.lowerBound < $1.range.lowerBound }
        self.body = edits.applied(to: body)
        removed = Feature.thoughts.name(in: dialect)
    }

    /// Whether words are there that they have; all that is done for most bodies.
    package static func mayStand(in body: Span<UInt8>, of dialect: Dialect) -> Bool {
        switch dialect {
        case .openAIChat: false
        case .anthropicMessages:
            ByteSearch.holds(body, "\"openai-responses:") || ByteSearch.holds(body, "\"gemini:")
                || ByteSearch.holds(body, "\"signature\":\"\"")
                || ByteSearch.holds(body, "\"signature\": \"\"")
                || ByteSearch.holds(body, "__thought__")
        case .openAIResponses:
            ByteSearch.holds(body, "\"rs_rq_") || ByteSearch.holds(body, "__thought__")
        // How base64 of `openai-` and `anthropic-messages:` begins.
        case .gemini:
            ByteSearch.holds(body, "\"b3BlbmFpL") || ByteSearch.holds(body, "\"YW50aHJvcGljL")
        }
    }
}

/// The edits that cut them out.
private struct Cuts {
    private(set) var edits: [Edit] = []

    // MARK: Messages

    mutating func cut(messages root: JSONCursor) {
        guard let list = root["messages"] else { return }
        let turns = Array(list.elements)
        var isGone: (JSONCursor) -> Bool = \.isForeignThought
        if turns.contains(where: { $0.blocks.contains(where: \.isForeignThought) }),
            Cuts.lacksThoughts(turns), let thinking = root["thinking"]
        {
            // Its last call would have to follow thoughts: without them thinking is off.
            remove(memberOf: root, thinking)
            isGone = \.isThought
        }
        let emptied = turns.map { turn in
            let blocks = turn.blocks
            return !blocks.isEmpty && blocks.allSatisfy(isGone)
        }
        remove(turns.map(\.range)) { emptied[$0] }
        for (turn, isEmptied) in zip(turns, emptied) where !isEmptied {
            let blocks = turn.blocks
            remove(blocks.map(\.range)) { isGone(blocks[$0]) }
            for block in blocks {
                shorten(block["id"])
                shorten(block["tool_use_id"])
            }
        }
    }

    private static func lacksThoughts(_ turns: [JSONCursor]) -> Bool {
        let calling = turns.last { $0.blocks.contains { $0["type"]?.spells("tool_use") ?? false } }
        guard let calling else { return false }
        return !calling.blocks.contains { $0.isThought && !$0.isForeignThought }
    }

    // MARK: Responses

    mutating func cut(responses root: JSONCursor) {
        guard let list = root["input"] else { return }
        let items = Array(list.elements)
        remove(items.map(\.range)) { place in
            // Items of translated answers have an id of a request of ours.
            items[place].spellsType("reasoning")
                && items[place]["id"]?.string?.hasPrefix("rs_rq_") ?? false
        }
        for item in items { shorten(item["call_id"]) }
    }

    // MARK: Gemini

    mutating func cut(contents root: JSONCursor) {
        guard let list = root["contents"] else { return }
        let contents = Array(list.elements)
        let parts = contents.map { $0["parts"].map { Array($0.elements) } ?? [] }
        let emptied = parts.map { !$0.isEmpty && $0.allSatisfy(\.isForeignThoughtPart) }
        remove(contents.map(\.range)) { emptied[$0] }
        for (parts, isEmptied) in zip(parts, emptied) where !isEmptied {
            remove(parts.map(\.range)) { parts[$0].isForeignThoughtPart }
            for part in parts where !part.isForeignThoughtPart {
                guard let signature = part.foreignSignature else { continue }
                if part.either("functionCall", "function_call") != nil {
                    replace(signature, with: GeminiRequestEncoder.foreignSignature)
                } else {
                    remove(memberOf: part, signature)
                }
            }
        }
    }

    // MARK: Edits

    /// Cuts what hides in an id of a call.
    private mutating func shorten(_ id: JSONCursor?) {
        guard let id, let text = id.string else { return }
        let plain = CallID.split(text).id
        if plain != text { replace(id, with: plain) }
    }

    private mutating func replace(_ value: JSONCursor, with text: String) {
        var writer = JSONWriter()
        writer.string(text)
        edits.append(Edit(range: value.range, replacement: writer.bytes))
    }

    private mutating func remove(memberOf object: JSONCursor, _ value: JSONCursor) {
        let members = object.members.map { $0.name.range.lowerBound..<$0.value.range.upperBound }
        remove(members) { members[$0].upperBound == value.range.upperBound }
    }

    /// Removes elements of an array or members of an object, with their commas.
    private mutating func remove(_ ranges: [Range<Int>], where isGone: (Int) -> Bool) {
        var first = 0
        while first < ranges.count {
            guard isGone(first) else {
                first += 1
                continue
            }
            var next = first + 1
            while next < ranges.count, isGone(next) { next += 1 }
            let range: Range<Int>
            if next < ranges.count {
                range = ranges[first].lowerBound..<ranges[next].lowerBound
            } else {
                let start = first > 0 ? ranges[first - 1].upperBound : ranges[first].lowerBound
                range = start..<ranges[next - 1].upperBound
            }
            edits.append(Edit(range: range, replacement: []))
            first = next
        }
    }
}

extension JSONCursor {
    /// The blocks of a turn.
    fileprivate var blocks: [JSONCursor] { self["content"].map { Array($0.elements) } ?? [] }

    /// Whether a block holds thoughts.
    fileprivate var isThought: Bool {
        spellsType("thinking") || spellsType("redacted_thinking")
    }

    /// Whether a block holds thoughts that no provider of Anthropic's signed.
    fileprivate var isForeignThought: Bool {
        guard isThought, let carried = either("signature", "data")?.string else { return false }
        guard let signature = Signature(carried, carriedIn: .anthropicMessages) else { return true }
        return signature.origin != .anthropicMessages
    }

    /// The signature of a part that is another provider's than Google's.
    fileprivate var foreignSignature: JSONCursor? {
        guard let carried = either("thoughtSignature", "thought_signature"),
            let signature = Signature(carried.string, carriedIn: .gemini),
            signature.origin != .gemini
        else { return nil }
        return carried
    }

    /// Whether a part is a thought with such a signature.
    fileprivate var isForeignThoughtPart: Bool {
        self["thought"]?.bool == true && foreignSignature != nil
    }
}
