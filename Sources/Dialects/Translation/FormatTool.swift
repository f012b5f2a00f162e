/// Turns the call of the tool that stands for the form of an answer into the answer's text.
struct FormatTool: Sendable {
    private let name: String
    private var hasOtherCall = false

    init?(_ name: String?) {
        guard let name else { return nil }
        self.name = name
    }

    /// The step that the client is told.
    mutating func turned(_ delta: Delta) -> Delta {
        switch delta {
        case .open(.call(_, let called, _)):
            if called == name { return .open(.text) }
            hasOtherCall = true
            return delta
        case .finish(.toolUse, let usage):
            return hasOtherCall ? delta : .finish(.endOfTurn, usage)
        case .begin, .open, .more, .signature, .close, .ping, .finish, .end, .failure:
            return delta
        }
    }

    /// The answer that the client is given.
    func turned(_ answer: NeutralAnswer) -> NeutralAnswer {
        var turned = answer
        turned.parts = answer.parts.map { part in
            guard case .toolCall(let call) = part, call.name == name else { return part }
            return .text(TextPart(text: String(decoding: call.arguments, as: UTF8.self)))
        }
        if turned.stop == .toolUse, !turned.callsTool { turned.stop = .endOfTurn }
        return turned
    }
}
