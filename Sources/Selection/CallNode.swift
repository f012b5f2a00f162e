/// A function of the language, found when the expression was read.
enum Function: Sendable {
    case size
    case contains, startsWith, endsWith
    case matches(Pattern?)
    case convert(Conversion)
    /// With the zone, where it was known when the expression was read.
    case time(TimeAccessor, TimeZone?)

    /// As an expression calls it.
    var name: String {
        switch self {
        case .size: "size"
        case .contains: "contains"
        case .startsWith: "startsWith"
        case .endsWith: "endsWith"
        case .matches: "matches"
        case .convert(let conversion): conversion.rawValue
        case .time(let accessor, _): accessor.rawValue
        }
    }
}

/// A call of a function; a receiver is its first argument.
final class CallNode: Node {
    private let function: Function
    private let arguments: [any Node]
    private let environment: Environment

    init(_ function: Function, _ arguments: [any Node], in environment: Environment) {
        self.function = function
        self.arguments = arguments
        self.environment = environment
    }

    func value(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.step()
        let first = try arguments[0].value(&run)
        try run.step(first.weight)
        switch function {
        case .size: return .int(Int64(try CallNode.size(first)))
        case .convert(let conversion): return try conversion.apply(first)
        case .contains, .startsWith, .endsWith, .matches:
            return .bool(try text(first, try arguments[1].value(&run), &run))
        case .time(let accessor, let zone):
            let name = arguments.count > 1 ? try arguments[1].value(&run) : .string("UTC")
            return .int(try time(accessor, first, zone, name))
        }
    }

    private static func size(_ value: Value) throws(EvaluationError) -> Int {
        switch value {
        case .string(let text): return text.unicodeScalars.count
        case .bytes(let bytes): return bytes.count
        case .list(let elements): return elements.count
        case .map(let map): return map.count
        default: throw .noOverload("size", value)
        }
    }

    private func text(
        _ whole: Value,
        _ part: Value,
        _ run: inout Run
    ) throws(EvaluationError) -> Bool {
        guard case .string(let text) = whole, case .string(let other) = part else {
            throw .noOverload(function.name, whole, part)
        }
        switch function {
        case .contains:
            // At the worst every place of the text is compared with the whole part.
            try run.step(text.utf8.count * other.utf8.count / 256)
            return Array(text.utf8).contains(Array(other.utf8))
        case .startsWith: return text.utf8.starts(with: other.utf8)
        case .endsWith: return text.utf8.reversed().starts(with: other.utf8.reversed())
        case .matches(let pattern):
            if let pattern { return try pattern.isFound(in: text, &run) }
            // It is compiled again for each match, and repetitions in it make it many times larger.
            try run.step(Program.stepLimit / 100)
            return try Pattern(other).isFound(in: text, &run)
        case .size, .convert, .time: throw .noOverload(function.name, whole, part)
        }
    }

    private func time(
        _ accessor: TimeAccessor,
        _ value: Value,
        _ zone: TimeZone?,
        _ name: Value
    ) throws(EvaluationError) -> Int64 {
        switch value {
        case .timestamp(let moment):
            guard case .string(let text) = name else {
                throw .noOverload(accessor.rawValue, value, name)
            }
            guard let zone = zone ?? environment.timeZone(text) else {
                throw EvaluationError("there is no time zone `\(text)`")
            }
            return accessor.read(moment, offset: zone.offset(at: moment.seconds))
        case .duration(let nanoseconds):
            guard arguments.count == 1, let number = accessor.read(nanoseconds: nanoseconds) else {
                throw .noOverload(accessor.rawValue, value)
            }
            return number
        default:
            throw .noOverload(accessor.rawValue, value)
        }
    }
}
