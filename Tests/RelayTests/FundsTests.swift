import Accounting
import Model
import Routing
import Testing

@testable import Relay

/// What an exchange sets aside, what it is charged, and what its client sees of that.
@Suite struct Funding {
    /// One dollar a million tokens in, ten out: prices at which sums are easy to check.
    private func site(
        mode: CreditRules.Mode = .prepaid,
        _ change: (inout ModelFacts) -> Void = { _ in }
    ) throws -> Site {
        var facts = ModelFacts()
        facts.maxOutputTokens = 100_000
        facts.pricing = Pricing(
            TokenRates(
                input: TokenPrice(picoDollars: 1_000_000),
                output: TokenPrice(picoDollars: 10_000_000)
            )
        )
        change(&facts)
        var alpha = try provider("alpha")
        alpha.models = [ProviderModel(id: "m", facts: facts)]
        var site = Site([alpha])
        site.credits = CreditRules(mode: mode, managedFee: .free)
        return site
    }

    private func chat(_ members: String = "", stream: Bool = false) -> String {
        let wish = stream ? ",\"stream\":true" : ""
        return
            #"{"model":"alpha:m"\#(wish)\#(members),"messages":[{"role":"user","content":"hi"}]}"#
    }

    private let answer =
        #"{"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}],"#
        + #""usage":{"prompt_tokens":1000,"completion_tokens":100}}"#

    // MARK: Settling

    @Test func `a request holds what it may cost and pays what the provider reports`() throws {
        let till = Till(dollars: 5)
        var conversation = Conversation(
            try site(),
            body: chat(",\"max_tokens\":1000"),
            till: till
        )
        #expect(till.openHolds == 1)
        #expect(till.free < NanoDollars(4_990_000_000))
        conversation.answer(200, answer)
        #expect(conversation.answer.status == 200)
        #expect(till.openHolds == 0)
        // 1,000 tokens at a dollar and 100 at ten dollars a million.
        #expect(till.balance == NanoDollars(5_000_000_000 - 2_000_000))
        let event = try #require(till.events.first)
        #expect(till.events.count == 1)
        #expect(event.isFinal)
        #expect(!event.isEstimated)
        #expect(event.totalCost == NanoDollars(2_000_000))
        #expect(event.listCost == NanoDollars(2_000_000))
    }

    @Test func `the client sees no end before the ledger has it`() throws {
        let till = Till(dollars: 5)
        till.isStuck = true
        var conversation = Conversation(try site(), body: chat(), till: till)
        conversation.answer(200, answer)
        #expect(conversation.command == .settle)
        #expect(conversation.sent.isEmpty)
        conversation.settled()
        #expect(conversation.answer.status == 200)
        #expect(conversation.answer.text == answer)
    }

    @Test func `a client whose end can't be written sees its answer cut`() throws {
        let till = Till(dollars: 5)
        till.isStuck = true
        var conversation = Conversation(try site(), body: chat(), till: till)
        conversation.answer(200, answer)
        conversation.wait(.seconds(61))
        #expect(conversation.command == .abandon)
        #expect(conversation.sent.isEmpty)
    }

    @Test(arguments: Dialect.allCases)
    func `a stream's last event waits for the ledger`(dialect: Dialect) throws {
        let till = Till(dollars: 5)
        till.isStuck = true
        let events = Events.of(dialect)
        var conversation = Conversation(
            try site(),
            events.path,
            body: events.single,
            till: till
        )
        conversation.streamHead()
        conversation.receive(events.preamble)
        conversation.receive(events.content)
        #expect(conversation.answer.text.contains("Hi"))
        let before = conversation.sent.count
        conversation.receive(events.ending)
        #expect(conversation.sent.count == before)
        conversation.end()
        #expect(conversation.command == .settle)
        #expect(conversation.sent.count == before)
        conversation.settled()
        #expect(conversation.command == .finish)
        #expect(conversation.sent.count > before)
        // 7 tokens in and 3 out.
        #expect(till.balance == NanoDollars(5_000_000_000 - 37_000))
    }

    @Test func `a provider that keeps its connection open does not keep the client waiting`()
        throws
    {
        let till = Till(dollars: 5)
        var conversation = Conversation(
            try site(),
            Events.chat.path,
            body: Events.chat.single,
            till: till
        )
        conversation.streamHead()
        conversation.receive(Events.chat.content)
        conversation.receive(Events.chat.ending)
        conversation.wait(.seconds(2))
        #expect(conversation.command == .finish)
        #expect(conversation.answer.text.hasSuffix("data: [DONE]\n\n"))
        #expect(till.openHolds == 0)
    }

