import JSON

/// The call of a tool, as an answer carries it.
struct ToolCall {
    /// The tool's name.
    let name: String
    /// Arguments that fit its schema, as JSON.
    let arguments: String

    /// A call of a tool of any dialect's shape: `function.parameters`, `parameters`, `input_schema`.
    init?(_ tool: JSONValue, text: String) {
        let function = tool["function"] ?? tool
        guard let name = function["name"]?.string else { return nil }
        self.name = name
        let schema =
            function["parameters"] ?? function["input_schema"] ?? function["parametersJsonSchema"]
        arguments = schema.map { Sample(schema: $0, text: text).json } ?? "{}"
    }
}
