/// Why expressions chose nothing for a request.
package enum SelectionFailure: Error, Equatable, Sendable {
    /// What expressions choose among.
    package enum Subject: String, Equatable, Sendable {
        case models = "model_selection"
        case keys = "api_key_selection"
    }

    /// An expression has no value; they are counted from 1.
    case failed(Subject, expression: Int, reason: String)
    /// None of them left anything.
    case leftNothing(Subject)
    /// The gateway is to choose, and none of the models can take the request.
    case nothingSuits
    /// An expression gave something else than what is chosen among.
    case wrongType(Subject, expression: Int, type: String)

    /// The number behind `ERR_NGROK_`.
    package var code: Int {
        switch self {
        case .failed: 3803
        case .leftNothing, .nothingSuits: 3805
        case .wrongType: 3806
        }
    }

    /// What the client reads.
    package var message: String {
        switch self {
        case .failed(let subject, let number, let reason):
            "expression \(number) of \(subject.rawValue).strategy failed: \(reason)"
        case .leftNothing(.models):
            "model_selection.strategy leaves none of the models that this request could use"
        case .leftNothing(.keys):
            "api_key_selection.strategy leaves no provider key for the models of this request"
        case .nothingSuits:
            "none of the models that this key can reach takes a request of this length and kind"
        case .wrongType(let subject, let number, let type):
            "expression \(number) of \(subject.rawValue).strategy gives \(type), not "
                + (subject == .models ? "models" : "provider keys")
        }
    }
}
