/// A value of the Common Expression Language.
package enum Value: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case list([Value])
    case map(ValueMap)
    /// The name of a type, as `type()` gives it.
    case type(String)
    /// A moment, in the years 1 to 9999.
    case timestamp(Moment)
    /// A span of time in nanoseconds.
    case duration(nanoseconds: Int64)
    /// Something of the program around the expression.
    case object(HostObject)

    /// The name of the value's type.
    package var typeName: String {
        switch self {
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .list: "list"
        case .map: "map"
        case .type: "type"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .object: "object"
        }
    }

    /// Every name that stands for a type.
    static let typeNames: Set<String> = [
        "null_type", "bool", "int", "uint", "double", "string", "bytes", "list", "map", "type",
        "google.protobuf.Timestamp", "google.protobuf.Duration",
    ]
}

// MARK: Equality

extension Value: Equatable {
    /// CEL's equality: numbers by what they are worth, everything else by type and content.
    package static func == (one: Value, other: Value) -> Bool {
        switch (one, other) {
        case (.null, .null): true
        case (.bool(let one), .bool(let other)): one == other
        case (.string(let one), .string(let other)): isSame(one, other)
        case (.bytes(let one), .bytes(let other)): one == other
        case (.list(let one), .list(let other)): one == other
        case (.map(let one), .map(let other)): one == other
        case (.type(let one), .type(let other)): one == other
        case (.timestamp(let one), .timestamp(let other)): one == other
        case (.duration(let one), .duration(let other)): one == other
        case (.object(let one), .object(let other)): one == other
        default: compareNumbers(one, other) == .equal
        }
    }

    /// Code point by code point: Swift's own `==` takes composed and decomposed letters for equal.
    static func isSame(_ one: String, _ other: String) -> Bool {
        let one = one.utf8Span.span
        let other = other.utf8Span.span
        guard one.count == other.count else { return false }
        for index in one.indices where one[index] != other[index] { return false }
        return true
    }
}

// MARK: Order

/// How two values stand to each other.
enum Order {
    case less, equal, greater
    /// Not a number is neither.
    case none
}

extension Value {
    /// The order of two values of types that have one; nil for all others.
    static func compare(_ one: Value, _ other: Value) -> Order? {
        switch (one, other) {
        case (.bool(let one), .bool(let other)): order(one ? 1 : 0, other ? 1 : 0)
        case (.string(let one), .string(let other)): orderBytes(one.utf8, other.utf8)
        case (.bytes(let one), .bytes(let other)): orderBytes(one, other)
        case (.timestamp(let one), .timestamp(let other)): order(one, other)
        case (.duration(let one), .duration(let other)): order(one, other)
        default: compareNumbers(one, other)
        }
    }

    /// The order of two numbers of any types; nil when one is none.
    static func compareNumbers(_ one: Value, _ other: Value) -> Order? {
        switch (one, other) {
        case (.int(let one), .int(let other)): order(one, other)
        case (.double(let one), .double(let other)): order(one, other)
        case (.double(let one), _): other.wholeNumber.map { reversed(order($0, one)) }
        case (_, .double(let other)): one.wholeNumber.map { order($0, other) }
        default:
            if let one = one.wholeNumber, let other = other.wholeNumber {
                order(one, other)
            } else {
                nil
            }
        }
    }

    private var wholeNumber: Int128? {
        switch self {
        case .int(let value): Int128(value)
        case .uint(let value): Int128(value)
        default: nil
        }
    }

    private static func order<Ordered: Comparable>(_ one: Ordered, _ other: Ordered) -> Order {
        if one < other { return .less }
        if one > other { return .greater }
        return one == other ? .equal : .none
    }

    /// As the reference implementation has it: in doubles, so that the two are equal between which
    /// a double can't tell.
    private static func order(_ one: Int128, _ other: Double) -> Order {
        order(Double(one), other)
    }

    private static func orderBytes(
        _ one: some Sequence<UInt8>,
        _ other: some Sequence<UInt8>
    ) -> Order {
        if one.lexicographicallyPrecedes(other) { return .less }
        return other.lexicographicallyPrecedes(one) ? .greater : .equal
    }

    private static func reversed(_ order: Order) -> Order {
        switch order {
        case .less: .greater
        case .greater: .less
        case .equal, .none: order
        }
    }
}
