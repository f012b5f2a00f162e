/// A map of CEL: its keys are booleans, integers and strings, in the order in which they came.
package struct ValueMap: Equatable, Sendable {
    /// Keys and values in their order.
    package private(set) var entries: [(key: Value, value: Value)] = []
    private var places: [Key: Int] = [:]

    /// A key by what it is worth: `1`, `1u` and `1.0` find the same entry.
    private enum Key: Hashable {
        case bool(Bool)
        case integer(Int128)
        case text([UInt8])

        init?(_ value: Value) {
            switch value {
            case .bool(let value): self = .bool(value)
            case .int(let value): self = .integer(Int128(value))
            case .uint(let value): self = .integer(Int128(value))
            case .double(let value):
                guard let whole = Int128(exactly: value) else { return nil }
                self = .integer(whole)
            case .string(let value): self = .text(Array(value.utf8))
            case .null, .bytes, .list, .map, .type, .timestamp, .duration, .object:
                return nil
            }
        }
    }

    /// An empty map.
    package init() {}

    /// A map of names, of which the first of each counts.
    package init(_ members: some Sequence<(String, Value)>) {
        for (name, value) in members {
            let key = Key.text(Array(name.utf8))
            guard places[key] == nil else { continue }
            places[key] = entries.count
            entries.append((.string(name), value))
        }
    }

    /// How many entries there are.
    package var count: Int { entries.count }

    /// The value of a key; nil when there is none.
    package subscript(_ key: Value) -> Value? {
        Key(key).flatMap { places[$0] }.map { entries[$0].value }
    }

    /// The value of a name; nil when there is none.
    package subscript(_ name: String) -> Value? { self[.string(name)] }

    /// Adds an entry.
    ///
    /// - Throws: ``EvaluationError`` for a key that is there already or can't be one.
    package mutating func add(_ key: Value, _ value: Value) throws(EvaluationError) {
        if case .double = key { throw EvaluationError("a double can't be the key of a map") }
        guard let known = Key(key) else {
            throw EvaluationError("a \(key.typeName) can't be the key of a map")
        }
        guard places.updateValue(entries.count, forKey: known) == nil else {
            throw EvaluationError("a map has the same key twice")
        }
        entries.append((key, value))
    }

    package static func == (one: ValueMap, other: ValueMap) -> Bool {
        one.count == other.count && one.entries.allSatisfy { other[$0.key] == $0.value }
    }
}
