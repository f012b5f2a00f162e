import Dialects
import JSON

/// What a request says, in lines that are the same however it is said.
struct RequestMeaning {
    /// The lines.
    private(set) var lines: [String] = []
    private var calls: [String: Int] = [:]

    /// What a request says; the texts at which the model stops apart, as not every dialect has
    /// them.
    init(_ request: NeutralRequest, withStops: Bool) {
        let system = request.system.map(\.text).joined(separator: "\n\n")
        if !system.isEmpty { lines.append("system \(system)") }
        for turn in request.turns { note(turn) }
        for tool in request.tools {
            lines.append("tool \(tool.name): \(tool.description ?? "")")
            lines.append("takes \(Self.schema(tool.schema))")
        }
        if let choice = request.toolChoice { lines.append("choice \(choice)") }
        lines.append("tokens \(request.maxTokens.map(String.init) ?? "")")
        if let effort = request.reasoning?.effort { lines.append("effort \(effort)") }
        if case .schema(let format) = request.format {
            lines.append("format \(Self.schema(format.schema))")
        }
        if withStops { lines.append("stops \(request.stops)") }
    }

    private mutating func note(_ turn: Turn) {
        let speaker = turn.role == .assistant ? "assistant" : "user"
        // Results come first, whatever else the user says.
        let results = turn.parts.filter(\.isResult)
        for part in results + turn.parts.filter({ !$0.isResult }) { note(part, speaker) }
    }

    private mutating func note(_ part: Part, _ speaker: String) {
        switch part {
        case .text(let text): add("\(speaker) says ", text.text)
        case .refusal(let text): add("\(speaker) says ", text)
        case .image(let image): lines.append("\(speaker) shows \(image.source)")
        case .document(let document): lines.append("\(speaker) gives \(document.source)")
        case .audio(let audio): lines.append("\(speaker) plays \(audio.source)")
        case .reasoning(let thoughts): lines.append("thought \(thoughts.text)")
        case .toolCall(let call):
            let number = calls.count
            calls[call.id] = number
            let arguments = String(decoding: call.arguments, as: UTF8.self)
            lines.append("call \(number) of \(call.name) with \(arguments)")
        case .toolResult(let result):
            let number = calls[result.callID].map(String.init) ?? "?"
            lines.append("result \(number)")
            for part in result.parts { note(part, "tool \(number)") }
        }
    }

    /// What one side says in several pieces is one text.
    private mutating func add(_ prefix: String, _ text: String) {
        if let last = lines.last, last.hasPrefix(prefix), prefix.hasPrefix("assistant") {
            lines[lines.count - 1] += text
        } else {
            lines.append(prefix + text)
        }
    }

    private static func schema(_ schema: JSONCursor?) -> String {
        guard let schema, schema["properties"]?.members.first(where: { _ in true }) != nil else {
            return "nothing"
        }
        return sorted(schema)
    }

    /// A schema's text, its keywords in order and without the one that only Anthropic asks for.
    private static func sorted(_ value: JSONCursor) -> String {
        guard value.kind == .object else { return String(decoding: value.compact, as: UTF8.self) }
        let members = value.members
            .map { (name: $0.name.string ?? "", value: sorted($0.value)) }
            .filter { $0.name != "additionalProperties" }
            .sorted { $0.name < $1.name }
        return "{" + members.map { "\($0.name): \($0.value)" }.joined(separator: ", ") + "}"
    }
}

extension Part {
    fileprivate var isResult: Bool {
        if case .toolResult = self { true } else { false }
    }
}
