package import JSON
import Model

/// Values as JSON with their types, `{"int": "3"}`: JSON alone can't tell an integer from a double,
/// nor bytes from a text.
extension Value {
    /// Writes the value as an object of one member, the type's name; objects as the host calls them.
    package func write(
        to writer: inout JSONWriter,
        objects: (HostObject) -> (type: String, name: String) = { ("object", "\($0.index)") }
    ) {
        writer.beginObject()
        if case .object(let object) = self {
            let (type, name) = objects(object)
            writer.key(type)
            writer.string(name)
            return writer.endObject()
        }
        writer.key(typeKey)
        switch self {
        case .null: writer.bool(true)
        case .bool(let value): writer.bool(value)
        case .int(let value): writer.string(String(value))
        case .uint(let value): writer.string(String(value))
        case .double(let value): writer.string(value.description)
        case .string(let text): writer.string(text)
        case .bytes(let bytes): writer.string(Base64.text(of: bytes))
        case .list(let elements):
            writer.beginArray()
            for element in elements { element.write(to: &writer, objects: objects) }
            writer.endArray()
        case .map(let map):
            writer.beginArray()
            for entry in map.entries {
                writer.beginArray()
                entry.key.write(to: &writer)
                entry.value.write(to: &writer, objects: objects)
                writer.endArray()
            }
            writer.endArray()
        case .type(let name): writer.string(name)
        case .timestamp(let moment): writer.string(moment.text)
        case .duration(let nanoseconds): writer.string(DurationText.text(nanoseconds))
        case .object: break
        }
        writer.endObject()
    }

    private var typeKey: String {
        switch self {
        case .null: "null"
        case .timestamp: "timestamp"
        case .duration: "duration"
        default: typeName
        }
    }

    /// Reads what ``write(to:)`` writes; nil for anything else.
    package init?(json: JSONValue) {
        guard json.members.count == 1, let (key, content) = json.members.first else { return nil }
        let text = content.string ?? ""
        let value: Value? =
            switch key {
            case "null": .null
            case "bool": content.bool.map { .bool($0) }
            case "int": Int64(text).map { .int($0) }
            case "uint": UInt64(text).map { .uint($0) }
            case "double": Double(text).map { .double($0) }
            case "string": content.string.map { .string($0) }
            case "bytes": Base64.bytes(of: text).map { .bytes($0) }
            case "list": Value.list(content)
            case "map": Value.map(content)
            case "type": content.string.map { .type($0) }
            case "timestamp": Moment(text).map { .timestamp($0) }
            case "duration": DurationText.parse(text).map { .duration(nanoseconds: $0) }
            default: nil
            }
        guard let value else { return nil }
        self = value
    }

    /// What a JSON text says, its whole numbers as int; nil where it is no JSON.
    package init?(jsonText text: String) {
        do throws(JSONParseError) {
            self = Value(plain: try JSONDocument.parse(text.utf8Span.span).root)
        } catch {
            return nil
        }
    }

    private init(plain json: JSONValue) {
        switch json.kind {
        case .null: self = .null
        case .true: self = .bool(true)
        case .false: self = .bool(false)
        case .number: self = json.integer.map { .int($0) } ?? .double(json.double ?? 0)
        case .string: self = .string(json.string ?? "")
        case .array: self = .list(json.elements.map { Value(plain: $0) })
        case .object:
            self = .map(ValueMap(json.members.map { ($0.name, Value(plain: $0.value)) }))
        }
    }

    private static func list(_ json: JSONValue) -> Value? {
        guard json.kind == .array else { return nil }
        let values = json.elements.compactMap { Value(json: $0) }
        return values.count == json.elements.count ? .list(values) : nil
    }

    private static func map(_ json: JSONValue) -> Value? {
        guard json.kind == .array else { return nil }
        var map = ValueMap()
        for pair in json.elements {
            let both = pair.elements.compactMap { Value(json: $0) }
            guard both.count == 2 else { return nil }
            do throws(EvaluationError) {
                try map.add(both[0], both[1])
            } catch {
                return nil
            }
        }
        return .map(map)
    }

    /// Whether two values have the same type and content: not a number is itself here.
    package func isIdentical(to other: Value) -> Bool {
        switch (self, other) {
        case (.double(let one), .double(let other)): one == other || one.isNaN && other.isNaN
        default: self == other && typeName == other.typeName
        }
    }
}
