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
        var writer = JSONWriter()
        if let schema = function["parameters"] ?? function["input_schema"] {
            ToolCall.write(schema, named: "input", text: text, depth: 0, to: &writer)
        } else {
            writer.beginObject()
            writer.endObject()
        }
        arguments = String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Writes a value that fits a schema: its first enum value, else something of its type.
    private static func write(
        _ schema: JSONValue,
        named name: String,
        text: String,
        depth: Int,
        to writer: inout JSONWriter
    ) {
        if let choice = schema["enum"]?.elements.first?.string {
            writer.string(choice)
            return
        }
        let type = schema["type"]?.string ?? schema["type"]?.elements.first?.string
        switch type {
        case "integer", "number": writer.integer(3)
        case "boolean": writer.bool(true)
        case "null": writer.null()
        case "array":
            writer.beginArray()
            if let items = schema["items"], depth < 8 {
                write(items, named: name, text: text, depth: depth + 1, to: &writer)
            }
            writer.endArray()
        case "string": writer.string(text.isEmpty ? name : text)
        default:
            writer.beginObject()
            for (key, value) in depth < 8 ? schema["properties"]?.members ?? [] : [] {
                writer.key(key)
                write(value, named: key, text: text, depth: depth + 1, to: &writer)
            }
            writer.endObject()
        }
    }
}
