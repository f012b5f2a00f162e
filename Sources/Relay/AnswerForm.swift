import Model
import Routing

/// In which form a successful answer is due.
enum AnswerForm {
    /// One body.
    case whole
    /// Server-sent events.
    case events
    /// Bytes that grow and can't be told apart: Gemini's stream without `alt=sse`, speech.
    case array
}

extension Exchange {
    /// What the client asked for: the body says it, or with Gemini the path and the query.
    var expectedForm: AnswerForm {
        guard let endpoint else { return .whole }
        switch endpoint.purpose {
        case .operation(.chatCompletions), .operation(.messages), .operation(.responses):
            return body.asksForStream ? .events : .whole
        case .geminiVerb(_, .streamGenerateContent):
            return head.withQuery { $0.hasParameter("alt=sse") } ? .events : .array
        case .operation(.speech): return .array
        case .operation, .geminiVerb, .modelList, .model, .health, .readiness:
            return .whole
        }
    }

    /// Whether the events of a stream have rules by which their content is told.
    var hasKnownEvents: Bool {
        switch endpoint?.purpose {
        case .operation(.chatCompletions), .operation(.messages), .operation(.responses),
            .geminiVerb:
            true
        case .operation, .modelList, .model, .health, .readiness, nil: false
        }
    }

    /// Whether the timers of streams run.
    var isStreamAsked: Bool { expectedForm != .whole }
}

extension Span where Element == UInt8 {
    /// Whether a query holds this parameter, written just so.
    fileprivate func hasParameter(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        for start in indices where start == 0 || self[start - 1] == UInt8(ascii: "&") {
            let end = start + length
            if holds(text, at: start), end == count || self[end] == UInt8(ascii: "&") {
                return true
            }
        }
        return false
    }
}
