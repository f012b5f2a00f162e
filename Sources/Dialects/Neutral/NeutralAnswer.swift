package import Model

/// A whole answer, as no dialect writes it.
package struct NeutralAnswer: Sendable {
    /// The provider's id of it; empty where it tells none.
    package var id = ""
    /// The model that served it, as the provider calls it.
    package var model = ""
    /// What the model said, in order.
    package var parts: [Part] = []
    /// Why it stopped.
    package var stop = StopReason.endOfTurn
    /// What it took.
    package var usage: Usage?

    /// Gives an id to each call without one.
    mutating func nameCalls(_ seed: String) {
        for place in parts.indices {
            guard case .toolCall(var call) = parts[place], call.id.isEmpty else { continue }
            call.id = CallID.made(of: seed, place)
            parts[place] = .toolCall(call)
        }
    }

    /// Whether a tool of the client is called.
    var callsTool: Bool { parts.contains(where: \.isCall) }

    /// Whether the model refuses in words.
    var refuses: Bool {
        parts.contains { part in
            if case .refusal = part { true } else { false }
        }
    }

    /// Puts right why the model stopped: many providers say that it did so by itself where it
    /// calls a tool or refuses.
    mutating func correctStop() {
        guard stop == .endOfTurn else { return }
        if callsTool { stop = .toolUse }
        if refuses { stop = .refusal }
    }
}

/// Why a model stopped.
package enum StopReason: Sendable, Equatable {
    case endOfTurn
    /// At one of the client's texts, which some providers name.
    case stopSequence(String?)
    /// At the most tokens that the client wanted.
    case tokenLimit
    /// At the end of its context.
    case contextLimit
    case toolUse
    /// It, or a filter, would not go on.
    case refusal
    /// The provider wants to be asked again to go on.
    case pause
}

/// A provider's failure, as no dialect writes it.
package struct ProviderFailure: Error, Sendable, Equatable {
    /// The status it stands for.
    package var status: Int
    /// What the provider says.
    package var message: String
    /// What the provider calls it, where that is not one of its dialect's usual words.
    package var code: String?
    /// The member of the request that is at fault, where it is told.
    package var parameter: String?

    /// A failure.
    package init(status: Int, message: String, code: String? = nil, parameter: String? = nil) {
        self.status = status
        self.message = message
        self.code = code
        self.parameter = parameter
    }
}
