/// A macro at work: it walks the elements of a list, or the keys of a map.
final class LoopNode: Node {
    private let kind: Loop.Kind
    private let range: any Node
    private let condition: (any Node)?
    private let result: (any Node)?
    /// Where the names of the loop have their values.
    private let slots: [Int]
    private let hasTwoNames: Bool

    init(
        _ kind: Loop.Kind,
        over range: any Node,
        condition: (any Node)?,
        result: (any Node)?,
        slots: [Int]
    ) {
        self.kind = kind
        self.range = range
        self.condition = condition
        self.result = result
        self.slots = slots
        hasTwoNames = slots.count == 2
    }

    func value(_ run: inout Run) throws(EvaluationError) -> Value {
        if kind.isCondition { return .bool(try condition(&run)) }
        try run.step()
        let whole = try range.value(&run)
        switch kind {
        case .filter: return .list(try filtered(whole, &run))
        case .map, .transformList: return .list(try mapped(whole, &run))
        case .transformMap: return .map(try transformed(whole, &run))
        case .sortBy: return .list(try sorted(whole, &run))
        case .all, .exists, .existsOne:
            preconditionFailure("a condition is no value of another kind")
        }
    }

    func condition(_ run: inout Run) throws(EvaluationError) -> Bool {
        guard kind.isCondition else { return try LoopNode.isTrue(value(&run)) }
        try run.step()
        let whole = try range.value(&run)
        switch kind {
        case .all: return try !finds(false, in: whole, &run)
        case .exists: return try finds(true, in: whole, &run)
        case .existsOne: return try filtered(whole, &run).count == 1
        case .filter, .map, .transformList, .transformMap, .sortBy:
            preconditionFailure("a list is no condition")
        }
    }

    private static func isTrue(_ value: Value) throws(EvaluationError) -> Bool {
        throw EvaluationError("a condition is a \(value.typeName), not true or false")
    }

    // MARK: Walks

    /// Whether an element decides; one that does outweighs faults of others.
    private func finds(
        _ wanted: Bool,
        in whole: Value,
        _ run: inout Run
    ) throws(EvaluationError) -> Bool {
        var fault: EvaluationError?
        let isFound = try walk(whole, &run) { _, run throws(EvaluationError) in
            do throws(EvaluationError) {
                return try takes(&run) == wanted
            } catch {
                fault = error
                return false
            }
        }
        if let fault, !isFound { throw fault }
        return isFound
    }

    private func filtered(_ whole: Value, _ run: inout Run) throws(EvaluationError) -> [Value] {
        var taken: [Value] = []
        guard let condition else { return taken }
        _ = try walk(whole, &run) { first, run throws(EvaluationError) in
            if try condition.condition(&run) { taken.append(first) }
            return false
        }
        return taken
    }

    private func mapped(_ whole: Value, _ run: inout Run) throws(EvaluationError) -> [Value] {
        var made: [Value] = []
        _ = try walk(whole, &run) { _, run throws(EvaluationError) in
            if try takes(&run) { made.append(try make(&run)) }
            return false
        }
        return made
    }

    private func transformed(
        _ whole: Value,
        _ run: inout Run
    ) throws(EvaluationError) -> ValueMap {
        var map = ValueMap()
        _ = try walk(whole, &run) { first, run throws(EvaluationError) in
            guard try takes(&run) else { return false }
            try run.step(first.weight)
            try map.add(first, try make(&run))
            return false
        }
        return map
    }

    private func sorted(_ whole: Value, _ run: inout Run) throws(EvaluationError) -> [Value] {
        var taken: [(first: Value, made: Value)] = []
        _ = try walk(whole, &run) { first, run throws(EvaluationError) in
            taken.append((first, try make(&run)))
            return false
        }
        // Each is compared about as often as the number of all has digits.
        let weight = taken.reduce(0) { $0 + 1 + $1.made.weight }
        try run.step(weight * (Int.bitWidth - taken.count.leadingZeroBitCount))
        for (one, other) in zip(taken, taken.dropFirst())
        where Value.compare(one.made, other.made) == nil {
            throw .noOverload("sortBy", one.made, other.made)
        }
        if let numbers = LoopNode.numbers(taken) {
            return LoopNode.order(of: numbers).map { taken[$0].first }
        }
        // Equal ones keep their order.
        let order = taken.indices.sorted { one, other in
            switch Value.compare(taken[one].made, taken[other].made) ?? .equal {
            case .less: true
            case .greater: false
            case .equal, .none: one < other
            }
        }
        return order.map { taken[$0].first }
    }

    /// The doubles that were made; nil when something else is among them.
    private static func numbers(_ taken: [(first: Value, made: Value)]) -> [Double]? {
        var numbers: [Double] = []
        numbers.reserveCapacity(taken.count)
        for element in taken {
            guard case .double(let number) = element.made, !number.isNaN else { return nil }
            numbers.append(number)
        }
        return numbers
    }

    /// The places of numbers in their order, equal ones in that of their places.
    private static func order(of numbers: [Double]) -> [Int] {
        var order = numbers.enumerated().map { (number: $0.element, place: $0.offset) }
        order.sort { ($0.number, $0.place) < ($1.number, $1.place) }
        return order.map(\.place)
    }

    // MARK: One element

    private func takes(_ run: inout Run) throws(EvaluationError) -> Bool {
        guard let condition else { return true }
        return try condition.condition(&run)
    }

    private func make(_ run: inout Run) throws(EvaluationError) -> Value {
        guard let result else { return .null }
        return try result.value(&run)
    }

    /// Gives the names of the loop their values for one element after the other, until one ends it.
    @inline(__always)
    private func walk(
        _ whole: Value,
        _ run: inout Run,
        _ visit: (Value, inout Run) throws(EvaluationError) -> Bool
    ) throws(EvaluationError) -> Bool {
        switch whole {
        case .list(let elements):
            for place in elements.indices {
                try run.step()
                let first = hasTwoNames ? .int(Int64(place)) : elements[place]
                run.slots[slots[0]] = first
                if hasTwoNames { run.slots[slots[1]] = elements[place] }
                if try visit(first, &run) { return true }
            }
        case .map(let map):
            for entry in map.entries {
                try run.step()
                run.slots[slots[0]] = entry.key
                if hasTwoNames { run.slots[slots[1]] = entry.value }
                if try visit(entry.key, &run) { return true }
            }
        default: throw EvaluationError("a \(whole.typeName) has no elements to walk through")
        }
        return false
    }
}

extension Loop.Kind {
    /// Whether it comes to true or false.
    fileprivate var isCondition: Bool {
        switch self {
        case .all, .exists, .existsOne: true
        case .filter, .map, .transformList, .transformMap, .sortBy: false
        }
    }
}