    // MARK: Refusals

    @Test(arguments: [
        (0, 0, "ERR_NGROK_4026"), (1, 1, "ERR_NGROK_AI_GATEWAY_CREDITS_HELD"),
    ])
    func `who can't pay is told so in words`(
        dollars: Int64,
        others: Int64,
        code: String
    ) throws {
        let till = Till(dollars: dollars)
        if others > 0 {
            let all = HoldSize(
                wanted: NanoDollars(1_000_000_000),
                least: NanoDollars(1_000_000_000)
            )
            var entries: [LedgerEntry] = []
            let outcome = till.treasury.reserve(
                FundsWish(credits: (.standard, all)),
                at: Timestamp(unixSecond: Site.second),
                telling: &entries
            )
            guard case .claimed(let claim) = outcome else {
                Issue.record("there is a dollar")
                return
            }
            _ = claim.abandon()
        }
        let conversation = Conversation(try site(), body: chat(), till: till)
        #expect(conversation.answer.code == code)
        #expect(conversation.attempts.isEmpty)
        #expect(till.events.isEmpty)
    }

    @Test func `while the ledger is out of reach only traffic with own keys goes on`() throws {
        let till = Till(dollars: 5)
        till.isOut = true
        var site = try site()
        let refused = Conversation(site, body: chat(), till: till)
        #expect(refused.answer.status == 503)
        site.ownKeys = [ownKey("aigpk_1", of: "alpha")]
        var served = Conversation(site, body: chat(), till: till)
        served.answer(200, answer)
        #expect(served.answer.status == 200)
        #expect(till.events.map(\.keySource) == [.user])
        #expect(till.events.first?.totalCost == .zero)
        #expect(till.events.first?.listCost == NanoDollars(2_000_000))
    }

