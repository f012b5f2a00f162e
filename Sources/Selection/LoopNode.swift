/// A macro at work: it walks the elements of a list, or the keys of a map.
final class LoopNode: Node {
    private let kind: Loop.Kind
    private let range: any Node
    private let condition: (any Node)?
    private let result: (any Node)?
    /// Where the names of the loop have their values.
    private let slots: [Int]

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
    }

    func value(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.step()
        let whole = try range.value(&run)
        switch kind {
        case .all: return .bool(try !finds(false, in: whole, &run))
        case .exists: return .bool(try finds(true, in: whole, &run))
        case .existsOne: return .bool(try taken(of: whole, &run).count == 1)
        case .filter: return .list(try taken(of: whole, &run).map(\.first))
        case .map, .transformList: return .list(try taken(of: whole, &run).map(\.made))
        case .transformMap:
            var map = ValueMap()
            for entry in try taken(of: whole, &run) {
                try run.step(entry.first.weight)
                try map.add(entry.first, entry.made)
            }
            return .map(map)
        case .sortBy: return .list(try sorted(taken(of: whole, &run), &run))
        }
    }

    /// An element that was taken: what its first name stands for, and what was made of it.
    private typealias Taken = (first: Value, made: Value)

    /// Whether an element decides; one that does outweighs faults of others.
    private func finds(
        _ wanted: Bool,
        in whole: Value,
        _ run: inout Run
    ) throws(EvaluationError) -> Bool {
        guard let condition else { return !wanted }
        var fault: EvaluationError?
        for place in 0..<(try count(of: whole)) {
            try enter(whole, place, &run)
            do throws(EvaluationError) {
                if try condition.condition(&run) == wanted { return true }
            } catch {
                fault = error
            }
        }
        if let fault { throw fault }
        return false
    }

    private func taken(of whole: Value, _ run: inout Run) throws(EvaluationError) -> [Taken] {
        var taken: [Taken] = []
        for place in 0..<(try count(of: whole)) {
            try enter(whole, place, &run)
            if let condition, try !condition.condition(&run) { continue }
            taken.append((run.slots[slots[0]], try result?.value(&run) ?? .null))
        }
        return taken
    }

    private func sorted(
        _ taken: [Taken],
        _ run: inout Run
    ) throws(EvaluationError) -> [Value] {
        // Each is compared about as often as the number of all has digits.
        let weight = taken.reduce(0) { $0 + 1 + $1.made.weight }
        try run.step(weight * (Int.bitWidth - taken.count.leadingZeroBitCount))
        for (one, other) in zip(taken, taken.dropFirst())
        where Value.compare(one.made, other.made) == nil {
            throw .noOverload("sortBy", one.made, other.made)
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

    private func count(of whole: Value) throws(EvaluationError) -> Int {
        switch whole {
        case .list(let elements): return elements.count
        case .map(let map): return map.count
        default: throw EvaluationError("a \(whole.typeName) has no elements to walk through")
        }
    }

    /// Gives the names of the loop their values for one element.
    private func enter(
        _ whole: Value,
        _ place: Int,
        _ run: inout Run
    ) throws(EvaluationError) {
        try run.step()
        switch whole {
        case .list(let elements):
            run.slots[slots[0]] = slots.count == 1 ? elements[place] : .int(Int64(place))
            if slots.count == 2 { run.slots[slots[1]] = elements[place] }
        case .map(let map):
            run.slots[slots[0]] = map.entries[place].key
            if slots.count == 2 { run.slots[slots[1]] = map.entries[place].value }
        default: break
        }
    }
}
