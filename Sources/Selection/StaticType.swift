/// What is known of a value's type before an expression runs.
package indirect enum StaticType: Equatable, Sendable, CustomStringConvertible {
    /// Anything: checked when it runs.
    case any
    case null, bool, int, uint, double, string, bytes, type, timestamp, duration
    case list(StaticType)
    case map(StaticType, StaticType)
    /// Something of the program around the expression.
    case object(HostType)

    /// As an error names it.
    package var description: String {
        switch self {
        case .any: "any"
        case .null: "null"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .type: "type"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .list(let element): "list(\(element))"
        case .map(let key, let value): "map(\(key), \(value))"
        case .object(let type): type.name
        }
    }

    /// The type of a value; nothing is known of an object, which only its host can tell.
    static func of(_ value: Value) -> StaticType {
        switch value {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .list: .list(.any)
        case .map: .map(.any, .any)
        case .type: .type
        case .timestamp: .timestamp
        case .duration: .duration
        case .object: .any
        }
    }

    var isNumber: Bool { self == .int || self == .uint || self == .double }

    /// The type of a map's keys: what can't be one is a fault when it runs, and types don't branch.
    var asKey: StaticType {
        switch self {
        case .bool, .int, .uint, .string: self
        case .any, .null, .double, .bytes, .type, .timestamp, .duration, .list, .map, .object:
            .any
        }
    }

    /// Whether a value of this type may be one of the other.
    func matches(_ other: StaticType) -> Bool {
        switch (self, other) {
        case (.any, _), (_, .any): true
        case (.list(let one), .list(let other)): one.matches(other)
        case (.map(let key, let value), .map(let otherKey, let otherValue)):
            key.matches(otherKey) && value.matches(otherValue)
        default: self == other
        }
    }

    /// The type that holds both.
    func joined(with other: StaticType) -> StaticType {
        if self == other { return self }
        switch (self, other) {
        case (.list(let one), .list(let other)): return .list(one.joined(with: other))
        case (.map(let key, let value), .map(let otherKey, let otherValue)):
            return .map(key.joined(with: otherKey), value.joined(with: otherValue))
        default: return .any
        }
    }
}

extension BinaryOperator {
    /// The type of the result; nil when no values of these types go together.
    func result(_ left: StaticType, _ right: StaticType) -> StaticType? {
        switch self {
        case .equal, .unequal:
            left.matches(right) || left.isNumber && right.isNumber ? .bool : nil
        case .less, .lessOrEqual, .greater, .greaterOrEqual: order(left, right)
        case .isIn: membership(left, right)
        case .add: sum(left, right)
        case .subtract: difference(left, right)
        case .multiply, .divide: numbers(left, right)
        case .modulo: left == .double || right == .double ? nil : numbers(left, right)
        }
    }

    private func order(_ left: StaticType, _ right: StaticType) -> StaticType? {
        let ordered: [StaticType] = [
            .any, .bool, .int, .uint, .double, .string, .bytes, .timestamp, .duration,
        ]
        guard ordered.contains(left), ordered.contains(right) else { return nil }
        return left.matches(right) || left.isNumber && right.isNumber ? .bool : nil
    }

    private func membership(_ left: StaticType, _ right: StaticType) -> StaticType? {
        switch right {
        case .any: .bool
        case .list(let element), .map(let element, _):
            left.matches(element) || left.isNumber && element.isNumber ? .bool : nil
        default: nil
        }
    }

    private func numbers(_ left: StaticType, _ right: StaticType) -> StaticType? {
        if left == .any { return right == .any || right.isNumber ? right : nil }
        return left.isNumber && left.matches(right) ? left : nil
    }

    private func sum(_ left: StaticType, _ right: StaticType) -> StaticType? {
        switch (left, right) {
        case (.any, _), (_, .any): .any
        case (.string, .string), (.bytes, .bytes), (.duration, .duration): left
        case (.timestamp, .duration), (.duration, .timestamp): .timestamp
        case (.list, .list): left.joined(with: right)
        default: numbers(left, right)
        }
    }

    private func difference(_ left: StaticType, _ right: StaticType) -> StaticType? {
        switch (left, right) {
        case (.any, _), (_, .any): .any
        case (.timestamp, .timestamp), (.duration, .duration): .duration
        case (.timestamp, .duration): .timestamp
        default: numbers(left, right)
        }
    }
}
