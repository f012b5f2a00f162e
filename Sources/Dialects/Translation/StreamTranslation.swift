import EventStream
import JSON
package import Model

/// A provider's stream in the client's dialect, event by event.
///
/// It takes the stream in whatever pieces it comes, and gives the same whatever the pieces are. An
/// event that is no JSON is skipped and counted; one over the limit ends the stream, as silence
/// about it would change the answer.
package struct StreamTranslation: Sendable {
    /// The longest event that is translated.
    package static let eventLimit = 8 << 20

    private let context: AnswerContext
    private var parser = EventStreamParser(lineLimit: eventLimit, eventLimit: eventLimit)
    private var coder: StreamCoder

    /// A translation at the start of a stream.
    ///
    /// - Parameter countsOutput: whether what comes is counted.
    package init(_ context: AnswerContext, countsOutput: Bool = false) {
        self.context = context
        coder = StreamCoder(context)
        if countsOutput { coder.sink.counter = OutputCounter() }
    }

    /// The tokens that the provider told of, as of now.
    package var usage: Usage? { coder.sink.sequence.usage }
    /// Why the model stopped, in the word of the client's dialect; nil before the answer's end.
    package var stopReason: String? { coder.sink.stopReason }
    /// What the provider said about its failure.
    package var failure: ProviderFailure? { coder.sink.failure }
    /// Whether content, reasoning or a call came.
    package var sawContent: Bool { coder.sink.sequence.hasContent }
    /// About how many tokens of output came; zero where nobody wanted to know.
    package var countedOutput: Int { coder.sink.counter?.tokens ?? 0 }
    /// How many events were no JSON.
    package var skippedCount: Int { coder.sink.skippedCount }
    /// Whether the answer came to its proper end and the client was told so.
    package var isComplete: Bool { coder.sink.sequence.isOver && coder.sink.failure == nil }
    /// Where in the output of the last call the event begins after which nothing comes.
    package var terminalOffset: Int? { coder.sink.terminalOffset }

    /// Takes the provider's next bytes and appends the client's.
    package mutating func receive(
        _ bytes: Span<UInt8>,
        into output: inout [UInt8]
    ) -> StreamSigns {
        coder.sink.beginCall()
        Self.feed(bytes, &parser, &coder, &output)
        return coder.sink.signs
    }

    /// Takes the end of the provider's stream.
    ///
    /// Where the provider never said why it stopped the stream is a broken one: the client is not
    /// told of any end, and `isComplete` is false.
    package mutating func finish(into output: inout [UInt8]) -> StreamSigns {
        coder.sink.beginCall()
        Self.finish(&parser, &coder, &output)
        if coder.sink.sequence.isStopped { coder.sink.take(.end, &output) }
        return coder.sink.signs
    }

    /// Tells the client of a failure, by whoever it is.
    package mutating func fail(_ failure: ProviderFailure, into output: inout [UInt8]) {
        coder.sink.beginCall()
        coder.sink.take(.failure(failure), &output)
    }

    private static func feed(
        _ bytes: Span<UInt8>,
        _ parser: inout EventStreamParser,
        _ coder: inout StreamCoder,
        _ output: inout [UInt8]
    ) {
        parser.feed(bytes) { _, data, extent in coder.take(data, extent, &output) }
    }

    private static func finish(
        _ parser: inout EventStreamParser,
        _ coder: inout StreamCoder,
        _ output: inout [UInt8]
    ) {
        parser.finish { _, data, extent in coder.take(data, extent, &output) }
    }
}

/// The way of an event from the provider to the client: read, put in order, written.
private struct StreamCoder: Sendable {
    private var text = JSONText()
    private var decoder: any StreamDecoding
    var sink: StreamSink

    init(_ context: AnswerContext) {
        decoder = context.provider.row.streamDecoder()
        sink = StreamSink(context)
    }

    mutating func take(_ data: Span<UInt8>, _ extent: EventExtent, _ output: inout [UInt8]) {
        sink.signs.insert(.event)
        if case .cut = extent {
            let message = "An event of the provider's stream is too long."
            return sink.take(.failure(ProviderFailure(status: 502, message: message)), &output)
        }
        if data.isDone { return sink.take(.end, &output) }
        do throws(ScanError) {
            try text.read(data)
            Self.decode(text.root, &decoder, &sink, &output)
        } catch {
            sink.skippedCount += 1
        }
    }

    private static func decode(
        _ event: JSONCursor,
        _ decoder: inout any StreamDecoding,
        _ sink: inout StreamSink,
        _ output: inout [UInt8]
    ) {
        decoder.take(event) { step in sink.take(step, &output) }
    }
}

/// Where the provider's steps go: in order, to the client.
private struct StreamSink: Sendable {
    private(set) var sequence: DeltaSequence
    private var writing: StreamWriting
    /// What the bytes of the present call held.
    var signs: StreamSigns = []
    var skippedCount = 0
    /// What counts the output; nil where nobody wants to know.
    var counter: OutputCounter?

    init(_ context: AnswerContext) {
        sequence = DeltaSequence(idSeed: context.requestID)
        writing = StreamWriting(context)
    }

    /// What the provider said about its failure.
    var failure: ProviderFailure? { writing.failure }
    /// Why the model stopped, in the client's word.
    var stopReason: String? { writing.stopReason }
    /// Where the terminal event begins.
    var terminalOffset: Int? { writing.terminalOffset }

    /// Forgets what the call before was told.
    mutating func beginCall() {
        signs = []
        writing.terminalOffset = nil
    }

    /// Takes a step of the provider.
    mutating func take(_ step: ProviderDelta, _ output: inout [UInt8]) {
        if let said = step.said { counter?.add(said) }
        let hadContent = sequence.hasContent
        let hadFailed = writing.failure != nil
        Self.tell(step, &sequence, &writing, &output)
        if !hadContent, sequence.hasContent { signs.insert(.content) }
        if writing.terminalOffset != nil { signs.insert(.terminal) }
        if !hadFailed, writing.failure != nil { signs.insert(.failure) }
    }

    private static func tell(
        _ step: ProviderDelta,
        _ sequence: inout DeltaSequence,
        _ writing: inout StreamWriting,
        _ output: inout [UInt8]
    ) {
        sequence.take(step) { delta in writing.write(delta, &output) }
    }
}

/// Where the steps become bytes.
private struct StreamWriting: Sendable {
    private var formatTool: FormatTool?
    private var encoder: any StreamEncoding
    private let client: Dialect
    private(set) var failure: ProviderFailure?
    private(set) var stopReason: String?
    private var hasRefused = false
    var terminalOffset: Int?

    init(_ context: AnswerContext) {
        client = context.client
        formatTool = FormatTool(context.formatTool)
        encoder = context.client.row.streamEncoder(context)
    }

    mutating func write(_ delta: Delta, _ output: inout [UInt8]) {
        let told = formatTool?.turned(delta) ?? delta
        switch told {
        case .end: terminalOffset = output.count
        case .failure(let told): failure = told
        case .open(.refusal): hasRefused = true
        case .finish(let stop, _): stopReason = stop.word(in: client, isInWords: hasRefused)
        case .begin, .open, .more, .signature, .close, .ping: break
        }
        encoder.encode(told, into: &output)
    }
}

extension Span<UInt8> {
    /// Whether the data is `[DONE]`, white space around it apart.
    var isDone: Bool {
        guard count < 32 else { return false }
        var start = 0
        var end = count
        while start < end, self[start] <= 0x20 { start += 1 }
        while end > start, self[end - 1] <= 0x20 { end -= 1 }
        return extracting(start..<end).spells("[DONE]")
    }
}
