import JSON

/// What stands behind the assistant's last turn: results of tools, and the last that the user said.
struct Prompt {
    /// What the tools gave.
    private(set) var results: [String] = []
    private var said = ""
    /// Whether the assistant has spoken since.
    private var isAnswered = false

    /// What an answer says again: the results, then what the user said with them or behind them.
    var text: String {
        if results.isEmpty { return said }
        return (results + (said.isEmpty || isAnswered ? [] : [said])).joined(separator: "\n")
    }

    /// The turns of chat, messages or responses.
    init(turns: JSONValue?) {
        if let only = turns?.string { said = only }
        for turn in turns?.elements ?? [] {
            let type = turn["type"]?.string
            let content = turn["content"] ?? turn["output"]
            switch turn["role"]?.string {
            case "user":
                results += Prompt.results(in: content)
                say(Prompt.text(of: content, withResults: false))
            case "tool": results.append(Prompt.text(of: content))
            case "assistant": forget()
            default:
                if type == "function_call_output" {
                    results.append(Prompt.text(of: content))
                } else if type == "function_call" {
                    forget()
                }
            }
        }
    }

    /// The contents of Gemini.
    init(contents: JSONValue?) {
        for turn in contents?.elements ?? [] {
            guard turn["role"]?.string ?? "user" == "user" else {
                forget()
                continue
            }
            let parts = turn["parts"]?.elements ?? []
            for part in parts {
                guard let result = part[either: "functionResponse"] else { continue }
                results.append(Prompt.text(ofResponse: result["response"]))
            }
            let texts = parts.compactMap { $0["text"]?.string ?? Media.seen(in: $0) }
            say(texts.joined(separator: "\n"))
        }
    }

    private mutating func forget() {
        results = []
        isAnswered = true
    }

    private mutating func say(_ text: String) {
        said = text
        isAnswered = false
    }

    private static func results(in content: JSONValue?) -> [String] {
        (content?.elements ?? []).filter { $0["type"]?.string == "tool_result" }
            .map { text(of: $0["content"]) }
    }

    private static func text(of content: JSONValue?, withResults: Bool = true) -> String {
        guard let content else { return "" }
        if let text = content.string { return text }
        var texts: [String] = []
        for part in content.elements {
            if let text = part["text"]?.string {
                texts.append(text)
            } else if let seen = Media.seen(in: part) {
                texts.append(seen)
            } else if let inner = part["content"], withResults {
                texts.append(text(of: inner))
            }
        }
        return texts.joined(separator: "\n")
    }

    /// The one text of a function's response, else all of it.
    private static func text(ofResponse response: JSONValue?) -> String {
        guard let response else { return "" }
        let members = response.members
        if members.count == 1, let text = members[0].value.string { return text }
        var writer = JSONWriter()
        writer.value(response)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
