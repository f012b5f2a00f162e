import EventStream
import JSON

/// An answer of Anthropic's messages, and how another provider's goes on with it.
///
/// The text block that stands open at the client goes on; blocks of the new stream get the numbers
/// behind those that the client has.
struct MessagesContinuation {
    private static let event = MemberScanner(["type", "index", "content_block", "delta"])
    private static let block = MemberScanner(["type", "text"])
    private static let delta = MemberScanner(["type", "text"])

    /// The text that the client has.
    private(set) var text = ""
    private var hasOnlyText = true
    private var isFinished = false
    /// The block that stands open at the client.
    private var openBlock: Int?
    private var blockCount = 0
    /// Numbers of the stream's blocks and what the client knows them by; dropped ones have none.
    private var blocks: [Int: Int] = [:]
    /// White space at the end of the text, which the new provider was not shown and may repeat.
    private var hidden = ""

    var canGoOn: Bool { hasOnlyText && !isFinished && !shownText.isEmpty }

    /// Anthropic refuses a turn that ends in white space.
    private var shownText: String {
        String(text.reversed().drop(while: \.isWhitespace).reversed())
    }

    var turn: [UInt8] { assistantTurn(shownText) }

    mutating func takeOver() {
        blocks = [:]
        hidden = String(text.dropFirst(shownText.count))
    }

    /// Takes an event; gives what of it the client gets, nothing when it is dropped.
    mutating func take(
        _ name: Span<UInt8>,
        _ data: Span<UInt8>,
        _ isTakenOver: Bool
    ) -> [UInt8] {
        guard let members = Self.event.members(of: data),
            let type = members[0]?.string(in: data)
        else { return written(nil, data) }
        switch type {
        case "error": return []
        case "message_start": return isTakenOver ? [] : written(type, data)
        case "content_block_start": return start(members, data, isTakenOver)
        case "content_block_delta": return add(members, data, isTakenOver)
        case "content_block_stop": return stop(members, data, isTakenOver)
        case "message_delta":
            isFinished = true
            return closing() + written(type, data)
        default:
            if type == "message_stop" { isFinished = true }
            return written(type, data)
        }
    }

    private mutating func start(
        _ members: Members,
        _ data: Span<UInt8>,
        _ isTakenOver: Bool
    ) -> [UInt8] {
        guard let index = members[1], let number = index.tokenCount(in: data) else { return [] }
        let block = Self.block.members(of: members[2], in: data)
        let type = block?[0]?.string(in: data) ?? ""
        if isTakenOver, type == "thinking" || type == "redacted_thinking" {
            return []
        }
        if isTakenOver, type == "text", let openBlock {
            blocks[number] = openBlock
            return []
        }
        let before = isTakenOver ? closing() : []
        let known = isTakenOver ? blockCount : number
        blocks[number] = known
        blockCount = max(blockCount, known + 1)
        if type == "text" {
            openBlock = known
        } else if type != "thinking", type != "redacted_thinking" {
            hasOnlyText = false
        }
        return before + written("content_block_start", renumbered(data, index, known).span)
    }

    private mutating func add(
        _ members: Members,
        _ data: Span<UInt8>,
        _ isTakenOver: Bool
    ) -> [UInt8] {
        guard let index = members[1], let number = index.tokenCount(in: data) else { return [] }
        let delta = Self.delta.members(of: members[3], in: data)
        guard let known = blocks[number] ?? (isTakenOver ? nil : number) else { return [] }
        var edits = [edit(index, known)]
        if let member = delta?[1], var added = member.string(in: data) {
            if !hidden.isEmpty {
                let repeated = zip(hidden, added).prefix { $0 == $1 }.count
                added = String(added.dropFirst(repeated))
                hidden = ""
                var writer = JSONWriter()
                writer.string(added)
                edits.append(Edit(range: member.value, replacement: writer.bytes))
            }
            text += added
        }
        let changed = edits.sorted { $0.range.lowerBound < $1.range.lowerBound }.applied(to: data)
        return written("content_block_delta", changed.span)
    }

    private mutating func stop(
        _ members: Members,
        _ data: Span<UInt8>,
        _ isTakenOver: Bool
    ) -> [UInt8] {
        guard let index = members[1], let number = index.tokenCount(in: data) else { return [] }
        guard let known = blocks[number] ?? (isTakenOver ? nil : number) else { return [] }
        if known == openBlock { openBlock = nil }
        return written("content_block_stop", renumbered(data, index, known).span)
    }

    /// The end of a text block that the new stream does not go on with.
    private mutating func closing() -> [UInt8] {
        guard let open = openBlock else { return [] }
        openBlock = nil
        let data = "{\"type\":\"content_block_stop\",\"index\":\(open)}"
        return written("content_block_stop", data.utf8Span.span)
    }

    private func edit(_ index: Member, _ number: Int) -> Edit {
        Edit(range: index.value, replacement: Array(String(number).utf8))
    }

    private func renumbered(_ data: Span<UInt8>, _ index: Member, _ number: Int) -> [UInt8] {
        [edit(index, number)].applied(to: data)
    }

    private func written(_ name: String?, _ data: Span<UInt8>) -> [UInt8] {
        var writer = EventStreamWriter()
        writer.event(name, data: data)
        return writer.bytes
    }
}
