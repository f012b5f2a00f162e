import Model

@testable import Selection

extension FuzzTarget {
    private static let variables: [String: (type: StaticType, value: Value)] = [
        "tokens": (.int, .int(1200)),
        "name": (.string, .string("Grüße")),
        "x": (.any, .list([.int(1), .double(-0.5), .uint(3), .string("a"), .null])),
        "at": (.timestamp, Moment(seconds: 1_700_000_000).map { .timestamp($0) } ?? .null),
        "models": (.list(.map(.string, .any)), .list([model("a"), model("b")])),
    ]

    private static func model(_ name: String) -> Value {
        var map = ValueMap()
        do throws(EvaluationError) {
            try map.add(.string("id"), .string(name))
            try map.add(.string("price"), .double(1.5))
            try map.add(.string("tags"), .list([.string("fast"), .bool(true)]))
        } catch {
            fatalError(error.message)
        }
        return .map(map)
    }

    /// An expression is refused with a place, or runs to a value or an error: checked before it runs
    /// or not, the same one.
    func feedExpression(_ input: Span<UInt8>) {
        guard let text = String(validating: input.copy, as: UTF8.self) else { return }
        let checked = outcome(of: text, isChecked: true)
        let loose = outcome(of: text, isChecked: false)
        guard case .success(let value, let type) = checked else { return }
        demand(StaticType.of(value).matches(type), "a \(value.typeName), said to be \(type)")
        guard case .success(let other, _) = loose else { fatalError("a value when checked only") }
        demand(isSame(value, other), "another value when checked")
    }

    /// Looks at the top of lists and maps only: what they hold may have no end.
    private func isSame(_ one: Value, _ other: Value) -> Bool {
        switch (one, other) {
        case (.list(let one), .list(let other)): one.count == other.count
        case (.map(let one), .map(let other)): one.count == other.count
        default: one.isIdentical(to: other)
        }
    }

    private enum Outcome {
        case refused, failed
        case success(Value, StaticType)
    }

    private func outcome(of text: String, isChecked: Bool) -> Outcome {
        var environment = Environment(
            variables: FuzzTarget.variables.mapValues { $0.type },
            isChecked: isChecked
        )
        ModelHost.equip(&environment)
        let program: Program
        do throws(SourceError) {
            program = try Program(text, in: environment)
        } catch {
            demand(error.line >= 1 && error.column >= 1, "a fault without a place")
            demand(!error.message.isEmpty && error.withCaret.hasSuffix("^"), "a fault unsaid")
            return .refused
        }
        do throws(EvaluationError) {
            let value = try program.value(
                FuzzTarget.variables.mapValues { $0.value },
                host: ModelHost()
            )
            return .success(value, program.type)
        } catch {
            demand(!error.message.isEmpty, "an error without words")
            return .failed
        }
    }
}