    @Test(arguments: [
        (#","service_tier":"flex""#, "service_tier"),
        (#","service_tier":"scale""#, "service_tier"),
        (#","store":true"#, "store"), (#","background":true"#, "background"),
        (#","web_search_options":{}"#, "web_search_options"),
        (#","modalities":["text","audio"]"#, "modalities"),
        (#","tools":[{"type":"web_search_20250305","name":"w"}]"#, "tools"),
        (#","tools":[{"googleSearch":{}}]"#, "tools"),
    ])
    func `what has no price is refused by name`(members: String, parameter: String) throws {
        for mode in [CreditRules.Mode.prepaid, .track] {
            let conversation = Conversation(
                try site(mode: mode),
                body: chat(members),
                till: Till(dollars: 5)
            )
            #expect(conversation.answer.code == "ERR_NGROK_27238")
            #expect(conversation.answer.text.contains("`\(parameter)`"))
        }
        let free = Conversation(try site(mode: .off), body: chat(members))
        #expect(free.attempts.count == 1)
    }

    @Test(arguments: [
        #","service_tier":"auto""#, #","store":false"#, #","modalities":["text"]"#,
        #","tools":[{"type":"function","function":{"name":"f"}}]"#,
        #","tools":[{"name":"f","input_schema":{}}]"#,
        #","tools":[{"functionDeclarations":[]}]"#, #","tools":[{"type":"bash_20250124"}]"#,
    ])
    func `what costs nothing beside its tokens passes`(members: String) throws {
        let conversation = Conversation(
            try site(),
            body: chat(members),
            till: Till(dollars: 5)
        )
        #expect(conversation.attempts.count == 1)
    }

    @Test func `a tier that has a price is charged by it`() throws {
        let site = try site { facts in
            var rule = PriceRule(.factor(PriceFactor(millionths: 500_000)))
            rule.tiers = .flex
            facts.pricing?.rules = [rule]
        }
        let till = Till(dollars: 5)
        var conversation = Conversation(
            site,
            body: chat(#","service_tier":"flex""#),
            till: till
        )
        conversation.answer(200, answer)
        #expect(till.balance == NanoDollars(5_000_000_000 - 1_000_000))
    }

    @Test func `a model without a price is refused or served unpriced`() throws {
        let none: (inout ModelFacts) -> Void = { $0.pricing = nil }
        let refused = Conversation(
            try site(mode: .prepaid, none),
            body: chat(),
            till: Till(dollars: 5)
        )
        #expect(refused.answer.code == "ERR_NGROK_27236")
        let till = Till()
        var served = Conversation(try site(mode: .track, none), body: chat(), till: till)
        served.answer(200, answer)
        #expect(served.answer.status == 200)
        #expect(till.events.first?.isUnpriced == true)
        #expect(till.events.first?.charge == nil)
    }

    // MARK: Without a limit

    @Test func `an answer that is not seen as it comes gets a limit that the balance carries`()
        throws
    {
        let rich = Conversation(try site(), body: chat(), till: Till(dollars: 5000))
        #expect(rich.attempts.first?.body.contains(#""max_tokens":16384"#) == true)
        let till = Till(dollars: 5)
        let shared = Conversation(try site(), body: chat(), till: till)
        let cap = try #require(
            shared.attempts.first?.body.firstMatch(of: #/"max_tokens":(\d+)/#)
        )
        let tokens = try #require(Int(cap.1))
        // A 64th of five dollars at ten dollars a million.
        #expect((4096...7813).contains(tokens))
    }

    @Test func `five dollars carry fifty parallel calls without a limit`() throws {
        for isStream in [true, false] {
            let till = Till(dollars: 5)
            let site = try site { facts in
                facts.pricing = Pricing(
                    TokenRates(
                        input: TokenPrice(picoDollars: 4_000_000),
                        output: TokenPrice(picoDollars: 20_000_000)
                    )
                )
            }
            let all = (0..<50).map { _ in
                Conversation(site, body: chat(stream: isStream), till: till)
            }
            #expect(all.allSatisfy { $0.attempts.count == 1 })
            #expect(till.openHolds == 50)
        }
    }

    @Test func `a long stream holds more as it grows and stops when there is no more`() throws {
        // Four cents hold the first 4,096 tokens at ten dollars a million, and no step more.
        let till = Till(dollars: 1)
        var conversation = Conversation(
            try site {
                $0.pricing = Pricing(
                    TokenRates(input: .free, output: TokenPrice(picoDollars: 200_000_000))
                )
            },
            body: chat(stream: true),
            till: till
        )
        conversation.streamHead()
        let word = String(repeating: "word ", count: 100)
        var count = 0
        while conversation.endCount == 0, count < 1000 {
            conversation.receive("data: {\"choices\":[{\"delta\":{\"content\":\"\(word)\"}}]}\n\n")
            count += 1
        }
        #expect(conversation.endCount == 1)
        #expect(conversation.answer.text.contains("ERR_NGROK_4026"))
        #expect(till.balance >= .zero)
        #expect(till.overrun == .zero)
        #expect(till.openHolds == 0)
        let event = try #require(till.events.first)
        #expect(event.isEstimated)
        #expect(event.counted.output > 3000)
        #expect(event.counted.input > 0)
        #expect(event.isServed)
        #expect(event.stopReason == nil)
    }

    @Test func `what a stream has come to is told for the case of a crash`() throws {
        let till = Till(dollars: 1)
        var conversation = Conversation(
            try site(),
            body: chat(#","max_tokens":2000"#, stream: true),
            till: till
        )
        conversation.streamHead()
        let word = String(repeating: "word ", count: 100)
        var told: [NanoDollars] = []
        for _ in 0..<10 {
            conversation.receive("data: {\"choices\":[{\"delta\":{\"content\":\"\(word)\"}}]}\n\n")
            if let (_, charge) = conversation.exchange.orphanCharge() { told.append(charge) }
        }
        // Each third event makes 256 tokens full, at ten millionths of a dollar.
        #expect(told.count == 3)
        #expect(told.map { $0.rawValue / 1_000_000 } == [3, 6, 9])
        conversation.leave()
        #expect(conversation.exchange.orphanCharge() == nil)
    }

    // MARK: What is charged of failures

    @Test func `a failed attempt costs nothing and the next one is charged`() throws {
        var site = try site()
        var beta = try provider("beta")
        beta.models = site.providers[0].models
        site.providers.append(beta)
        let till = Till(dollars: 5)
        var conversation = Conversation(
            site,
            body: #"{"model":"alpha:m","models":["beta:m"],"#
                + #""messages":[{"content":"hi"}],"max_tokens":10}"#,
            till: till
        )
        conversation.answer(500, "{}")
        #expect(till.openHolds == 1)
        conversation.answer(200, answer)
        #expect(conversation.answer.status == 200)
        #expect(till.events.map(\.isFinal) == [false, true])
        #expect(till.events.map(\.isError) == [true, false])
        #expect(till.events.map(\.isServed) == [false, true])
        #expect(till.events.map(\.stopReason) == [nil, "stop"])
        #expect(till.events.allSatisfy { $0.counted.input > 0 && $0.counted.output == 0 })
        #expect(till.events.allSatisfy { $0.millisecondsOfRequest != nil })
        #expect(till.events.map(\.totalCost) == [.zero, NanoDollars(2_000_000)])
        #expect(till.balance == NanoDollars(5_000_000_000 - 2_000_000))
    }

    @Test func `a client that leaves pays for what it got`() throws {
        let till = Till(dollars: 5)
        var conversation = Conversation(
            try site(),
            Events.chat.path,
            body: chat(stream: true),
            till: till
        )
        conversation.streamHead()
        conversation.receive(Events.chat.content)
        conversation.leave()
        #expect(till.openHolds == 0)
        let event = try #require(till.events.first)
        #expect(event.isEstimated)
        #expect(event.totalCost > .zero)
        #expect(event.totalCost < NanoDollars(1_000_000))
    }

    @Test func `a client that leaves before any answer pays nothing`() throws {
        let till = Till(dollars: 5)
        var conversation = Conversation(try site(), body: chat(), till: till)
        conversation.leave()
        #expect(till.openHolds == 0)
        #expect(till.balance == NanoDollars(5_000_000_000))
        #expect(till.events.map(\.totalCost) == [.zero])
    }

    // MARK: Usage that the client did not ask for

    @Test(arguments: [
        ("", #""stream_options":{"include_usage":true}"#, false),
        (
            #","stream_options":{"include_usage":true}"#,
            #""stream_options":{"include_usage":true}"#, true
        ),
        (
            #","stream_options":{"include_usage":false,"x":1}"#,
            #""stream_options":{"x":1,"include_usage":true}"#, false
        ),
        (#","stream_options":null"#, #""stream_options":{"include_usage":true}"#, false),
    ])
    func `a provider that the operator pays always tells the usage`(
        members: String,
        sent: String,
        isShown: Bool
    ) throws {
        for mode in [CreditRules.Mode.prepaid, .track] {
            let till = Till(dollars: 5)
            var conversation = Conversation(
                try site(mode: mode),
                body: chat(members, stream: true),
                till: till
            )
            let body = try #require(conversation.attempts.first?.body)
            #expect(body.contains(sent))
            conversation.streamHead()
            conversation.receive(Events.chat.content)
            conversation.receive(Events.chat.ending)
            conversation.end()
            #expect(conversation.answer.text.contains("prompt_tokens") == isShown)
            #expect(conversation.answer.text.hasSuffix("data: [DONE]\n\n"))
            #expect(till.events.map(\.reported) == [Usage(input: 7, output: 3)])
        }
    }

    @Test func `with the account's own key nothing is asked for`() throws {
        var site = try site()
        site.ownKeys = [ownKey("aigpk_1", of: "alpha")]
        let conversation = Conversation(site, body: chat(stream: true), till: Till())
        #expect(conversation.attempts.first?.body.contains("stream_options") == false)
    }

    // MARK: A client that is gone

    @Test func `an answer may be read to its end for a client that left`() throws {
        var site = try site()
        site.onDisconnect = .drain
        let till = Till(dollars: 5)
        var conversation = Conversation(
            site,
            Events.chat.path,
            body: Events.chat.single,
            till: till
        )
        conversation.streamHead()
        conversation.receive(Events.chat.content)
        let goesOn = conversation.leaveUnattended()
        #expect(goesOn)
        let sent = conversation.sent.count
        conversation.receive(Events.chat.ending)
        conversation.end()
        #expect(conversation.command == .finish)
        #expect(conversation.sent.count == sent)
        #expect(till.events.map(\.reported) == [Usage(input: 7, output: 3)])
        #expect(till.balance == NanoDollars(5_000_000_000 - 37_000))
        #expect(conversation.exchange.record.outcome == .clientClosed)
    }

    @Test func `no more is read for nobody than was set aside`() throws {
        var site = try site()
        site.onDisconnect = .drain
        let till = Till(dollars: 5)
        var conversation = Conversation(
            site,
            Events.chat.path,
            body: Events.chat.single,
            till: till
        )
        conversation.streamHead()
        conversation.receive(Events.chat.content)
        let goesOn = conversation.leaveUnattended()
        #expect(goesOn)
        let word = String(repeating: "word ", count: 100)
        var count = 0
        while conversation.endCount == 0, count < 1000 {
            conversation.receive("data: {\"choices\":[{\"delta\":{\"content\":\"\(word)\"}}]}\n\n")
            count += 1
        }
        #expect(conversation.endCount == 1)
        #expect(till.openHolds == 0)
        #expect(till.overrun == .zero)
    }
}
