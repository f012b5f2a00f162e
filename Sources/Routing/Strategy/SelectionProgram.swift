package import Selection

/// Expressions that choose among models or keys, in the order in which they are asked.
///
/// The first that leaves something decides.
package struct SelectionProgram: Sendable {
    /// What they choose among.
    package let subject: SelectionFailure.Subject
    /// The expressions as they were written.
    package let texts: [String]
    private let programs: [Program]

    /// What is wrong with one of the expressions.
    package struct Fault: Error, Sendable {
        /// Which one, from 0.
        package let index: Int
        /// What, and where in it.
        package let error: SourceError
    }

    /// Reads and checks expressions; there is at least one.
    ///
    /// Each loop reads its own, so that no run counts a reference that another thread counts.
    package init(
        _ texts: [String],
        for subject: SelectionFailure.Subject,
        in environment: Environment
    ) throws(Fault) {
        var programs: [Program] = []
        for (index, text) in texts.enumerated() {
            do throws(SourceError) {
                let program = try Program(text, in: environment)
                try program.demand(subject.wanted, or: .list(subject.wanted), subject.description)
                programs.append(program)
            } catch {
                throw Fault(index: index, error: error)
            }
        }
        self.subject = subject
        self.texts = texts
        self.programs = programs
    }

    /// Whether a run may ask for a field of something that has a name, as of `req` for `tokens`.
    package func uses(_ field: String, of name: String) -> Bool {
        programs.contains { $0.uses(field, of: name) }
    }

    /// The objects that the first expression leaves which leaves any, each once, and which one it
    /// was, from 0.
    func choose(
        with host: StrategyHost
    ) throws(SelectionFailure) -> (objects: [UInt32], winner: Int) {
        for (index, program) in programs.enumerated() {
            let value: Value
            do throws(EvaluationError) {
                value = try program.value(host: host)
            } catch {
                throw .failed(subject, expression: index + 1, reason: error.message)
            }
            let objects = try objects(of: value, index)
            if !objects.isEmpty { return (objects, index) }
        }
        throw .leftNothing(subject)
    }

    private func objects(
        of value: Value,
        _ index: Int
    ) throws(SelectionFailure) -> [UInt32] {
        let elements: [Value] = if case .list(let list) = value { list } else { [value] }
        var objects: [UInt32] = []
        objects.reserveCapacity(elements.count)
        let kind = subject.kind
        for element in elements {
            guard case .object(let object) = element, object.type == kind else {
                throw .wrongType(subject, expression: index + 1, type: described(value))
            }
            objects.append(object.index)
        }
        return objects
    }

    private func described(_ value: Value) -> String {
        guard case .list(let elements) = value else { return "a \(value.typeName)" }
        let others = Set(elements.map(\.typeName)).sorted()
        return "a list of \(others.joined(separator: " and "))"
    }
}

extension SelectionFailure.Subject {
    /// The type of what is chosen.
    fileprivate var wanted: StaticType {
        switch self {
        case .models: .object(StrategyVocabulary.model)
        case .keys: .object(StrategyVocabulary.key)
        }
    }

    fileprivate var kind: UInt8 {
        switch self {
        case .models: StrategyVocabulary.model.number
        case .keys: StrategyVocabulary.key.number
        }
    }

    fileprivate var description: String {
        switch self {
        case .models: "models, as `ai.models` is"
        case .keys: "provider keys, as `ai.keys` is"
        }
    }
}
