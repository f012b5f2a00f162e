import Accounting
import Model
import Routing

/// Every refusal's text in one place, so that an operator's manual can be held against it.
extension Refusal {
    // MARK: The key

    static let keyMissing = Refusal(
        .keyMissing,
        "No gateway key. Send it as `Authorization: Bearer ng-...` or `x-api-key: ng-...`."
    )
    static let keyMalformed = Refusal(
        .keyMissing,
        "The gateway key is malformed: mistyped or cut off. Copy it again whole."
    )
    static let keyOfManagement = Refusal(
        .keyMissing,
        "This is a management key, which opens the control plane alone. Send an access key."
    )
    static let keysDiffer = Refusal(
        .keyMissing,
        "The request holds two different keys. Send one."
    )
    static let keyUnknown = Refusal(
        .keyUnknown,
        "The gateway key is not valid. Ask the operator of this gateway for one."
    )
    static let keyBoundElsewhere = Refusal(
        .keyBoundElsewhere,
        "The gateway key belongs to another gateway of this site."
    )

    static let storeUnreadable = Refusal(
        .storeUnreadable,
        "The key store can't be read. The operator's log says why.",
        retryAfter: 5
    )

    // MARK: The site

    static let severalGateways = Refusal(
        .misconfigured,
        "LOCKKEEPER_GATEWAY is set twice in the web server's configuration."
    )

    static func gatewayUnknown(_ name: String?) -> Refusal {
        guard let name else {
            return Refusal(
                .misconfigured,
                "There are several gateways: set LOCKKEEPER_GATEWAY in the web server's location."
            )
        }
        return Refusal(.misconfigured, "LOCKKEEPER_GATEWAY names no gateway: \(name)")
    }

    static let loop = Refusal(
        .loop,
        "The request came back to the gateway that sent it (loop): the provider's `base_url` leads here."
    )

    static func capacity(_ what: String) -> Refusal {
        Refusal(.capacityUnavailable, "The gateway is busy: \(what). Try again.", retryAfter: 1)
    }

    // MARK: The path

    static let pathNotServed = Refusal(.pathNotServed, "This path is not served.")
    static let pathMalformed = Refusal(
        .pathNotServed,
        "The path holds empty, dot or escaped segments.",
        status: 400
    )

    static func methodNotServed(allowed: String) -> Refusal {
        Refusal(
            .pathNotServed,
            "This path takes \(allowed) only.",
            status: 405,
            allow: allowed
        )
    }

    // MARK: The handshake of a WebSocket

    static let realtimeNotSetUp = Refusal(
        .pathNotServed,
        "Realtime is not set up here: the site has to include lockkeeper/snippets/realtime.conf."
    )
    static let webSocketNeedsHTTP11 = Refusal(
        .pathNotServed,
        "This path is a WebSocket, which begins with HTTP/1.1. Connect to it with `wss://`.",
        status: 400
    )
    static let upgradeMissing = Refusal(
        .pathNotServed,
        "This path is a WebSocket. Connect to it with `wss://`.",
        status: 426
    )
    static let webSocketVersion = Refusal(
        .pathNotServed,
        "`Sec-WebSocket-Version` must be 13.",
        status: 426
    )
    static let webSocketKeyMalformed = Refusal(
        .pathNotServed,
        "`Sec-WebSocket-Key` must be there once: 16 bytes in base64.",
        status: 400
    )
    static let modelTwice = Refusal(
        .bodyInvalid,
        "`model` occurs more than once in the query",
        parameter: "model"
    )

    // MARK: The body

    static func bodyTooLong(_ limit: Int) -> Refusal {
        Refusal(.bodyTooLong, "The body is longer than \(limit) bytes.")
    }

    static func inputTooLong(_ tokens: Int, limit: Int) -> Refusal {
        Refusal(
            .inputTooLong,
            "The request is about \(tokens) tokens long; this gateway takes at most \(limit)."
        )
    }

    // MARK: The model

    /// What the resolver says of the names in a request.
    init(_ refusal: ModelRefusal) {
        let code = Code(rawValue: String(refusal.code))
        assert(code != nil, "a code without a row: \(refusal.code)")
        self.init(code ?? .modelUnknown, refusal.message, parameter: "model")
    }

    /// A client that has its key and its model mixed up: the name must not be shown to anybody.
    static let modelIsKey = Refusal(
        .modelAddressMalformed,
        "The model's name holds a key. Send that of the gateway as `Authorization: Bearer ...`.",
        parameter: "model"
    )

