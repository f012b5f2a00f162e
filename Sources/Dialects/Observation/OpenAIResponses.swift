import JSON

/// How OpenAI's responses stream: typed events, the last one with the whole response and its usage.
enum OpenAIResponses {
    private static let event = MemberScanner([
        "type", "delta", "item", "response", "error", "message",
    ])
    private static let item = MemberScanner(["type"])
    private static let response = MemberScanner([
        "usage", "error", "incomplete_details", "status",
    ])
    private static let details = MemberScanner(["reason"])

    static func take(_ name: Span<UInt8>, _ data: Span<UInt8>, _ findings: inout StreamFindings) {
        if findings.hasContent, name.ends(with: ".delta") { return }
        guard let members = event.members(of: data) else {
            // A cut event, or no JSON: its name has to do.
            return take(type: name, nil, data, &findings)
        }
        if let type = members[0], type.kind == .string {
            take(type: data.extracting(type.inner), members, data, &findings)
        } else {
            take(type: name, members, data, &findings)
        }
    }

    /// What tells why a response ended: the reason why it is incomplete, or else its status.
    static func stop(_ incomplete: Member?, _ status: Member?, in text: Span<UInt8>) -> Member? {
        details.members(of: incomplete, in: text)?[0] ?? status
    }

    /// Whether an event without a name brings a piece of the answer.
    static func isDelta(_ data: Span<UInt8>) -> Bool {
        guard let type = event.members(of: data)?[0] else { return false }
        return data.extracting(type.inner).ends(with: ".delta")
    }

    private static func take(
        type: Span<UInt8>,
        _ members: Members?,
        _ data: Span<UInt8>,
        _ findings: inout StreamFindings
    ) {
        if type.ends(with: ".delta") {
            if members?[1]?.isFilled(in: data) == true { findings.noteContent() }
        } else if type.spells("response.output_item.added") {
            if isCall(members?[2], data) { findings.noteContent() }
        } else if type.ends(with: ".partial_image") {
            findings.noteContent()
        } else if type.spells("error") {
            let text = members?[4].flatMap { ErrorMessage.text(of: $0, in: data) }
            let message = members?[5]?.string(in: data).map(ErrorMessage.shortened)
            findings.noteFailure(text ?? message)
        } else if type.spells("response.created") || type.spells("response.in_progress") {
            takeUsage(members?[3], data, &findings)
        } else if isTerminal(type) {
            takeTerminal(type: type, members?[3], data, &findings)
        }
    }

    /// `function_call`, `web_search_call` and whatever other call of a tool.
    private static func isCall(_ member: Member?, _ data: Span<UInt8>) -> Bool {
        guard let type = item.members(of: member, in: data)?[0] else { return false }
        return data.extracting(type.inner).ends(with: "_call")
    }

    private static func isTerminal(_ type: Span<UInt8>) -> Bool {
        type.spells("response.completed") || type.spells("response.incomplete")
            || type.spells("response.failed")
    }

    /// Takes the usage of a response, which most tell when they are whole; gives its members.
    @discardableResult
    private static func takeUsage(
        _ member: Member?,
        _ data: Span<UInt8>,
        _ findings: inout StreamFindings
    ) -> Members? {
        let response = response.members(of: member, in: data)
        if let usage = OpenAIUsage.read(response?[0], in: data) { findings.usage = usage }
        return response
    }

    private static func takeTerminal(
        type: Span<UInt8>,
        _ member: Member?,
        _ data: Span<UInt8>,
        _ findings: inout StreamFindings
    ) {
        findings.noteTerminal()
        let response = takeUsage(member, data, &findings)
        findings.noteStop(stop(response?[2], response?[3], in: data), in: data)
        if type.spells("response.failed") {
            findings.noteFailure(response?[1].flatMap { ErrorMessage.text(of: $0, in: data) })
        }
    }
}
