import ControlPlane
import JSON
import Routing
import Storage

/// What the gateway's rules make of a request.
struct RouteChoice {
    /// The rules of the gateway.
    let rules: ChoiceRules
    /// What chose the models; nil: nothing did.
    private(set) var reason: ChosenModels.Reason?
    /// The candidates that were left out.
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
        guard let chosen = try rules.choose(among: resolved, by: facts) else {
            return (resolved, keys)
        }
        reason = chosen.reason
        leftOut = chosen.leftOut(of: resolved.candidates)
        return (resolved.narrowed(to: chosen.candidates), keys)
    }

    /// What chose: where it stands in the configuration, and what it says.
    private var chooser: (path: String, text: String)? {
        switch reason {
        case .expression(let place):
            let text = rules.models?.program.texts[place] ?? ""
            return ("model_selection.strategy[\(place)]", text)
        case .preference(let preference): return ("model_selection.prefer", preference.rawValue)
        case .exploration(let preference):
            return ("model_selection.prefer", "\(preference.rawValue), the first out of turn")
        case .band(let band, let signs):
            let signs = signs.map { "\($0.text) (\($0.points))" }.joined(separator: ", ")
            return ("auto", "\(band) band" + (signs.isEmpty ? "" : ": \(signs)"))
        case nil: return nil
        }
    }

    /// Prints it for people.
    func printText() {
        guard let (path, text) = chooser else { return }
        print("  chosen by \(path): \(text)")
        for candidate in leftOut { print("  left out: \(candidate.displayName): by \(path)") }
    }

    /// Writes it as members of an object.
    func write(into writer: inout JSONWriter) {
        writer.key("strategy")
        guard let (path, text) = chooser else { return writer.null() }
        writer.beginObject()
        writer.member("path", path)
        writer.member("expression", text)
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