    static func modelNotListed(_ name: String) -> Refusal {
        Refusal(.modelUnknown, "model unknown: '\(name)'", status: 404, parameter: "model")
    }

    static func noCredential(_ candidates: [Candidate]) -> Refusal {
        let names = candidates.map(\.displayName).joined(separator: ", ")
        return Refusal(.noCredential, "No provider key for \(names).")
    }

    /// What the gateway's selection expressions say of a request.
    init(_ failure: SelectionFailure) {
        let code: Code =
            switch failure {
            case .failed: .selectionFailed
            case .leftNothing, .nothingSuits: .selectionLeftNothing
            case .wrongType: .selectionHasWrongType
            }
        self.init(code, failure.message)
    }

    // MARK: Money

    static let creditsExhausted = Refusal(
        .creditsExhausted,
        "The account's credits are used up. Add credits, or use a provider key of your own."
    )
    static let creditsHeld = Refusal(
        .creditsHeld,
        "Other requests hold the account's credits at the moment. Try again.",
        retryAfter: 1
    )
    static let ledgerUnavailable = Refusal(
        .capacityUnavailable,
        "Nothing can be charged at the moment. The operator's log says why.",
        retryAfter: 5
    )

    static func budgetExceeded(_ holder: BudgetHolder, resetsAt: Timestamp?) -> Refusal {
        let whose =
            switch holder {
            case .key: "this key"
            case .configuration: "this key's configuration"
            }
        let end = resetsAt.map { "until \($0)" } ?? "for good"
        return Refusal(.budgetExceeded, "The budget of \(whose) is used up \(end).")
    }

    static func modelUnpriced(_ candidate: String) -> Refusal {
        Refusal(
            .modelUnpriced,
            "\(candidate) has no price here, so that it can't be paid with credits.",
            parameter: "model"
        )
    }

    static func featureUnpriced(_ parameter: String) -> Refusal {
        Refusal(
            .featureUnpriced,
            "`\(parameter)` asks for something that has no price here. Use a provider key of your own.",
            parameter: parameter
        )
    }

    // MARK: The providers

    static func managedKeyRefused(_ candidate: String) -> Refusal {
        Refusal(
            .credentialRefused,
            "The provider refused the gateway's credential for \(candidate). Tell the operator."
        )
    }

    static func ownKeyRefused(_ attempts: ArraySlice<AttemptRecord>) -> Refusal {
        let last = attempts.last
        let said = last?.message.map { ": \($0)" } ?? "."
        return Refusal(
            .credentialRefused,
            "The provider refused your provider key for \(last?.candidate ?? "")\(said)"
        )
    }

    static func rateLimited(_ candidate: String, retryAfter: Int?) -> Refusal {
        Refusal(
            .rateLimited,
            "\(candidate) is rate limited.",
            retryAfter: retryAfter ?? 1
        )
    }

    static func everyCandidateFailed(_ attempts: [AttemptRecord]) -> Refusal {
        Refusal(.everyCandidateFailed, "No provider answered: " + list(attempts))
    }

    static func attemptTimeout(_ attempts: [AttemptRecord]) -> Refusal {
        Refusal(.attemptTimeout, "The provider did not answer in time: " + list(attempts))
    }

    static func totalTimeout(_ attempts: [AttemptRecord]) -> Refusal {
        Refusal(.totalTimeout, "No provider answered within `total_timeout`: " + list(attempts))
    }

    static func didNotStream(_ attempts: [AttemptRecord]) -> Refusal {
        Refusal(
            .upstreamDidNotStream,
            "The provider answered without a stream although asked: " + list(attempts)
        )
    }

    /// The error of an answer that had begun: a time that ran out, or what broke it off.
    static func brokenOff(
        _ outcome: AttemptOutcome,
        _ attempts: ArraySlice<AttemptRecord>
    ) -> Refusal {
        switch outcome {
        case .firstByteTimedOut, .firstContentTimedOut, .attemptTimedOut:
            return .attemptTimeout(Array(attempts))
        case .status, .resolveFailed, .addressRefused, .connectFailed, .connectTimedOut,
            .tlsFailed, .connectionLost, .malformedAnswer, .streamFailed, .streamEnded,
            .streamStalled, .notStreamed, .answerFailed, .totalTimedOut, .clientLeft, .superseded:
            let last = attempts.last.map(\.line) ?? "[\(outcome.label)]"
            return Refusal(.everyCandidateFailed, "The provider's answer broke off: " + last)
        }
    }

    private static func list(_ attempts: [AttemptRecord]) -> String {
        attempts.map(\.line).joined(separator: "; ")
    }
}
