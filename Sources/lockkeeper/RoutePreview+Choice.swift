import JSON
import Routing
import Storage

/// What the gateway's selection expressions make of a request.
struct RouteChoice {
    /// The rules of the gateway.
    let rules: ChoiceRules
    /// Which expression chose the models, from 0; nil: none did.
    private(set) var winner: Int?
    /// The candidates that it left out.
    private(set) var leftOut: [Candidate] = []

    init(_ rules: ChoiceRules) {
        self.rules = rules
    }

    /// The candidates and keys that are left.
    mutating func choose(
        among resolved: ResolvedModels,
        _ keys: KeyChoice,
        by facts: ChoiceFacts
    ) throws(SelectionFailure) -> (resolved: ResolvedModels, keys: KeyChoice) {
        let selector = rules.keys.map { KeySelector($0, by: facts) }
        let keys = keys.choosing(by: selector)
        guard let models = rules.models else { return (resolved, keys) }
        let chosen = try models.choose(among: resolved.candidates, .asNamed, by: facts)
        if case .expression(let place) = chosen.reason { winner = place }
        leftOut = chosen.leftOut(of: resolved.candidates)
        return (resolved.narrowed(to: chosen.candidates), keys)
    }

    /// The expression that chose, with its name in the configuration.
    var winnerText: (path: String, expression: String)? {
        guard let winner, let models = rules.models else { return nil }
        return ("model_selection.strategy[\(winner)]", models.program.texts[winner])
    }

    /// Prints it for people.
    func printText() {
        guard let (path, expression) = winnerText else { return }
        print("  chosen by \(path): \(expression)")
        for candidate in leftOut { print("  left out: \(candidate.displayName): by \(path)") }
    }

    /// Writes it as members of an object.
    func write(into writer: inout JSONWriter) {
        writer.key("strategy")
        guard let (path, expression) = winnerText else { return writer.null() }
        writer.beginObject()
        writer.member("path", path)
        writer.member("expression", expression)
        writer.strings("leftOut", leftOut.map(\.displayName))
        writer.endObject()
    }
}

/// Why nothing would be tried.
struct RouteRefusal {
    /// The number behind `ERR_NGROK_`.
    let code: Int
    /// What the client reads.
    let message: String

    init(_ refusal: ModelRefusal) {
        code = refusal.code
        message = refusal.message
    }

    init(_ failure: SelectionFailure) {
        code = failure.code
        message = failure.message
    }
}
