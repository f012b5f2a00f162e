/// The functions that make a value of one type from one of another.
enum Conversion: String {
    case int, uint, double, string, bytes, bool, dyn, type, duration, timestamp

    /// What it gives for a value of this type; nil when it takes none.
    func result(_ argument: StaticType) -> StaticType? {
        let (sources, result): ([StaticType], StaticType) =
            switch self {
            case .int: ([.int, .uint, .double, .string, .timestamp], .int)
            case .uint: ([.int, .uint, .double, .string], .uint)
            case .double: ([.int, .uint, .double, .string], .double)
            case .string:
                ([.bool, .int, .uint, .double, .string, .bytes, .timestamp, .duration], .string)
            case .bytes: ([.bytes, .string], .bytes)
            case .bool: ([.bool, .string], .bool)
            case .duration: ([.duration, .string], .duration)
            case .timestamp: ([.timestamp, .string, .int], .timestamp)
            case .dyn: ([argument], .any)
            case .type: ([argument], .type)
            }
        return argument == .any || sources.contains(argument) ? result : nil
    }

    /// The value in the other type.
    func apply(_ value: Value) throws(EvaluationError) -> Value {
        let converted: Value? =
            switch self {
            case .int: Conversion.int(value).map { .int($0) }
            case .uint: Conversion.uint(value).map { .uint($0) }
            case .double: Conversion.double(value).map { .double($0) }
            case .string: Conversion.string(value).map { .string($0) }
            case .bytes: Conversion.bytes(value).map { .bytes($0) }
            case .bool: Conversion.bool(value).map { .bool($0) }
            case .dyn: value
            case .type: .type(value.typeName)
            case .duration: Conversion.duration(value).map { .duration(nanoseconds: $0) }
            case .timestamp: Conversion.timestamp(value).map { .timestamp($0) }
            }
        guard let converted else {
            throw EvaluationError("`\(rawValue)` can't be made of this \(value.typeName)")
        }
        return converted
    }

    private static func int(_ value: Value) -> Int64? {
        switch value {
        case .int(let value): value
        case .uint(let value): Int64(exactly: value)
        // The ends of the range are no safe integers of a double.
        case .double(let value):
            value > -0x1p63 && value < 0x1p63
                ? Int64(value) : nil
        case .string(let text): Int64(text)
        case .timestamp(let moment): moment.seconds
        default: nil
        }
    }

    private static func uint(_ value: Value) -> UInt64? {
        switch value {
        case .int(let value): UInt64(exactly: value)
        case .uint(let value): value
        case .double(let value):
            value > -1 && value < 0x1p64 ? UInt64(value) : nil
        case .string(let text): UInt64(text)
        default: nil
        }
    }

    private static func double(_ value: Value) -> Double? {
        switch value {
        case .int(let value): Double(value)
        case .uint(let value): Double(value)
        case .double(let value): value
        case .string(let text): Double(text)
        default: nil
        }
    }

    private static func string(_ value: Value) -> String? {
        switch value {
        case .bool(let value): String(value)
        case .int(let value): String(value)
        case .uint(let value): String(value)
        case .double(let value): DoubleText.text(value)
        case .string(let text): text
        case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
        case .timestamp(let moment): moment.text
        case .duration(let nanoseconds): DurationText.text(nanoseconds)
        default: nil
        }
    }

    private static func bytes(_ value: Value) -> [UInt8]? {
        switch value {
        case .bytes(let bytes): bytes
        case .string(let text): Array(text.utf8)
        default: nil
        }
    }

    private static func bool(_ value: Value) -> Bool? {
        switch value {
        case .bool(let value): value
        case .string("true"), .string("True"), .string("TRUE"), .string("t"), .string("1"): true
        case .string("false"), .string("False"), .string("FALSE"), .string("f"), .string("0"):
            false
        default: nil
        }
    }

    private static func duration(_ value: Value) -> Int64? {
        switch value {
        case .duration(let nanoseconds): nanoseconds
        case .string(let text): DurationText.parse(text)
        default: nil
        }
    }

    private static func timestamp(_ value: Value) -> Moment? {
        switch value {
        case .timestamp(let moment): moment
        case .string(let text): Moment(text)
        case .int(let seconds): Moment(seconds: seconds)
        default: nil
        }
    }
}

/// Doubles as text: the shortest digits that read back as the same number.
enum DoubleText {
    static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        let text = value.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
