import Accounting
import Model
import Routing
import Testing
import Tokenizer

@testable import Relay

/// The exact count of a request's tokens, where an estimate leaves open what becomes of it.
@Suite struct `The tokens of a request` {
    /// A vocabulary in which every byte is a token, and each pair and four of the letter z too.
    private final class Shelf: VocabularySource {
        let isBroken: Bool

        init(isBroken: Bool = false) { self.isBroken = isBroken }

        func load() -> Vocabulary? {
            if isBroken { return nil }
            let z = UInt8(ascii: "z")
            let tokens = (0...255).map { [UInt8($0)] } + [[z, z], [z, z, z, z]]
            let lines = tokens.enumerated().map { "\(base64($1)) \($0)\n" }
            do throws(Vocabulary.Problem) {
                return try Vocabulary(.o200k, parsing: lines.joined().utf8Span.span)
            } catch {
                Issue.record(error)
                return nil
            }
        }

        private func base64(_ bytes: [UInt8]) -> String {
            let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
            var text = ""
            for start in stride(from: 0, to: bytes.count, by: 3) {
                let part = bytes[start..<min(start + 3, bytes.count)]
                let word = part.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - part.count))
                for place in 0..<4 {
                    let digit = digits[word >> (18 - 6 * place) & 63]
                    text.append(place <= part.count ? digit : "=")
                }
            }
            return text
        }
    }

    /// 400 letters z: 100 tokens of the vocabulary, and rather more by the estimate.
    private let text = String(repeating: "z", count: 400)

    private func site(isBroken: Bool? = false) throws -> Site {
        var facts = ModelFacts()
        facts.author = "openai"
        facts.pricing = Pricing(TokenRates(input: TokenPrice(picoDollars: 1_000_000_000)))
        var alpha = try provider("alpha")
        alpha.models = [ProviderModel(id: "m", facts: facts)]
        var site = Site([alpha])
        site.vocabulary = isBroken.map { Shelf(isBroken: $0) }
        return site
    }

    private var body: String {
        #"{"model":"alpha:m","max_tokens":1,"messages":[{"role":"user","content":"\#(text)"}]}"#
    }

    private var estimate: Int {
        RequestTraitsReader.read(body.utf8Span.span, path: "").estimatedInputTokens
    }

    @Test func `are counted word for word, escapes as what they stand for`() throws {
        let body = #"{"messages":[{"content":"zz\u007a\u007a"},{"content":"zz"}]}"#
        let vocabulary: Vocabulary = try #require(Shelf().load())
        let traits = RequestTraitsReader.read(body.utf8Span.span, path: "", by: vocabulary)
        #expect(traits.isCounted)
        #expect(traits.estimatedInputTokens == 2 + 2 * TokenEstimate.tokensOfATurn)
    }

    @Test func `are counted where a limit lies near the estimate`() throws {
        for (limit, isCounted, status) in [
            (104, true, nil), (103, true, 413), (estimate * 2, false, nil), (10, false, 413),
        ] {
            var site = try site()
            site.limits.maxInputTokens = limit
            var conversation = Conversation(site, body: body)
            #expect((conversation.command == .workElsewhere) == isCounted, "limit \(limit)")
            conversation.workElsewhere()
            #expect(conversation.answer.status == status, "limit \(limit)")
            #expect(conversation.attempts.count == (status == nil ? 1 : 0))
        }
    }

    @Test(arguments: [nil, true])
    func `are estimated where they can't be counted`(isBroken: Bool?) throws {
        var site = try site(isBroken: isBroken)
        site.limits.maxInputTokens = 104
        var conversation = Conversation(site, body: body)
        #expect((conversation.command == .workElsewhere) == (isBroken != nil))
        conversation.workElsewhere()
        #expect(conversation.answer.status == 413)
    }

    /// A token in costs a tenth of a cent: the count comes to less than a quarter of a dollar.
    @Test(arguments: [(false, 200), (true, 403)])
    func `are counted where a balance does not carry the estimate`(
        isBroken: Bool,
        status: Int
    ) throws {
        var site = try site(isBroken: isBroken)
        site.credits = CreditRules(mode: .prepaid, managedFee: .free)
        let till = Till(nanoDollars: 115_000_000)
        var conversation = Conversation(site, body: body, till: till)
        #expect(conversation.command == .workElsewhere)
        #expect(conversation.attempts.isEmpty)
        conversation.workElsewhere()
        if status == 200 {
            conversation.answer(200, #"{"usage":{"prompt_tokens":100,"completion_tokens":1}}"#)
            #expect(till.balance == NanoDollars(15_000_000))
        }
        #expect(conversation.answer.status == status)
        #expect(till.openHolds == 0)
    }

    @Test func `are not counted where nothing is short`() throws {
        var site = try site()
        site.credits = CreditRules(mode: .prepaid, managedFee: .free)
        let conversation = Conversation(site, body: body, till: Till(dollars: 5))
        #expect(conversation.attempts.count == 1)
    }

    @Test func `are counted once`() throws {
        var site = try site()
        site.credits = CreditRules(mode: .prepaid, managedFee: .free)
        var conversation = Conversation(site, body: body, till: Till(nanoDollars: 1))
        conversation.workElsewhere()
        #expect(conversation.answer.status == 403)
        #expect(conversation.answer.code == "ERR_NGROK_4026")
    }

    @Test func `may outlast their client`() throws {
        var site = try site()
        site.limits.maxInputTokens = 104
        var conversation = Conversation(site, body: body)
        conversation.leave()
        conversation.workElsewhere()
        #expect(conversation.attempts.isEmpty)
    }
}
