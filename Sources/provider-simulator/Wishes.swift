import JSON

/// What a request of any dialect asks of its answer.
struct Wishes {
    /// The tools that may be called: all, or those that must be.
    private(set) var tools: [JSONValue] = []
    /// Whether more than one may be called at once.
    let allowsParallelCalls: Bool
    /// Whether thoughts are wanted.
    let thoughts: Bool
    /// Whether a response's thoughts are to be told so that they can be given back.
    let encryptedThoughts: Bool
    /// The schema of the answer.
    let schema: JSONValue?
    /// Whether the answer is to be JSON.
    let isJSON: Bool

    /// Reads a request's members.
    init(_ root: JSONValue) {
        let generation = root[either: "generationConfig"]
        let format =
            root["response_format"] ?? root["text"]?["format"] ?? root["output_config"]?["format"]
        schema =
            format?["json_schema"]?["schema"] ?? format?["schema"] ?? generation?[
                either: "responseSchema"
            ]
            ?? generation?[either: "responseJsonSchema"]
        isJSON =
            format?["type"]?.string == "json_object"
            || generation?[either: "responseMimeType"]?.string == "application/json"
        let effort = root["reasoning_effort"]?.string ?? root["reasoning"]?["effort"]?.string
        let thinking = root["thinking"]?["type"]?.string ?? "disabled"
        thoughts =
            effort.map { $0 != "none" } ?? false || thinking != "disabled"
            || generation?[either: "thinkingConfig"]?[either: "includeThoughts"]?.bool == true
        allowsParallelCalls =
            root["parallel_tool_calls"]?.bool != false
            && root["tool_choice"]?["disable_parallel_tool_use"]?.bool != true
        encryptedThoughts = (root["include"]?.elements ?? []).contains {
            $0.string == "reasoning.encrypted_content"
        }
        readTools(root)
    }

    private mutating func readTools(_ root: JSONValue) {
        let listed = root["tools"]?.elements ?? []
        tools = listed.flatMap { $0[either: "functionDeclarations"]?.elements ?? [$0] }
        let calling = root[either: "toolConfig"]?[either: "functionCallingConfig"]
        let choice = root["tool_choice"]
        if (choice?.string ?? choice?["type"]?.string) == "none"
            || calling?["mode"]?.string == "NONE"
        {
            tools = []
        }
        var wanted = Set(
            (calling?[either: "allowedFunctionNames"]?.elements ?? []).compactMap(\.string)
        )
        if let name = (choice?["function"] ?? choice)?["name"]?.string { wanted.insert(name) }
        guard !wanted.isEmpty else { return }
        tools.removeAll { tool in
            !wanted.contains((tool["function"] ?? tool)["name"]?.string ?? "")
        }
    }
}
