import JSON

/// A value that fits a simple schema: its first enum value, else something of its type.
struct Sample {
    /// The value.
    let json: String

    /// A value of a schema; strings in it say the text.
    init(schema: JSONValue, text: String) {
        var writing = Writing(root: schema, text: text)
        writing.write(schema, named: "input", depth: 0)
        json = String(decoding: writing.writer.bytes, as: UTF8.self)
    }

    private struct Writing {
        let root: JSONValue
        let text: String
        var writer = JSONWriter()

        mutating func write(_ schema: JSONValue, named name: String, depth: Int) {
            let schema = resolved(schema)
            if let choice = schema["const"] ?? schema["enum"]?.elements.first {
                return writer.value(choice)
            }
            let types = schema["type"].map { $0.string.map { [$0] } ?? strings($0) } ?? []
            switch types.first(where: { $0 != "null" })?.lowercased() ?? types.first {
            case "integer", "number": writer.integer(3)
            case "boolean": writer.bool(true)
            case "null": writer.null()
            case "array":
                writer.beginArray()
                if let items = schema["items"], depth < 8 {
                    write(items, named: name, depth: depth + 1)
                }
                writer.endArray()
            case "string": writer.string(text.isEmpty ? name : text)
            default:
                writer.beginObject()
                for (key, value) in depth < 8 ? schema["properties"]?.members ?? [] : [] {
                    writer.key(key)
                    write(value, named: key, depth: depth + 1)
                }
                writer.endObject()
            }
        }

        private func strings(_ array: JSONValue) -> [String] {
            array.elements.compactMap(\.string)
        }

        /// What a schema refers to, or the first of its alternatives that is not null.
        private func resolved(_ schema: JSONValue) -> JSONValue {
            var schema = schema
            for _ in 0..<8 {
                if let path = schema["$ref"]?.string {
                    var place: JSONValue? = root
                    for step in path.dropFirst().split(separator: "/") {
                        place = place?[String(step)]
                    }
                    guard let place else { return schema }
                    schema = place
                } else if let all = schema["allOf"]?.elements, all.count == 1 {
                    schema = all[0]
                } else if let any = schema["anyOf"] ?? schema["oneOf"],
                    let first = any.elements.first(where: { $0["type"]?.string != "null" })
                {
                    schema = first
                } else {
                    return schema
                }
            }
            return schema
        }
    }
}
