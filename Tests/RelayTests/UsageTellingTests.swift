import Accounting
import Model
import Routing
import Testing

@testable import Relay

/// What is charged where a provider tells its tokens late, never, twice, as zero or in an error.
///
/// The rules are those of chapter 5, for every dialect and for what is translated from one.
@Suite struct UsageTellingTests {
    typealias Told = TellingEvents.Told

    /// What an attempt is charged by.
    enum Rule {
        /// What the provider reported: 7 tokens in and 3 out.
        case report
        /// The report, and all output that was seen where that is more.
        case seen
        /// A report of nothing: it costs nothing.
        case nothing
        /// Our own count.
        case count
        /// No attempt, no charge.
        case free
    }

    /// Where a stream tells its tokens.
    struct Telling: CustomTestStringConvertible {
        let testDescription: String
        var opening = Told.nothing
        var finish = Told.nothing
        var end = Told.nothing
        let rule: Rule
    }

    static let tellings = [
        Telling(testDescription: "never", rule: .count),
        Telling(testDescription: "early", opening: .counts, rule: .report),
        Telling(testDescription: "with the reason to stop", finish: .counts, rule: .report),
        Telling(testDescription: "behind the reason to stop", end: .counts, rule: .report),
        Telling(testDescription: "twice", finish: .counts, end: .counts, rule: .report),
        Telling(
            testDescription: "thrice",
            opening: .counts,
            finish: .counts,
            end: .counts,
            rule: .report
        ),
        Telling(testDescription: "as zero", end: .zero, rule: .nothing),
        Telling(testDescription: "as zero first", opening: .zero, end: .counts, rule: .report),
    ]

    /// Who asks in which dialect, and who answers in which: all that is not translated, and one
    /// translation from each.
    static let pairs: [Dialects] =
        Dialect.allCases.map { Dialects(client: $0, provider: $0) } + [
            Dialects(client: .anthropicMessages, provider: .openAIChat),
            Dialects(client: .openAIChat, provider: .anthropicMessages),
            Dialects(client: .openAIChat, provider: .openAIResponses),
            Dialects(client: .openAIChat, provider: .gemini),
        ]

    struct Dialects: CustomTestStringConvertible {
        let client: Dialect
        let provider: Dialect
        var testDescription: String { "\(client.rawValue) at \(provider.rawValue)" }
    }

    private func site(_ provider: Dialect) throws -> Site {
        var facts = ModelFacts()
        facts.maxOutputTokens = 1000
        facts.pricing = Pricing(
            TokenRates(
                input: TokenPrice(picoDollars: 1_000_000),
                output: TokenPrice(picoDollars: 10_000_000)
            )
        )
        var alpha = try RelayTests.provider("alpha", dialects: [provider])
        alpha.models = [ProviderModel(id: "m", facts: facts)]
        var site = Site([alpha])
        site.credits = CreditRules(mode: .prepaid, managedFee: .free)
        return site
    }

    private func ask(
        _ pair: Dialects,
        _ till: Till,
        isStream: Bool = true
    ) throws -> Conversation {
        let stream = isStream ? ",\"stream\":true" : ""
        let text = "\"tell me all that you know of locks and of those who keep them\""
        let turns = "[{\"role\":\"user\",\"content\":\(text)}]"
        let verb = isStream ? "streamGenerateContent?alt=sse" : "generateContent"
        let (path, body) =
            switch pair.client {
            case .openAIChat:
                ("/v1/chat/completions", "{\"model\":\"alpha:m\"\(stream),\"messages\":\(turns)}")
            case .openAIResponses:
                ("/v1/responses", "{\"model\":\"alpha:m\"\(stream),\"input\":\(text)}")
            case .anthropicMessages:
                (
                    "/v1/messages",
                    "{\"model\":\"alpha:m\",\"max_tokens\":900\(stream),\"messages\":\(turns)}"
                )
            case .gemini:
                (
                    "/v1beta/models/alpha:m:\(verb)",
                    "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\(text)}]}]}"
                )
            }
        let conversation = Conversation(try site(pair.provider), path, body: body, till: till)
        try #require(conversation.attempts.count == 1, "\(conversation.answer.text)")
        return conversation
    }

