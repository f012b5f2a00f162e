import JSON

/// Schemas as Gemini's providers take them, and as everybody else does.
enum GeminiSchema {
    // MARK: From Gemini

    /// The usual schema that one of Gemini's stands for: types in lower case, null a type.
    static func standard(
        _ schema: JSONCursor,
        _ path: String
    ) throws(TranslationError) -> JSONCursor {
        try schema.object(path)
        var writer = JSONWriter()
        writeStandard(schema, &writer)
        do throws(ScanError) {
            return try JSONText(writer.bytes.span).root
        } catch {
            throw TranslationError(path, error.reason)
        }
    }

    private static func writeStandard(_ schema: JSONCursor, _ writer: inout JSONWriter) {
        guard schema.kind == .object else { return writer.value(schema) }
        let isNullable = schema["nullable"]?.bool ?? false
        writer.beginObject()
        for (name, value) in schema.members {
            switch name.string {
            case "type":
                writer.key("type")
                let type = value.string?.lowercased() ?? "string"
                if isNullable {
                    writer.beginArray()
                    writer.string(type)
                    writer.string("null")
                    writer.endArray()
                } else {
                    writer.string(type)
                }
            case "nullable", "propertyOrdering": break
            case "properties":
                writer.key("properties")
                writer.beginObject()
                for (property, schema) in value.members {
                    writer.key(of: property)
                    writeStandard(schema, &writer)
                }
                writer.endObject()
            case "items":
                writer.key("items")
                writeStandard(value, &writer)
            case "anyOf", "any_of":
                writer.key("anyOf")
                writer.beginArray()
                for schema in value.elements { writeStandard(schema, &writer) }
                writer.endArray()
            default:
                writer.key(of: name)
                writer.value(value)
            }
        }
        writer.endObject()
    }

    // MARK: To Gemini

    /// Writes a schema with the keywords alone that Gemini's providers take.
    static func write(_ schema: JSONCursor, _ writer: inout JSONWriter) {
        var writing = GeminiSchemaWriter(root: schema)
        writing.write(schema, depth: 0, &writer)
    }
}

/// Writes a schema; references are written out, as far as they don't go round.
private struct GeminiSchemaWriter {
    /// How deep references may go.
    private static let depthLimit = 24
    /// How many schemas are written at most.
    private static let schemaLimit = 5000

    /// How many members are looked at.
    private static let stepLimit = 500_000

    let root: JSONCursor
    private var count = 0
    private var steps = 0

    init(root: JSONCursor) {
        self.root = root
    }

    mutating func write(_ schema: JSONCursor, depth: Int, _ writer: inout JSONWriter) {
        writer.beginObject()
        if depth < Self.depthLimit, count < Self.schemaLimit {
            writeKeywords(keywords(of: schema, depth: depth), depth: depth, &writer)
        } else {
            writer.member("type", "object")
        }
        writer.endObject()
    }

    /// The keywords of a schema, of what it refers to and of all that it must be at once.
    private mutating func keywords(of schema: JSONCursor, depth: Int) -> Keywords {
        var keywords = Keywords()
        collect(schema, depth: depth, &keywords)
        return keywords
    }

    private mutating func collect(
        _ schema: JSONCursor,
        depth: Int,
        _ keywords: inout Keywords
    ) {
        count += 1
        guard depth < Self.depthLimit, count < Self.schemaLimit else { return }
        for (name, value) in schema.members {
            steps += 1
            if steps > Self.stepLimit { return }
            switch name.string {
            case "$ref":
                guard let path = value.string, let target = target(of: path) else { break }
                collect(target, depth: depth + 1, &keywords)
            case "allOf":
                for part in value.elements { collect(part, depth: depth + 1, &keywords) }
            case "properties": keywords.properties += Array(value.members)
            case "required": keywords.required += value.elements.compactMap(\.string)
            case "nullable": keywords.isNullable = keywords.isNullable || value.bool == true
            case .some(let keyword) where keywords.values[keyword] == nil:
                keywords.values[keyword] = value
            default: break
            }
        }
    }

