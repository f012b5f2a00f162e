import Model

/// What the dialects call a failure.
struct FailureWords {
    /// The status that it stands for.
    let status: Int
    /// Anthropic's type.
    let messages: String
    /// OpenAI's type.
    let chat: String
    /// OpenAI's code, where it has one.
    let code: String?
    /// Google's status.
    let gemini: String

    private init(
        _ status: Int,
        _ messages: String,
        _ chat: String,
        _ code: String?,
        _ gemini: String
    ) {
        self.status = status
        self.messages = messages
        self.chat = chat
        self.code = code
        self.gemini = gemini
    }

    private static let all: [FailureWords] = [
        .init(400, "invalid_request_error", "invalid_request_error", nil, "INVALID_ARGUMENT"),
        .init(
            401,
            "authentication_error",
            "authentication_error",
            "invalid_api_key",
            "UNAUTHENTICATED"
        ),
        .init(
            402,
            "billing_error",
            "insufficient_quota",
            "insufficient_quota",
            "FAILED_PRECONDITION"
        ),
        .init(403, "permission_error", "permission_error", nil, "PERMISSION_DENIED"),
        .init(404, "not_found_error", "not_found_error", "model_not_found", "NOT_FOUND"),
        .init(409, "conflict_error", "conflict", nil, "ABORTED"),
        .init(413, "request_too_large", "invalid_request_error", nil, "INVALID_ARGUMENT"),
        .init(
            429,
            "rate_limit_error",
            "rate_limit_error",
            "rate_limit_exceeded",
            "RESOURCE_EXHAUSTED"
        ),
        .init(500, "api_error", "server_error", nil, "INTERNAL"),
        .init(504, "timeout_error", "timeout", nil, "DEADLINE_EXCEEDED"),
        .init(529, "overloaded_error", "server_error", "overloaded", "UNAVAILABLE"),
    ]

    /// The words for a status: those of its class where it has none of its own.
    static func of(status: Int) -> FailureWords {
        if let row = all.first(where: { $0.status == status }) { return row }
        // The rows of 400, 500 and 529, which stands for every provider that can't now.
        return switch status {
        case ..<500: all[0]
        case 503: all[10]
        default: all[8]
        }
    }

    /// The status that a word stands for; nil when no dialect has it.
    static func status(of word: String) -> Int? {
        switch word {
        case "context_length_exceeded", "FAILED_PRECONDITION", "OUT_OF_RANGE": 400
        case "UNAVAILABLE": 503
        case "api_error", "internal_error", "INTERNAL", "UNKNOWN": 500
        case "service_unavailable_error", "server_overloaded": 503
        default:
            all.first { row in
                word == row.messages || word == row.chat || word == row.code || word == row.gemini
            }?.status
        }
    }
}
