import JSON

/// A schema of an answer as Anthropic's providers take it: without the keywords that they refuse,
/// which the description tells instead.
enum MessagesSchema {
    /// Writes a schema.
    static func write(_ schema: JSONCursor, _ writer: inout JSONWriter) {
        guard schema.kind == .object else {
            writer.value(schema)
            return
        }
        var notes: [String] = []
        writer.beginObject()
        for (name, value) in schema.members {
            guard let keyword = name.string else { continue }
            if isLost(keyword, value) {
                let text = String(decoding: value.compact, as: UTF8.self)
                notes.append("\(keyword): \(text)")
            } else if keyword != "description", keyword != "additionalProperties" {
                writer.key(keyword == "oneOf" ? "anyOf" : keyword)
                write(value, of: keyword, &writer)
            }
        }
        if schema.spellsType("object") || schema["properties"] != nil {
            writer.member("additionalProperties", false)
        }
        let told = schema["description"]?.string.map { [$0] } ?? []
        if !told.isEmpty || !notes.isEmpty {
            writer.member("description", (told + notes).joined(separator: "\n"))
        }
        writer.endObject()
    }

    private static func write(
        _ value: JSONCursor,
        of keyword: String,
        _ writer: inout JSONWriter
    ) {
        switch keyword {
        case "properties", "$defs", "definitions":
            writer.beginObject()
            for (name, schema) in value.members {
                writer.key(of: name)
                write(schema, &writer)
            }
            writer.endObject()
        case "anyOf", "oneOf", "allOf":
            writer.beginArray()
            for schema in value.elements { write(schema, &writer) }
            writer.endArray()
        case "items": write(value, &writer)
        default: writer.value(value)
        }
    }

    /// Whether a keyword is refused there.
    private static func isLost(_ keyword: String, _ value: JSONCursor) -> Bool {
        switch keyword {
        case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
            "minLength", "maxLength", "maxItems", "uniqueItems", "minProperties", "maxProperties",
            "patternProperties", "propertyNames", "contains", "if", "then", "else", "not",
            "dependentRequired", "dependentSchemas":
            true
        case "minItems": value.integer.map { $0 > 1 } ?? true
        default: false
        }
    }
}