    /// Checks the one event that is there, and that the balance says the same.
    private func check(_ till: Till, _ rule: Rule) throws {
        let event = try #require(till.events.first)
        #expect(till.events.count == 1)
        #expect(till.openHolds == 0)
        #expect(till.overrun == .zero)
        #expect(till.balance + event.totalCost == NanoDollars(5_000_000_000))
        #expect(event.isEstimated == (rule == .count))
        switch rule {
        case .report: #expect(event.totalCost == NanoDollars(37_000))
        case .nothing, .free: #expect(event.totalCost == .zero)
        // Ten words, and those of the question.
        case .count: #expect((100_000...220_000).contains(event.totalCost.rawValue))
        case .seen: #expect((87_000...187_000).contains(event.totalCost.rawValue))
        }
    }

    @Test(arguments: tellings, pairs)
    func `a stream is charged once, wherever it tells its tokens`(
        telling: Telling,
        pair: Dialects
    ) throws {
        // A response tells why it stopped at its very end.
        if pair.provider == .openAIResponses, telling.finish != .nothing, telling.end == .nothing {
            return
        }
        let till = Till(dollars: 5)
        let events = TellingEvents(dialect: pair.provider)
        var conversation = try ask(pair, till)
        conversation.streamHead()
        conversation.receive(events.opening(telling.opening))
        conversation.receive(events.content)
        conversation.receive(events.finish(telling.finish))
        conversation.receive(events.end(telling.end))
        conversation.end()
        #expect(conversation.command == .finish)
        try check(till, telling.rule)
    }

    @Test(arguments: [(Told.nothing, Rule.count), (.zero, .nothing), (.counts, .report)], pairs)
    func `a whole answer is charged by what it tells`(
        told: (Told, Rule),
        pair: Dialects
    ) throws {
        let till = Till(dollars: 5)
        var conversation = try ask(pair, till, isStream: false)
        conversation.answer(200, TellingEvents(dialect: pair.provider).whole(told.0))
        #expect(conversation.answer.status == 200)
        try check(till, told.1)
    }

    @Test(arguments: [(Told.nothing, Rule.free), (.zero, .nothing), (.counts, .report)], pairs)
    func `an error is charged by what it tells, and costs nothing else`(
        told: (Told, Rule),
        pair: Dialects
    ) throws {
        for status in [400, 500] {
            let till = Till(dollars: 5)
            var conversation = try ask(pair, till, isStream: false)
            conversation.answer(status, TellingEvents(dialect: pair.provider).error(told.0))
            #expect(conversation.endCount == 1)
            try check(till, told.1)
        }
    }

    @Test(arguments: [(Told.nothing, Rule.free), (.counts, .report)], pairs)
    func `a stream that fails at once is charged by what its error tells`(
        told: (Told, Rule),
        pair: Dialects
    ) throws {
        let till = Till(dollars: 5)
        let events = TellingEvents(dialect: pair.provider)
        var conversation = try ask(pair, till)
        conversation.streamHead()
        conversation.receive(events.failure(told.0))
        conversation.end()
        #expect(conversation.endCount == 1)
        try check(till, told.1)
    }

    @Test(arguments: [(Told.nothing, Rule.count), (.counts, .seen)], pairs)
    func `a stream that fails after content is charged for that at least`(
        told: (Told, Rule),
        pair: Dialects
    ) throws {
        let till = Till(dollars: 5)
        let events = TellingEvents(dialect: pair.provider)
        var conversation = try ask(pair, till)
        conversation.streamHead()
        conversation.receive(events.opening(.nothing))
        conversation.receive(events.content)
        conversation.receive(events.failure(told.0))
        conversation.end()
        #expect(conversation.endCount == 1)
        try check(till, told.1)
    }

    @Test(arguments: pairs)
    func `a stream that breaks off is charged for what was seen of it`(pair: Dialects) throws {
        let till = Till(dollars: 5)
        let events = TellingEvents(dialect: pair.provider)
        var conversation = try ask(pair, till)
        conversation.streamHead()
        conversation.receive(events.opening(.nothing))
        conversation.receive(events.content)
        conversation.end(.connectionLost)
        #expect(conversation.endCount == 1)
        try check(till, .count)
    }
}
