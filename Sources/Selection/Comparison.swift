/// What can be asked of how two values stand to each other.
enum Relation {
    case equal, unequal, less, lessOrEqual, greater, greaterOrEqual

    init?(_ kind: BinaryOperator) {
        switch kind {
        case .equal: self = .equal
        case .unequal: self = .unequal
        case .less: self = .less
        case .lessOrEqual: self = .lessOrEqual
        case .greater: self = .greater
        case .greaterOrEqual: self = .greaterOrEqual
        case .add, .subtract, .multiply, .divide, .modulo, .isIn: return nil
        }
    }

    private var kind: BinaryOperator {
        switch self {
        case .equal: .equal
        case .unequal: .unequal
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        }
    }

    private func holds<Ordered: Comparable>(_ one: Ordered, _ other: Ordered) -> Bool {
        switch self {
        case .equal: one == other
        case .unequal: one != other
        case .less: one < other
        case .lessOrEqual: one <= other
        case .greater: one > other
        case .greaterOrEqual: one >= other
        }
    }

    /// Whether it holds, by the shortest way for the types that are common.
    fileprivate func holds(_ one: Value, _ other: Value) throws(EvaluationError) -> Bool {
        switch (one, other) {
        case (.double(let one), .double(let other)): return holds(one, other)
        case (.int(let one), .int(let other)): return holds(one, other)
        case (.string(let one), .string(let other)) where self == .equal:
            return Value.isSame(one, other)
        case (.string(let one), .string(let other)) where self == .unequal:
            return !Value.isSame(one, other)
        default: return try kind.apply(one, other) == .bool(true)
        }
    }
}

/// A value compared with one that was written down.
final class Comparison: Node {
    private let relation: Relation
    private let operand: any Node
    private let constant: Value
    /// The steps that looking at the constant is worth.
    private let weight: Int

    init(_ relation: Relation, _ operand: any Node, with constant: Value) {
        self.relation = relation
        self.operand = operand
        self.constant = constant
        weight = 2 + constant.weight
    }

    func value(_ run: inout Run) throws(EvaluationError) -> Value {
        .bool(try condition(&run))
    }

    func condition(_ run: inout Run) throws(EvaluationError) -> Bool {
        let value = try operand.value(&run)
        switch value {
        case .double, .int, .bool: try run.step(weight)
        case .string(let text): try run.step(weight + text.utf8.count / 16)
        case .null, .uint, .bytes, .list, .map, .type, .timestamp, .duration, .object:
            try run.step(weight)
            try value.walk(&run)
        }
        return try relation.holds(value, constant)
    }
}
