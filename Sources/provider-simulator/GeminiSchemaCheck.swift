import JSON

/// What Google refuses in a schema.
enum GeminiSchemaCheck {
    private static let keywords: Set<String> = [
        "type", "format", "title", "description", "nullable", "enum", "maxItems", "minItems",
        "properties", "required", "minProperties", "maxProperties", "minLength", "maxLength",
        "pattern", "example", "anyOf", "propertyOrdering", "default", "items", "minimum", "maximum",
    ]
    private static let types: Set<String> = [
        "STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL",
    ]

    /// Throws what is wrong.
    static func check(_ schema: JSONValue, _ place: String) throws(QuestionError) {
        try GeminiCheck.known(schema, keywords, place)
        let type = schema["type"]?.string?.uppercased()
        guard schema["type"] == nil || types.contains(type ?? "") else {
            throw QuestionError("Invalid value at '\(place).type'", field: place)
        }
        if schema["enum"] != nil, type != "STRING" {
            throw QuestionError("\(place).enum: only allowed for STRING type", field: place)
        }
        if let format = schema["format"]?.string, type == "STRING",
            !["enum", "date-time"].contains(format)
        {
            throw QuestionError(
                "\(place).format: only 'enum' and 'date-time' are supported for STRING type"
            )
        }
        let properties = schema["properties"]?.members ?? []
        for (name, property) in properties { try check(property, "\(place).properties[\(name)]") }
        for name in schema["required"]?.elements ?? []
        where !properties.contains(where: { $0.name == name.string }) {
            throw QuestionError("\(place).required: property is not defined", field: place)
        }
        if type == "ARRAY", schema["items"] == nil {
            throw QuestionError("\(place).items: missing field.", field: place)
        }
        if let items = schema["items"] { try check(items, "\(place).items") }
        for (index, choice) in (schema[either: "anyOf"]?.elements ?? []).enumerated() {
            try check(choice, "\(place).any_of[\(index)]")
        }
    }
}
