import Accounting
import Model
import Routing
import Testing

@testable import Relay

/// A body that is too long for a loop to read in one go.
@Suite struct LongBodies {
    private let text = String(repeating: "x", count: Limits.bodyBytesOnLoop)

    private func conversation(_ body: String) throws -> Conversation {
        Conversation(Site([try provider("alpha")]), body: body)
    }

    @Test func `it is read elsewhere and then sent like any other`() throws {
        let body = #"{"model":"alpha:m","messages":["\#(text)"]}"#
        var conversation = try conversation(body)
        #expect(conversation.command == .workElsewhere)
        #expect(conversation.attempts.isEmpty)
        conversation.workElsewhere()
        #expect(conversation.attempts.count == 1)
        #expect(conversation.attempts.first?.body == #"{"model":"m","messages":["\#(text)"]}"#)
        conversation.answer(200, "{}")
        #expect(conversation.answer.status == 200)
    }

    @Test(arguments: [(1_000_000, 200), (1000, 413)])
    func `its length in tokens is read elsewhere too`(limit: Int, status: Int) throws {
        var site = Site([try provider("alpha")])
        site.limits.maxInputTokens = limit
        let body = #"{"model":"alpha:m","stream":true,"messages":["\#(text)"]}"#
        var conversation = Conversation(site, body: body)
        #expect(conversation.exchange.traits == nil)
        conversation.workElsewhere()
        #expect(conversation.exchange.traits?.textBytes == text.utf8.count)
        #expect(conversation.exchange.traits?.isStream == true)
        #expect(conversation.answer.status == (status == 413 ? 413 : nil))
        #expect(conversation.attempts.count == (status == 413 ? 0 : 1))
    }

    @Test(arguments: [CreditRules.Mode.off, .track, .prepaid])
    func `what has a price of its own is looked for elsewhere`(mode: CreditRules.Mode) throws {
        var site = Site([try provider("alpha")])
        site.credits = CreditRules(mode: mode, managedFee: .free)
        let body = #"{"model":"alpha:m","service_tier":"flex","messages":["\#(text)"]}"#
        var conversation = Conversation(site, body: body)
        #expect(conversation.exchange.terms == nil)
        conversation.workElsewhere()
        let isPriced = mode != .off
        #expect(conversation.exchange.terms?.allTiers == (isPriced ? .flex : nil))
    }

    @Test func `what a limit changes in it is changed elsewhere`() throws {
        var site = Site([try provider("alpha")])
        site.limits.maxOutputTokens = 50
        let body = #"{"model":"alpha:m","max_tokens":4000,"messages":["\#(text)"]}"#
        var conversation = Conversation(site, body: body)
        conversation.workElsewhere()
        #expect(conversation.command == .workElsewhere)
        #expect(conversation.attempts.isEmpty)
        conversation.workElsewhere()
        #expect(
            conversation.attempts.map(\.body)
                == [#"{"model":"m","max_tokens":50,"messages":["\#(text)"]}"#]
        )
    }

    @Test func `a Gemini client's is looked into elsewhere`() throws {
        var site = Site([try provider("alpha")])
        site.limits.maxInputTokens = 1000
        let body = #"{"contents":[{"parts":[{"text":"\#(text)"}]}]}"#
        var conversation = Conversation(
            site,
            "/v1beta/models/alpha:m:generateContent",
            body: body
        )
        #expect(conversation.command == .workElsewhere)
        conversation.workElsewhere()
        #expect(conversation.answer.status == 413)
    }

    @Test(arguments: ["{\"model\":\"alpha:m\",\"x\":\"", "[\"", "{\"model\":5,\"x\":\""])
    func `what is wrong with it is told`(start: String) throws {
        var conversation = try conversation(start + text)
        conversation.workElsewhere()
        #expect(conversation.answer.status == 400)
        #expect(conversation.answer.code == "ERR_NGROK_27228")
    }

    @Test func `a client that leaves meanwhile ends the exchange`() throws {
        var conversation = try conversation(#"{"model":"alpha:m","messages":["\#(text)"]}"#)
        conversation.leave()
        conversation.workElsewhere()
        #expect(conversation.attempts.isEmpty)
        #expect(conversation.sent.isEmpty)
    }

    @Test func `a length that was announced is no promise`() throws {
        for length in ["99999999999", "-1", "7", "", "18446744073709551616"] {
            var conversation = Conversation(
                Site([try provider("alpha")]),
                body: #"{"model":"alpha:m","messages":["\#(text)"]}"#,
                headers: [("CONTENT_LENGTH", length)]
            )
            conversation.workElsewhere()
            #expect(conversation.attempts.count == 1)
        }
    }
}
