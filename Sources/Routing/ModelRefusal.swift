import Model

/// Why no candidate was found for what a client named.
package enum ModelRefusal: Error, Equatable, Sendable {
    /// Neither `model` nor `models` is there.
    case missing
    /// `models` has more entries than a request may have.
    case tooMany
    /// The address can't be read.
    case malformed(String, ModelAddressError)
    /// The gateway is asked to choose beside names, or where no text is generated.
    case choiceNotAlone(String)
    /// The gateway is asked to choose, and there is nothing to choose from.
    case nothingReachable
    /// Nobody knows the model.
    case unknownModel(String, nearest: [String])
    /// Nobody knows the provider.
    case unknownProvider(String, nearest: [String])
    /// The provider exists and may not be used.
    case providerNotAllowed(String)
    /// The model exists and the access key may not use it.
    case modelNotAllowed(String)
    /// Nobody who serves the model is within reach of the operation.
    case pathNotOffered(String, Reach)
    /// There is no key for the provider that would serve it.
    case noCredential(String, provider: String)
    /// There are keys for the provider that would serve it, and none can be opened.
    case keySealed(String, provider: String)
    /// Nothing but the operator's keys leads there, and the path can't be billed on those.
    case ownKeyNeeded(String)

    /// The number behind `ERR_NGROK_`.
    package var code: Int {
        switch self {
        case .missing, .tooMany: 27228
        case .malformed: 27229
        case .choiceNotAlone, .unknownModel: 27224
        case .unknownProvider: 27225
        case .providerNotAllowed: 27231
        case .modelNotAllowed: 27232
        case .pathNotOffered, .nothingReachable: 27226
        case .noCredential, .keySealed: 27202
        case .ownKeyNeeded: 27249
        }
    }

    /// What the client reads.
    package var message: String {
        switch self {
        case .missing: "model is required"
        case .tooMany: "models has more than \(Limits.modelsOfARequest) entries"
        case .malformed(let name, let error): "malformed model address '\(name)': \(error)"
        case .choiceNotAlone(let name):
            "model unknown: '\(name)'. The gateway chooses a model only when it is named alone, and for "
                + "text; name a model"
        case .nothingReachable: "no model can be reached with this key on this path"
        case .unknownModel(let name, let nearest):
            "model unknown: '\(name)'" + Self.suggestion(nearest)
        case .unknownProvider(let name, let nearest):
            "provider unknown: '\(name)'" + Self.suggestion(nearest)
        case .providerNotAllowed(let name): "provider not allowed: '\(name)'"
        case .modelNotAllowed(let name): "model not allowed: '\(name)'"
        case .pathNotOffered(let name, .only(let dialect)):
            "no provider of '\(name)' offers this path (\(dialect.rawValue))"
        case .pathNotOffered(let name, .every): "no provider of '\(name)' offers this path"
        case .noCredential(let name, let provider):
            "no credential for the provider '\(provider)' of '\(name)'"
        case .keySealed(let name, let provider):
            "the provider keys for '\(provider)' of '\(name)' can't be opened: the gateway's master key "
                + "is missing or another one. Tell the operator of this gateway"
        case .ownKeyNeeded(let name):
            "this path needs a provider key of your own for '\(name)': it can't be billed on the gateway's"
        }
    }

    private static func suggestion(_ names: [String]) -> String {
        guard let last = names.last else { return "" }
        let head = names.dropLast()
        let list = head.isEmpty ? last : "\(head.joined(separator: ", ")) or \(last)"
        return ". Did you mean \(list)?"
    }
}