    /// What `#/$defs/name` refers to.
    private mutating func target(of path: String) -> JSONCursor? {
        guard path.hasPrefix("#") else { return nil }
        var place = root
        for step in path.dropFirst().split(separator: "/") {
            var found: JSONCursor?
            for (name, value) in place.members where found == nil {
                steps += 1
                if steps > Self.stepLimit { return nil }
                if name.string ?? "" == step { found = value }
            }
            guard let found else { return nil }
            place = found
        }
        return place
    }

    private struct Keywords {
        var values: [String: JSONCursor] = [:]
        var properties: [(name: JSONCursor, value: JSONCursor)] = []
        var required: [String] = []
        var isNullable = false
    }

    private mutating func writeKeywords(
        _ keywords: Keywords,
        depth: Int,
        _ writer: inout JSONWriter
    ) {
        var isNullable = keywords.isNullable
        writeType(keywords, &isNullable, &writer)
        for keyword in ["title", "description", "default", "pattern"] {
            copy(keyword, keywords, &writer)
        }
        for keyword in ["minLength", "maxLength", "minimum", "maximum"] {
            copy(keyword, keywords, &writer)
        }
        if let format = keywords.values["format"]?.string, ["enum", "date-time"].contains(format) {
            writer.member("format", format)
        }
        writeChoices(keywords, &writer)
        if let items = keywords.values["items"], items.kind == .object {
            writer.key("items")
            write(items, depth: depth + 1, &writer)
        }
        if !keywords.properties.isEmpty {
            writer.key("properties")
            writer.beginObject()
            var written: Set<String> = []
            for (name, schema) in keywords.properties
            where written.insert(name.string ?? "").inserted {
                writer.key(of: name)
                write(schema, depth: depth + 1, &writer)
            }
            writer.endObject()
            let required = keywords.required.filter { written.contains($0) }
            if !required.isEmpty { writer.member("required", required) }
        }
        copy("propertyOrdering", keywords, &writer)
        writeAlternatives(keywords, depth: depth, &isNullable, &writer)
        if isNullable { writer.member("nullable", true) }
    }

    private func copy(_ keyword: String, _ keywords: Keywords, _ writer: inout JSONWriter) {
        guard let value = keywords.values[keyword] else { return }
        writer.key(keyword)
        writer.value(value)
    }

    private func writeType(
        _ keywords: Keywords,
        _ isNullable: inout Bool,
        _ writer: inout JSONWriter
    ) {
        guard let type = keywords.values["type"] else {
            if !keywords.properties.isEmpty { writer.member("type", "object") }
            return
        }
        if let name = type.string { return writer.member("type", name) }
        var names = type.elements.compactMap(\.string)
        if names.contains("null") { isNullable = true }
        names.removeAll { $0 == "null" }
        if names.count == 1 {
            writer.member("type", names[0])
        } else if !names.isEmpty, keywords.values["anyOf"] == nil {
            writer.key("anyOf")
            writer.beginArray()
            for name in names {
                writer.beginObject()
                writer.member("type", name)
                writer.endObject()
            }
            writer.endArray()
        }
    }

    /// Writes the values that are allowed, which must be text there.
    private func writeChoices(_ keywords: Keywords, _ writer: inout JSONWriter) {
        var values = (keywords.values["enum"]?.elements).map(Array.init) ?? []
        if let only = keywords.values["const"] { values = [only] }
        let texts = values.compactMap(\.string)
        guard !texts.isEmpty, texts.count == values.count else { return }
        if keywords.values["type"] == nil { writer.member("type", "string") }
        writer.member("enum", texts)
    }

    private mutating func writeAlternatives(
        _ keywords: Keywords,
        depth: Int,
        _ isNullable: inout Bool,
        _ writer: inout JSONWriter
    ) {
        guard let value = keywords.values["anyOf"] ?? keywords.values["oneOf"] else { return }
        let all = Array(value.elements)
        let schemas = all.filter { !$0.spellsType("null") }
        if schemas.count < all.count { isNullable = true }
        if schemas.isEmpty { return }
        writer.key("anyOf")
        writer.beginArray()
        for schema in schemas { write(schema, depth: depth + 1, &writer) }
        writer.endArray()
    }
}
