extension BinaryOperator {
    /// The value of two operands, whose types CEL does not mix but to compare them.
    func apply(_ left: Value, _ right: Value) throws(EvaluationError) -> Value {
        switch self {
        case .equal: .bool(left == right)
        case .unequal: .bool(left != right)
        case .less: .bool(try order(left, right) == .less)
        case .greater: .bool(try order(left, right) == .greater)
        case .lessOrEqual: .bool(try isOneOf(.less, .equal, left, right))
        case .greaterOrEqual: .bool(try isOneOf(.greater, .equal, left, right))
        case .isIn: .bool(try isMember(left, of: right))
        case .add: try add(left, right)
        case .subtract: try subtract(left, right)
        case .multiply, .divide, .modulo: try scale(left, right)
        }
    }

    private func order(_ left: Value, _ right: Value) throws(EvaluationError) -> Order {
        guard let order = Value.compare(left, right) else {
            throw .noOverload(rawValue, left, right)
        }
        return order
    }

    private func isOneOf(
        _ one: Order,
        _ other: Order,
        _ left: Value,
        _ right: Value
    ) throws(EvaluationError) -> Bool {
        let order = try order(left, right)
        return order == one || order == other
    }

    private func isMember(_ value: Value, of whole: Value) throws(EvaluationError) -> Bool {
        switch whole {
        case .list(let elements): return elements.contains(value)
        case .map(let map): return map[value] != nil
        default: throw .noOverload(rawValue, value, whole)
        }
    }

    private func add(_ left: Value, _ right: Value) throws(EvaluationError) -> Value {
        switch (left, right) {
        case (.int(let left), .int(let right)):
            return .int(try whole(left.addingReportingOverflow(right)))
        case (.uint(let left), .uint(let right)):
            return .uint(try whole(left.addingReportingOverflow(right)))
        case (.double(let left), .double(let right)): return .double(left + right)
        case (.string(let left), .string(let right)): return .string(left + right)
        case (.bytes(let left), .bytes(let right)): return .bytes(left + right)
        case (.list(let left), .list(let right)): return .list(left + right)
        case (.duration(let left), .duration(let right)):
            return .duration(nanoseconds: try whole(left.addingReportingOverflow(right)))
        case (.timestamp(let moment), .duration(let span)),
            (.duration(let span), .timestamp(let moment)):
            return .timestamp(try inRange(moment.advanced(nanoseconds: span)))
        default: throw .noOverload(rawValue, left, right)
        }
    }

    private func subtract(_ left: Value, _ right: Value) throws(EvaluationError) -> Value {
        switch (left, right) {
        case (.int(let left), .int(let right)):
            return .int(try whole(left.subtractingReportingOverflow(right)))
        case (.uint(let left), .uint(let right)):
            return .uint(try whole(left.subtractingReportingOverflow(right)))
        case (.double(let left), .double(let right)): return .double(left - right)
        case (.duration(let left), .duration(let right)):
            return .duration(nanoseconds: try whole(left.subtractingReportingOverflow(right)))
        case (.timestamp(let left), .timestamp(let right)):
            guard let span = left.nanoseconds(since: right) else {
                throw EvaluationError("the span is longer than a duration can be")
            }
            return .duration(nanoseconds: span)
        case (.timestamp(let moment), .duration(let span)):
            let back = try whole(Int64(0).subtractingReportingOverflow(span))
            return .timestamp(try inRange(moment.advanced(nanoseconds: back)))
        default: throw .noOverload(rawValue, left, right)
        }
    }

    private func scale(_ left: Value, _ right: Value) throws(EvaluationError) -> Value {
        switch (left, right) {
        case (.int(let left), .int(let right)): return .int(try scaled(left, right))
        case (.uint(let left), .uint(let right)): return .uint(try scaled(left, right))
        case (.double(let left), .double(let right)) where self == .multiply:
            return .double(left * right)
        case (.double(let left), .double(let right)) where self == .divide:
            return .double(left / right)
        default: throw .noOverload(rawValue, left, right)
        }
    }

    private func scaled<Whole: FixedWidthInteger>(
        _ left: Whole,
        _ right: Whole
    ) throws(EvaluationError) -> Whole {
        if self == .multiply { return try whole(left.multipliedReportingOverflow(by: right)) }
        guard right != 0 else { throw EvaluationError("division by zero") }
        return self == .divide
            ? try whole(left.dividedReportingOverflow(by: right))
            : try whole(left.remainderReportingOverflow(dividingBy: right))
    }

    private func whole<Whole>(
        _ result: (partialValue: Whole, overflow: Bool)
    ) throws(EvaluationError) -> Whole {
        guard !result.overflow else {
            throw EvaluationError("`\(rawValue)` leads beyond what 64 bits hold")
        }
        return result.partialValue
    }

    private func inRange(_ moment: Moment?) throws(EvaluationError) -> Moment {
        guard let moment else { throw EvaluationError("the year is not between 1 and 9999") }
        return moment
    }
}
