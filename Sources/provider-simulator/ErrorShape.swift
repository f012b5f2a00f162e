/// Errors as the providers write them.
enum ErrorShape {
    /// The body of an error.
    ///
    /// - Parameter told: a member with the tokens, and the comma before it.
    static func body(
        _ status: Int,
        _ family: Family,
        message: String? = nil,
        field: String? = nil,
        told: String = "",
        id: String
    ) -> String {
        let text = message ?? defaultMessage(status, family)
        switch family {
        case .openAI:
            let (type, code) = openAIKind(status)
            return """
                {"error":{"message":\(quoted(text)),"type":"\(type)",\
                "param":\(field.map { quoted($0) } ?? "null"),\
                "code":\(code.map { "\"\($0)\"" } ?? "null")}\(told)}
                """
        case .anthropic:
            return """
                {"type":"error","error":{"type":"\(anthropicKind(status))",\
                "message":\(quoted(text))},"request_id":"req_011\(id)"\(told)}
                """
        case .google:
            return """
                {"error":{"code":\(status),"message":\(quoted(text)),\
                "status":"\(googleStatus(status))"}\(told)}
                """
        }
    }

    /// What a provider says about a credential it does not know; OpenAI repeats part of it.
    static func badCredential(_ credential: String, _ family: Family) -> String {
        switch family {
        case .anthropic: return "invalid x-api-key"
        case .google: return "API key not valid. Please pass a valid API key."
        case .openAI:
            guard !credential.isEmpty else {
                return """
                    You didn't provide an API key. You need to provide your API key in an \
                    Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).
                    """
            }
            let shown =
                credential.count > 12
                ? "\(credential.prefix(8))********\(credential.suffix(4))" : "********"
            return """
                Incorrect API key provided: \(shown). You can find your API key at \
                https://platform.openai.com/account/api-keys.
                """
        }
    }

    private static func openAIKind(_ status: Int) -> (type: String, code: String?) {
        switch status {
        case 401: ("invalid_request_error", "invalid_api_key")
        case 402: ("insufficient_quota", "insufficient_quota")
        case 403: ("permission_error", "permission_denied")
        case 404: ("invalid_request_error", "model_not_found")
        case 429: ("requests", "rate_limit_exceeded")
        case 500...599: ("server_error", nil)
        default: ("invalid_request_error", nil)
        }
    }

    private static func anthropicKind(_ status: Int) -> String {
        switch status {
        case 401: "authentication_error"
        case 402: "billing_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 413: "request_too_large"
        case 429: "rate_limit_error"
        case 504: "timeout_error"
        case 529: "overloaded_error"
        case 500...599: "api_error"
        default: "invalid_request_error"
        }
    }

    private static func googleStatus(_ status: Int) -> String {
        switch status {
        case 401: "UNAUTHENTICATED"
        case 403: "PERMISSION_DENIED"
        case 404: "NOT_FOUND"
        case 409: "ABORTED"
        case 429: "RESOURCE_EXHAUSTED"
        case 500: "INTERNAL"
        case 504: "DEADLINE_EXCEEDED"
        case 501...599: "UNAVAILABLE"
        default: "INVALID_ARGUMENT"
        }
    }

    private static func defaultMessage(_ status: Int, _ family: Family) -> String {
        switch (status, family) {
        case (401, _): "Incorrect API key provided."
        case (429, .openAI): "Rate limit reached for requests"
        case (429, .anthropic): "This request would exceed your organization's rate limit."
        case (429, .google): "Resource has been exhausted (e.g. check quota)."
        case (529, _): "Overloaded"
        case (500...599, _): "The server had an error while processing your request."
        default: "The simulator was told to answer \(status)."
        }
    }
}
