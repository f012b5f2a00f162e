import Dialects
import Model
import Testing

/// What must be told of a recorded stream.
struct StreamCase: CustomTestStringConvertible {
    let dialect: Dialect
    let name: String
    /// What each event means, in order: `e` an event, `c` content, `f` failure, `t` terminal.
    let signs: String
    var usage: Usage?
    var failure: String?
    var isComplete = true
    /// What the stream's end means.
    var end = ""

    var testDescription: String { "\(dialect.rawValue)/\(name)" }

    static let all: [StreamCase] = openAIChat + openAIResponses + anthropicMessages + gemini

    private static let openAIChat = [
        StreamCase(
            dialect: .openAIChat,
            name: "text.sse",
            signs: "e ec e e e et",
            usage: Usage(input: 93, output: 46, cacheRead: 1024, reasoning: 32)
        ),
        StreamCase(dialect: .openAIChat, name: "tools.sse", signs: "e ec e e e et"),
        StreamCase(
            dialect: .openAIChat,
            name: "reasoning.sse",
            signs: "e ec e e et",
            usage: Usage(input: 36, output: 20, cacheRead: 64, reasoning: 18)
        ),
        StreamCase(
            dialect: .openAIChat,
            name: "azure-crlf.sse",
            signs: "e e ec e e et",
            usage: Usage(input: 9, output: 1)
        ),
        StreamCase(dialect: .openAIChat, name: "empty.sse", signs: "e e et"),
        StreamCase(
            dialect: .openAIChat,
            name: "error-first.sse",
            signs: "e ef",
            failure: "Provider \"x\" returned error",
            isComplete: false
        ),
        StreamCase(
            dialect: .openAIChat,
            name: "error-later.sse",
            signs: "ec ef",
            failure: "The server had an error while processing your request",
            isComplete: false
        ),
        StreamCase(
            dialect: .openAIChat,
            name: "no-done.sse",
            signs: "ec e",
            usage: Usage(input: 5, output: 2)
        ),
        StreamCase(
            dialect: .openAIChat,
            name: "broken.sse",
            signs: "ec",
            isComplete: false,
            end: "e"
        ),
        StreamCase(
            dialect: .openAIChat,
            name: "malformed-event.sse",
            signs: "e e e ec e e et",
            usage: Usage(input: 12)
        ),
        StreamCase(dialect: .openAIChat, name: "completion.sse", signs: "e ec e et"),
    ]

    private static let openAIResponses = [
        StreamCase(
            dialect: .openAIResponses,
            name: "text.sse",
            signs: "e e e e ec e e et",
            usage: Usage(input: 1, output: 11, cacheRead: 2048, reasoning: 4)
        ),
        StreamCase(
            dialect: .openAIResponses,
            name: "function-call.sse",
            signs: "e e ec e et",
            usage: Usage(input: 37, output: 17)
        ),
        StreamCase(
            dialect: .openAIResponses,
            name: "reasoning-incomplete.sse",
            signs: "e e ec et",
            usage: Usage(input: 10, output: 64, reasoning: 64)
        ),
        StreamCase(
            dialect: .openAIResponses,
            name: "failed.sse",
            signs: "e eft",
            failure: "The model failed to generate a response."
        ),
        StreamCase(
            dialect: .openAIResponses,
            name: "error.sse",
            signs: "e ef",
            failure: "Rate limit reached",
            isComplete: false
        ),
        StreamCase(
            dialect: .openAIResponses,
            name: "nested-error.sse",
            signs: "ef",
            failure: "Your input exceeds the context window",
            isComplete: false
        ),
    ]

    private static let anthropicMessages = [
        StreamCase(
            dialect: .anthropicMessages,
            name: "text.sse",
            signs: "e e e ec e e e et",
            usage: Usage(
                input: 3,
                output: 550,
                cacheRead: 7,
                cacheWrite: 12304,
                cacheWrite5m: 12000,
                cacheWrite1h: 304
            )
        ),
        StreamCase(
            dialect: .anthropicMessages,
            name: "tool-use.sse",
            signs: "e ec e e e e et",
            usage: Usage(input: 472, output: 89)
        ),
        StreamCase(
            dialect: .anthropicMessages,
            name: "thinking.sse",
            signs: "e e e ec e e et",
            usage: Usage(input: 10, output: 700, reasoning: 640)
        ),
        StreamCase(
            dialect: .anthropicMessages,
            name: "overloaded.sse",
            signs: "e e ef",
            usage: Usage(input: 10, output: 1),
            failure: "Overloaded",
            isComplete: false
        ),
        StreamCase(
            dialect: .anthropicMessages,
            name: "unnamed.sse",
            signs: "e ec e e et",
            usage: Usage(input: 10, output: 4)
        ),
        StreamCase(
            dialect: .anthropicMessages,
            name: "iterations.sse",
            signs: "e ec e et",
            usage: Usage(
                input: 1200,
                output: 70,
                cacheRead: 5,
                cacheWrite: 8,
                cacheWrite1h: 8
            )
        ),
        StreamCase(
            dialect: .anthropicMessages,
            name: "broken.sse",
            signs: "e ec",
            usage: Usage(input: 10, output: 4),
            isComplete: false,
            end: "e"
        ),
    ]

    private static let gemini = [
        StreamCase(
            dialect: .gemini,
            name: "text.sse",
            signs: "e ec e",
            usage: Usage(input: 10, output: 22, cacheRead: 100, reasoning: 20),
            end: "t"
        ),
        StreamCase(
            dialect: .gemini,
            name: "function-call.sse",
            signs: "ec",
            usage: Usage(input: 50, output: 15),
            end: "t"
        ),
        StreamCase(
            dialect: .gemini,
            name: "blocked.sse",
            signs: "e",
            usage: Usage(input: 9),
            end: "t"
        ),
        StreamCase(
            dialect: .gemini,
            name: "error.sse",
            signs: "ec ef",
            failure: "The model is overloaded. Please try again later.",
            isComplete: false
        ),
        StreamCase(
            dialect: .gemini,
            name: "array.json",
            signs: "e ec e",
            usage: Usage(input: 7, output: 2),
            end: "t"
        ),
        StreamCase(
            dialect: .gemini,
            name: "array-error.json",
            signs: "ef",
            failure: "The service is currently unavailable.",
            isComplete: false
        ),
        StreamCase(
            dialect: .gemini,
            name: "broken.sse",
            signs: "ec",
            usage: Usage(input: 4),
            isComplete: false
        ),
    ]
}

extension StreamSigns {
    /// The letters that a case writes the signs with.
    var letters: String {
        (contains(.event) ? "e" : "") + (contains(.content) ? "c" : "")
            + (contains(.failure) ? "f" : "") + (contains(.terminal) ? "t" : "")
    }
}

extension StreamObserver {
    /// Observes bytes of an array: a span of one that lives in a macro's argument crashes the
    /// compiler.
    mutating func observe(_ bytes: [UInt8]) -> StreamSigns {
        observe(bytes.span)
    }

    /// Observes the bytes of a text.
    mutating func observe(_ text: String) -> StreamSigns {
        observe(Array(text.utf8))
    }
}
