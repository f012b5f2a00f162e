package import Model
import EventStream
import JSON

/// Watches a provider's stream of events go by and tells what it means; it changes no byte.
///
/// It sees the stream in whatever pieces it comes. Every event's top-level members are scanned, and
/// what lies deeper only where it can matter: once content was seen, a delta is not looked into.
/// Gemini's other form of a stream, a JSON array, is told by its first byte and read alike.
package struct StreamObserver: Sendable {
    /// The longest event that is read; of a longer one only the beginning is.
    package static let eventLimit = 1 << 20

    private let dialect: Dialect
    private var form: Form
    private var parser = EventStreamParser(lineLimit: eventLimit, eventLimit: eventLimit)
    private var elements = ElementStream(elementLimit: eventLimit)
    private var findings = StreamFindings()

    /// How the stream is written.
    private enum Form {
        /// Nothing but white space came; next: `events` or `array`.
        case unknown
        /// Server-sent events.
        case events
        /// A JSON array.
        case array
    }

    /// An observer at the start of a stream in this dialect.
    ///
    /// - Parameter countsOutput: whether what comes is counted, which takes a look at every event.
    package init(_ dialect: Dialect, countsOutput: Bool = false) {
        self.dialect = dialect
        if countsOutput { findings.counter = OutputCounter() }
        form = dialect == .gemini ? .unknown : .events
    }

    /// The tokens that the provider told of, as of now.
    package var usage: Usage? { findings.usage }
    /// Why the model stopped, in the provider's word; nil as long as it did not say.
    package var stopReason: String? { findings.stopReason }
    /// What the provider said about its failure.
    package var failureMessage: String? { findings.failureMessage }
    /// Whether content, reasoning or tool bytes came.
    package var sawContent: Bool { findings.hasContent }

    /// About how many tokens of output came; zero where nobody wanted to know.
    package var countedOutput: Int { findings.counter?.tokens ?? 0 }

    /// Whether the answer came to its proper end; a stream that ends before is a broken one.
    ///
    /// Many OpenAI-compatible providers leave out `[DONE]` and Gemini has no such event: there the
    /// reason why the model stopped counts.
    package var isComplete: Bool {
        switch dialect {
        case .openAIChat, .gemini: findings.isTerminated || findings.hasFinishReason
        case .openAIResponses, .anthropicMessages: findings.isTerminated
        }
    }

    /// Takes the next bytes and tells what the events that end in them mean.
    package mutating func observe(_ bytes: Span<UInt8>) -> StreamSigns {
        findings.signs = []
        if form == .unknown { form = Self.form(of: bytes) }
        switch form {
        // White space may be the beginning of an event's line too.
        case .unknown, .events: Self.feed(bytes, &parser, dialect, &findings)
        case .array: Self.feed(bytes, &elements, &findings)
        }
        return findings.signs
    }

    /// Takes the end of the stream: an event without its empty line still counts.
    package mutating func finish() -> StreamSigns {
        findings.signs = []
        Self.finish(&parser, dialect, &findings)
        if dialect == .gemini, findings.hasFinishReason { findings.noteTerminal() }
        return findings.signs
    }

    private static func form(of bytes: Span<UInt8>) -> Form {
        for index in bytes.indices where bytes[index] > 0x20 {
            return bytes[index] == UInt8(ascii: "[") ? .array : .events
        }
        return .unknown
    }

    private static func feed(
        _ bytes: Span<UInt8>,
        _ parser: inout EventStreamParser,
        _ dialect: Dialect,
        _ findings: inout StreamFindings
    ) {
        parser.feed(bytes) { name, data, extent in
            take(name, data, extent, dialect, &findings)
        }
    }

    private static func feed(
        _ bytes: Span<UInt8>,
        _ elements: inout ElementStream,
        _ findings: inout StreamFindings
    ) {
        elements.feed(bytes) { element, isWhole in
            take(Span(), element, isWhole ? .whole : .cut, .gemini, &findings)
        }
    }

    private static func finish(
        _ parser: inout EventStreamParser,
        _ dialect: Dialect,
        _ findings: inout StreamFindings
    ) {
        parser.finish { name, data, extent in
            take(name, data, extent, dialect, &findings)
        }
    }

    /// Whether an event may say something that none before it said: the Responses API tells
    /// everything again when it is whole.
    private static func isNews(
        _ name: Span<UInt8>,
        _ data: Span<UInt8>,
        _ dialect: Dialect
    ) -> Bool {
        if dialect != .openAIResponses { return true }
        return name.isEmpty ? OpenAIResponses.isDelta(data) : name.ends(with: ".delta")
    }

    private static func take(
        _ name: Span<UInt8>,
        _ data: Span<UInt8>,
        _ extent: EventExtent,
        _ dialect: Dialect,
        _ findings: inout StreamFindings
    ) {
        findings.signs.insert(.event)
        // Nothing but content, or an answer told over again in a terminal event, is this long.
        if extent == .cut { findings.noteContent() }
        if findings.counter != nil, isNews(name, data, dialect) {
            findings.counter?.add(data, of: dialect)
        }
        switch dialect {
        case .openAIChat: OpenAIChat.take(name, data, &findings)
        case .openAIResponses: OpenAIResponses.take(name, data, &findings)
        case .anthropicMessages: AnthropicMessages.take(name, data, &findings)
        case .gemini: Gemini.take(data, &findings)
        }
    }
}
