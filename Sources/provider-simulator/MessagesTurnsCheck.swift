import JSON

/// What Anthropic refuses in a conversation.
struct MessagesTurnsCheck {
    private let thinks: Bool
    private let hasTools: Bool
    private var marks = 0

    init(_ root: JSONValue) {
        thinks = root["thinking"]?["type"]?.string ?? "disabled" != "disabled"
        hasTools = !(root["tools"]?.elements ?? []).isEmpty
        for block in (root["system"]?.elements ?? []) + (root["tools"]?.elements ?? [])
        where block["cache_control"] != nil { marks += 1 }
    }

    /// Throws what is wrong in blocks of instructions.
    static func checkSystem(_ blocks: JSONValue) throws(QuestionError) {
        for (index, block) in blocks.elements.enumerated() {
            guard block["type"]?.string == "text", let text = block["text"]?.string else {
                throw MessagesCheck.wrong("system.\(index)", "Input should be a text block")
            }
            if text.isEmpty {
                throw MessagesCheck.wrong("system", "text content blocks must be non-empty")
            }
        }
    }

    /// With thinking on, the last turn that called tools begins with thoughts.
    private func checkThoughts(_ turns: [JSONValue]) throws(QuestionError) {
        let calling = turns.lastIndex { turn in
            (turn["content"]?.elements ?? []).contains { $0["type"]?.string == "tool_use" }
        }
        guard thinks, let calling else { return }
        let first = turns[calling]["content"]?.elements.first?["type"]?.string ?? ""
        if !["thinking", "redacted_thinking"].contains(first) {
            throw MessagesCheck.wrong(
                "messages.\(calling).content.0.type",
                "Expected `thinking` or `redacted_thinking`, but found `\(first)`"
            )
        }
    }

    /// Throws what is wrong in turns.
    mutating func check(_ turns: [JSONValue]) throws(QuestionError) {
        try checkThoughts(turns)
        var calls: [String] = []
        var lastRole = "assistant"
        for (index, turn) in turns.enumerated() {
            let place = "messages.\(index)"
            for name in turn.unknownMembers(["role", "content"]) {
                throw MessagesCheck.wrong("\(place).\(name)", "Extra inputs are not permitted")
            }
            guard let role = turn["role"]?.string, ["user", "assistant"].contains(role) else {
                throw MessagesCheck.wrong("\(place).role", "should be 'user' or 'assistant'")
            }
            if role == lastRole {
                let reason =
                    index == 0
                    ? "first message must use the \"user\" role"
                    : "roles must alternate between \"user\" and \"assistant\""
                throw MessagesCheck.wrong("messages", reason)
            }
            lastRole = role
            let blocks = turn["content"]?.elements ?? []
            if let text = turn["content"]?.string {
                try check(text: text, place)
            } else if blocks.isEmpty, role == "user" || index < turns.count - 1 {
                throw MessagesCheck.wrong(place, "all messages must have non-empty content")
            }
            if role == "user" {
                try check(results: blocks, of: calls, place)
                calls = []
            } else {
                calls = try check(assistant: blocks, place)
            }
            try check(blocks: blocks, role, place)
            let last = blocks.last?["text"]?.string ?? turn["content"]?.string ?? ""
            if index == turns.count - 1, role == "assistant", last.last?.isWhitespace ?? false {
                throw MessagesCheck.wrong(
                    "messages",
                    "final assistant content cannot end with trailing whitespace"
                )
            }
        }
        if let id = calls.first { throw unanswered(id, turns.count - 1) }
        if marks > 4 {
            throw MessagesCheck.wrong(
                "cache_control",
                "A maximum of 4 blocks with cache_control may be provided. Found \(marks)."
            )
        }
    }

    private func check(text: String, _ place: String) throws(QuestionError) {
        if text.isEmpty {
            throw MessagesCheck.wrong(place, "text content blocks must be non-empty")
        }
        if text.isBlank {
            throw MessagesCheck.wrong(place, "text content blocks must contain non-whitespace text")
        }
    }

