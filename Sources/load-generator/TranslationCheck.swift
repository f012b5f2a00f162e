import ArgumentParser
import CAllocations
import Dialects
import JSON
import Model

/// The command `translation-check`: what a translation costs, without a network.
struct TranslationCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The time and the allocations of translating, for each client and provider."
    )

    @Option(help: "The bytes of the request that is timed.") var bytes = 2000
    @Option(help: "The bytes of a long request.") var longBytes = 1_000_000
    @Option(help: "How often each thing is done.") var checks = 200

    func validate() throws {
        guard bytes > 0, longBytes > 0, checks > 0 else {
            throw ValidationError("--bytes, --long-bytes and --checks must be at least 1")
        }
    }

    func run() throws {
        var writer = JSONWriter()
        writer.beginArray()
        for client in Dialect.allCases {
            for provider in Dialect.allCases where provider != client {
                try Pair(client, provider).write(self, into: &writer)
            }
        }
        writer.endArray()
        writeLine(String(decoding: writer.bytes, as: UTF8.self))
    }
}

/// A client of one dialect before a provider of another.
private struct Pair {
    private let client: Dialect
    private let provider: Dialect

    init(_ client: Dialect, _ provider: Dialect) {
        self.client = client
        self.provider = provider
    }

    func write(_ check: TranslationCheck, into writer: inout JSONWriter) throws {
        let short = try Traffic.request(in: client, ofAbout: check.bytes)
        let long = try Traffic.request(in: client, ofAbout: check.longBytes)
        let answer = try Traffic.answer(of: provider)
        let stream = try Traffic.stream(of: provider)
        let own = try Traffic.stream(of: client)
        let request = try measure(check.checks) { _ = try translate(short) }
        let longRequest = try measure(max(1, check.checks / 100)) { _ = try translate(long) }
        let context = try translate(short).answerContext(requestID: "rq_check", created: 1)
        let whole = measure(check.checks) {
            _ = AnswerTranslation(answer.span, status: 200, context)
        }
        let observed = measure(check.checks) {
            var observer = StreamObserver(client)
            for event in own { _ = observer.observe(event.span) }
        }
        let translated = measure(check.checks) {
            var translation = StreamTranslation(context)
            for event in stream {
                // Each event goes to the client at once, in memory of its own.
                var output: [UInt8] = []
                _ = translation.receive(event.span, into: &output)
            }
        }
        let figures: [(StaticString, Int)] = [
            ("request_bytes", short.count), ("request_ns", request.nanoseconds),
            ("request_allocations", request.allocations),
            ("answer_bytes", answer.count), ("answer_ns", whole.nanoseconds),
            ("answer_allocations", whole.allocations),
            ("long_request_bytes", long.count), ("long_request_ns", longRequest.nanoseconds),
            ("event_ns", translated.nanoseconds / Traffic.events),
            ("event_allocations", translated.allocations / Traffic.events),
            ("observed_event_ns", observed.nanoseconds / Traffic.events),
            ("observed_event_allocations", observed.allocations / Traffic.events),
        ]
        writer.beginObject()
        writer.key("client")
        writer.string(client.rawValue)
        writer.key("provider")
        writer.string(provider.rawValue)
        for (name, value) in figures {
            writer.key(name)
            writer.integer(value)
        }
        writer.endObject()
    }

    private func translate(_ body: [UInt8]) throws(TranslationError) -> TranslatedRequest {
        let target = TranslationTarget(dialect: provider, model: "model-4-6")
        return try RequestTranslation(body.span, from: client).translated(for: target)
    }

    /// The fastest of several times, and the fewest allocations: the machine is shared, the work is
    /// not.
    private func measure<E: Error>(
        _ count: Int,
        _ work: () throws(E) -> Void
    ) throws(E) -> (nanoseconds: Int, allocations: Int) {
        var best = (nanoseconds: Int.max, allocations: Int.max)
        for _ in 0..<10 {
            let start = monotonicNanoseconds()
            let counted = lockkeeper_allocation_count()
            for _ in 0..<count { try work() }
            let allocations = Int(lockkeeper_allocation_count() - counted) / count
            best.nanoseconds = min(best.nanoseconds, (monotonicNanoseconds() - start) / count)
            best.allocations = min(best.allocations, allocations)
        }
        return best
    }
}

/// What is translated: a conversation with tools, its answer, and a stream of words.
private enum Traffic {
    /// The events of a stream that carry content.
    static let events = 200

    private static let words = "the quick brown fox jumps over the lazy dog, "

    /// A request of a client's.
    static func request(in dialect: Dialect, ofAbout bytes: Int) throws -> [UInt8] {
        let turns = (0..<max(1, bytes / 800)).map { number in
            let said = String(repeating: words, count: 6)
            return #"{"role":"user","content":"\#(said)"},"#
                + #"{"role":"assistant","content":null,"tool_calls":[{"id":"call_\#(number)","type":"function","#
                + #""function":{"name":"look_up","arguments":"{\"place\":\"\#(number)\"}"}}]},"#
                + #"{"role":"tool","tool_call_id":"call_\#(number)","content":"\#(said)"}"#
        }
        let chat =
            #"{"model":"model-4-6","max_tokens":256,"temperature":0.7,"messages":["#
            + #"{"role":"system","content":"You are a helpful assistant."},\#(turns.joined(separator: ","))],"#
            + #""tools":[{"type":"function","function":{"name":"look_up","description":"Looks up","#
            + #""parameters":{"type":"object","properties":{"place":{"type":"string"}}}}}]}"#
        let body = Array(chat.utf8)
        if dialect == .openAIChat { return body }
        let target = TranslationTarget(dialect: dialect, model: "model-4-6")
        return try RequestTranslation(body.span, from: .openAIChat).translated(for: target).body
    }

    /// A provider's whole answer of some hundred words.
    static func answer(of dialect: Dialect) throws -> [UInt8] {
        let chat =
            #"{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"model-4-6","choices":[{"index":0,"#
            + #""finish_reason":"stop","message":{"role":"assistant","content":"\#(String(repeating: words, count: 40))"}}],"#
            + #""usage":{"prompt_tokens":500,"completion_tokens":400,"total_tokens":900}}"#
        let body = Array(chat.utf8)
        if dialect == .openAIChat { return body }
        return AnswerTranslation(body.span, status: 200, context(from: dialect)).body
    }

    /// A provider's stream, event by event.
    static func stream(of dialect: Dialect) throws -> [[UInt8]] {
        let start =
            #"data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"model-4-6","#
        let word =
            start
            + #""choices":[{"index":0,"delta":{"content":"the quick brown fox "},"finish_reason":null}]}"#
        let chat = (0..<events).map { _ in Array((word + "\n\n").utf8) }
        if dialect == .openAIChat { return chat }
        var translation = StreamTranslation(context(from: dialect))
        return chat.map { event in
            var output: [UInt8] = []
            _ = translation.receive(event.span, into: &output)
            return output
        }
    }

    /// What makes a provider's words of chat.
    private static func context(from dialect: Dialect) -> AnswerContext {
        AnswerContext(
            client: dialect,
            provider: .openAIChat,
            model: "model-4-6",
            requestID: "rq_made",
            created: 1
        )
    }
}
