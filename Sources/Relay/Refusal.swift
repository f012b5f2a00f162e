import JSON
package import Model

/// An error that the gateway itself makes, as the client will see it.
///
/// Codes, statuses and reasons are chapter 3's table; the text never holds a secret.
package struct Refusal: Equatable, Sendable {
    /// The code without its prefix: `27201`.
    package let code: Code
    /// The HTTP status.
    package let status: Int
    /// What is wrong and what to do.
    package let message: String
    /// The member of the body that is wrong, where one is.
    package let parameter: String?
    /// Seconds for `Retry-After`, where waiting helps.
    package let retryAfter: Int?
    /// Methods for `Allow`, with 405.
    package let allow: String?

    init(
        _ code: Code,
        _ message: String,
        status: Int? = nil,
        parameter: String? = nil,
        retryAfter: Int? = nil,
        allow: String? = nil
    ) {
        self.code = code
        self.status = status ?? code.status
        self.message = message
        self.parameter = parameter
        self.retryAfter = retryAfter
        self.allow = allow
    }

    /// The codes that this build can answer, each with its status.
    package enum Code: String, CaseIterable, Sendable {
        case keyMissing = "27201"
        case keyUnknown = "27007"
        case keyBoundElsewhere = "27008"
        case storeUnreadable = "27009"
        case noCredential = "27202"
        case pathNotServed = "27204"
        case attemptTimeout = "27207"
        case totalTimeout = "3810"
        case everyCandidateFailed = "27208"
        case credentialRefused = "27211"
        case rateLimited = "27217"
        case modelUnknown = "27224"
        case providerUnknown = "27225"
        case noCandidateOffersPath = "27226"
        case bodyInvalid = "27228"
        case modelAddressMalformed = "27229"
        case providerNotAllowed = "27231"
        case modelNotAllowed = "27232"
        case upstreamDidNotStream = "27234"
        case inputTooLong = "3811"
        case loop = "27237"
        case creditsExhausted = "4026"
        case modelUnpriced = "27236"
        case featureUnpriced = "27238"
        case pathNotBillable = "27249"
        case selectionFailed = "3803"
        case selectionLeftNothing = "3805"
        case selectionHasWrongType = "3806"
        case creditsHeld = "AI_GATEWAY_CREDITS_HELD"
        case budgetExceeded = "AI_GATEWAY_BUDGET_EXCEEDED"
        case bodyTooLong = "AI_GATEWAY_REQUEST_BODY_TOO_LONG"
        case capacityUnavailable = "AI_GATEWAY_REQUEST_CAPACITY_UNAVAILABLE"
        case misconfigured = "AI_GATEWAY_MISCONFIGURED"

        /// The HTTP status of the table.
        package var status: Int {
            switch self {
            case .keyMissing, .keyUnknown: 401
            case .keyBoundElsewhere, .providerNotAllowed, .modelNotAllowed, .creditsExhausted,
                .budgetExceeded:
                403
            case .pathNotServed: 404
            case .bodyTooLong, .inputTooLong: 413
            case .selectionFailed, .selectionLeftNothing, .selectionHasWrongType: 422
            case .rateLimited, .creditsHeld: 429
            case .modelUnknown, .providerUnknown, .noCandidateOffersPath, .bodyInvalid,
                .modelAddressMalformed, .modelUnpriced, .featureUnpriced, .pathNotBillable:
                400
            case .misconfigured: 500
            case .noCredential, .everyCandidateFailed, .credentialRefused, .upstreamDidNotStream:
                502
            case .storeUnreadable, .capacityUnavailable: 503
            case .attemptTimeout, .totalTimeout: 504
            case .loop: 508
            }
        }

        /// As it stands in bodies and in `Ngrok-Error-Code`.
        package var text: String { "ERR_NGROK_" + rawValue }
    }
}

// MARK: Bodies

extension Refusal {
    /// The body in the dialect's own shape, as their SDKs parse it.
    package func body(in dialect: Dialect, requestID: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        switch dialect {
        case .openAIChat, .openAIResponses: writeOpenAI(into: &writer)
        case .anthropicMessages: writeAnthropic(into: &writer, requestID)
        case .gemini: writeGemini(into: &writer)
        }
        writer.endObject()
        return writer.bytes
    }

    /// The event that ends a stream which had begun, in the client's dialect.
    package func streamEvent(in dialect: Dialect, requestID: String) -> [UInt8] {
        let data = body(in: dialect, requestID: requestID)
        let name: String
        switch dialect {
        case .openAIChat, .gemini: name = ""
        case .anthropicMessages: name = "event: error\n"
        case .openAIResponses: return responsesEvent()
        }
        return Array("\(name)data: ".utf8) + data + Array("\n\n".utf8)
    }

    /// The message with its code before it; a key that stood for a model's name is not told again.
    var markedMessage: String { "[\(code.text)] \(KeyWords.masked(message))" }

    private func writeOpenAI(into writer: inout JSONWriter) {
        writer.key("error")
        writer.beginObject()
        writer.key("message")
        writer.string(markedMessage)
        writer.key("type")
        writer.string(openAIType)
        writer.key("code")
        writer.string(code.text)
        writer.key("param")
        if let parameter { writer.string(parameter) } else { writer.null() }
        writer.endObject()
    }

    private func writeAnthropic(into writer: inout JSONWriter, _ requestID: String) {
        writer.key("type")
        writer.string("error")
        writer.key("error")
        writer.beginObject()
        writer.key("type")
        writer.string(anthropicType)
        writer.key("message")
        writer.string(markedMessage)
        writer.endObject()
        writer.key("request_id")
        writer.string(requestID)
    }

    private func writeGemini(into writer: inout JSONWriter) {
        writer.key("error")
        writer.beginObject()
        writer.key("code")
        writer.integer(status)
        writer.key("message")
        writer.string(markedMessage)
        writer.key("status")
        writer.string(geminiStatus)
        writer.endObject()
    }

    /// The Responses API's own `error` event.
    private func responsesEvent() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("type")
        writer.string("error")
        writer.key("code")
        writer.string(code.text)
        writer.key("message")
        writer.string(markedMessage)
        writer.key("param")
        writer.null()
        writer.endObject()
        return Array("event: error\ndata: ".utf8) + writer.bytes + Array("\n\n".utf8)
    }

    private var openAIType: String {
        switch status {
        case 401: "authentication_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 429: "rate_limit_error"
        case 500...: "server_error"
        default: "invalid_request_error"
        }
    }

    /// The error types of Anthropic's API, by status.
    private var anthropicType: String {
        switch status {
        case 401: "authentication_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 413: "request_too_large"
        case 429: "rate_limit_error"
        case 503: "overloaded_error"
        case 504: "timeout_error"
        case 500...: "api_error"
        default: "invalid_request_error"
        }
    }

    /// google.rpc.Code's names, by status.
    private var geminiStatus: String {
        switch status {
        case 401: "UNAUTHENTICATED"
        case 403: "PERMISSION_DENIED"
        case 404: "NOT_FOUND"
        case 429: "RESOURCE_EXHAUSTED"
        case 500: "INTERNAL"
        case 502, 503: "UNAVAILABLE"
        case 504: "DEADLINE_EXCEEDED"
        default: "INVALID_ARGUMENT"
        }
    }
}