    private func unanswered(_ id: String, _ index: Int) -> QuestionError {
        MessagesCheck.wrong(
            "messages.\(index)",
            "`tool_use` ids were found without `tool_result` blocks immediately after: \(id)"
        )
    }

    /// The results must be those of the turn before, and come first.
    private func check(
        results blocks: [JSONValue],
        of calls: [String],
        _ place: String
    ) throws(QuestionError) {
        var open = calls
        var isBehindResults = false
        for (index, block) in blocks.enumerated() {
            guard block["type"]?.string == "tool_result" else {
                isBehindResults = true
                continue
            }
            let id = block["tool_use_id"]?.string ?? ""
            guard let found = open.firstIndex(of: id) else {
                throw MessagesCheck.wrong(
                    "\(place).content.\(index)",
                    "unexpected `tool_use_id` found in `tool_result` blocks: \(id)"
                )
            }
            if isBehindResults {
                throw MessagesCheck.wrong(
                    "\(place).content.\(index)",
                    "`tool_result` blocks must come first"
                )
            }
            open.remove(at: found)
        }
        if let id = open.first { throw unanswered(id, 0) }
    }

    /// Gives the ids of calls.
    private func check(
        assistant blocks: [JSONValue],
        _ place: String
    ) throws(QuestionError) -> [String] {
        var ids: [String] = []
        for (index, block) in blocks.enumerated() where block["type"]?.string == "tool_use" {
            let place = "\(place).content.\(index).tool_use"
            guard let id = block["id"]?.string, id.isName(1...256) else {
                throw MessagesCheck.wrong("\(place).id", "should match pattern '^[a-zA-Z0-9_-]+$'")
            }
            if ids.contains(id) { throw MessagesCheck.wrong("\(place).id", "must be unique") }
            guard block["name"]?.string?.isName(1...200) == true else {
                throw MessagesCheck.wrong("\(place).name", "does not match the pattern")
            }
            guard block["input"]?.kind == .object else {
                throw MessagesCheck.wrong("\(place).input", "Input should be a valid dictionary")
            }
            ids.append(id)
        }
        if !ids.isEmpty, !hasTools {
            throw MessagesCheck.wrong("tools", "requests with `tool_use` blocks must define tools")
        }
        return ids
    }

    private mutating func check(
        blocks: [JSONValue],
        _ role: String,
        _ place: String
    ) throws(QuestionError) {
        for (index, block) in blocks.enumerated() {
            let place = "\(place).content.\(index)"
            let type = block["type"]?.string ?? ""
            if block["cache_control"] != nil { marks += 1 }
            let isKnown =
                role == "user"
                ? ["text", "image", "document", "tool_result", "search_result"].contains(type)
                : ["text", "tool_use", "thinking", "redacted_thinking"].contains(type)
            guard isKnown else {
                throw MessagesCheck.wrong(
                    place,
                    "Input tag '\(type)' found using 'type' does not match any of the expected tags"
                )
            }
            switch type {
            case "text": try check(text: block["text"]?.string ?? "", place)
            case "thinking":
                guard let thought = block["thinking"]?.string,
                    block["signature"]?.string == Signature.text(of: thought)
                else {
                    throw MessagesCheck.wrong(place, "Invalid `signature` in `thinking` block")
                }
            case "image", "document": try check(source: block["source"], place)
            case "tool_result":
                for part in block["content"]?.elements ?? []
                where part["type"]?.string == "text" && part["text"]?.string?.isEmpty ?? true {
                    throw MessagesCheck.wrong(place, "text content blocks must be non-empty")
                }
            default: break
            }
        }
    }

    private func check(source: JSONValue?, _ place: String) throws(QuestionError) {
        switch source?["type"]?.string {
        case "url" where source?["url"]?.string?.hasPrefix("http") == true: break
        case "base64" where source?["media_type"]?.string != nil && source?["data"]?.string != nil,
            "text" where source?["data"]?.string != nil:
            break
        default: throw MessagesCheck.wrong("\(place).source", "Field required")
        }
    }
}
