import Selection

/// A host with a few models, for expressions that speak of objects.
final class ModelHost: Host {
    private static let metrics = HostType(
        2,
        "metrics",
        fields: [HostField("requests", .int, at: 0), HostField("errors", .double, at: 1)],
        element: .int
    )
    private static let model = HostType(
        1,
        "model",
        fields: [
            HostField("id", .string, at: 0), HostField("price", .double, at: 1),
            HostField("tags", .list(.string), at: 2), HostField("note", .any, at: 3),
            HostField("metrics", .object(metrics), at: 4),
        ],
        methods: [HostMethod("note_at", number: 0, [.init(.string)], result: .other(.any))],
        listMethods: [
            HostMethod("only", number: 1, [.init(.list(.string))], result: .same),
            HostMethod("first", number: 2, result: .element),
            HostMethod("sortBy", number: 3, [.init(.string, choices: ["price"])], result: .same),
        ]
    )
    private static let root = HostType(
        0,
        "root",
        fields: [HostField("offers", .list(.object(model)), at: 16)]
    )

    /// What expressions may speak of beside variables.
    static func equip(_ environment: inout Environment) {
        environment.root = root
        environment.types = [root, model, metrics]
    }

    private let models = (0..<3).map { Value.object(HostObject(ModelHost.model, index: $0)) }

    func value(of object: HostObject, at place: Int) -> Value {
        switch place {
        case 0: .string("m\(object.index)")
        case 1: .double(Double(object.index) / 2)
        case 2: .list([.string("fast")])
        case 3: object.index == 0 ? .null : .int(Int64(object.index))
        case 4: .int(Int64(object.index))
        case 5: .double(0.25)
        case 16: .list(models)
        default: fatalError("a place that no field has: \(place)")
        }
    }

    func element(
        of object: HostObject,
        named name: String
    ) throws(EvaluationError) -> Value {
        guard name.utf8.count < 4 else { throw EvaluationError("there is no `\(name)`") }
        return .int(Int64(name.utf8.count))
    }

    func call(
        _ method: Int,
        on receiver: Value,
        _ arguments: [Value],
        _ run: inout Run
    ) throws(EvaluationError) -> Value {
        switch (method, receiver) {
        case (0, .object): return arguments[0]
        case (1, .list(let elements)), (3, .list(let elements)): return .list(elements)
        case (2, .list(let elements)):
            guard let first = elements.first else { throw EvaluationError("nothing is first") }
            return first
        default: fatalError("a call that does not fit: \(method)")
        }
    }
}
