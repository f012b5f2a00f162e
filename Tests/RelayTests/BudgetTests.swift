import Access
import Accounting
import Model
import Routing
import Testing

@testable import Relay

/// What a budget does to the requests of its key.
@Suite struct `A key's budget` {
    private static let key = BudgetHolder.key(AccessKeyID("aigk_1"))

    /// One dollar a million tokens in, ten out.
    private func site(
        _ mode: CreditRules.Mode,
        _ budget: Budget,
        hasOwnKey: Bool = false
    ) throws -> Site {
        var facts = ModelFacts()
        facts.maxOutputTokens = 100_000
        facts.pricing = Pricing(
            TokenRates(
                input: TokenPrice(picoDollars: 1_000_000),
                output: TokenPrice(picoDollars: 10_000_000)
            )
        )
        var alpha = try provider("alpha")
        alpha.models = [ProviderModel(id: "m", facts: facts)]
        var site = Site([alpha])
        site.credits = CreditRules(mode: mode, managedFee: .free)
        site.keys[0].record.budget = budget
        if hasOwnKey {
            site.ownKeys = [ownKey("aigpk_1", of: "alpha")]
        }
        return site
    }

    private func budget(_ nanoDollars: Int64, _ scope: Budget.Scope = .all) -> Budget {
        Budget(NanoDollars(nanoDollars), each: .day, of: scope)
    }

    private func till(_ budget: Budget, dollars: Int64 = 5) -> Till {
        let till = Till(dollars: dollars)
        let now = Timestamp(unixSecond: Site.second)
        till.treasury.setBudget(budget, of: Self.key, at: now)
        return till
    }

    private let chat =
        #"{"model":"alpha:m","max_tokens":100,"messages":[{"role":"user","content":"hi"}]}"#
    private let answer =
        #"{"choices":[{"message":{"content":"Hello"}}],"#
        + #""usage":{"prompt_tokens":100,"completion_tokens":50}}"#

    @Test(arguments: [CreditRules.Mode.prepaid, .track])
    func `is spent by what attempts cost by the list`(_ mode: CreditRules.Mode) throws {
        let budget = budget(10_000_000)
        let till = till(budget)
        var conversation = Conversation(try site(mode, budget), body: chat, till: till)
        #expect(till.treasury.meter(of: Self.key)?.held ?? .zero > NanoDollars(1_000_000))
        conversation.answer(200, answer)
        #expect(conversation.answer.status == 200)
        #expect(till.treasury.meter(of: Self.key)?.spent == NanoDollars(600_000))
        #expect(till.treasury.meter(of: Self.key)?.held == .zero)
    }

    @Test func `refuses what it does not pay, with the moment of the next`() throws {
        let budget = budget(900_000)
        let till = till(budget)
        let conversation = Conversation(try site(.track, budget), body: chat, till: till)
        #expect(conversation.answer.status == 403)
        #expect(conversation.answer.text.contains("ERR_NGROK_AI_GATEWAY_BUDGET_EXCEEDED"))
        // The test's day is 2026-11-21.
        #expect(conversation.answer.text.contains("2026-11-22T00:00:00Z"))
        #expect(till.treasury.meter(of: Self.key)?.held == .zero)
    }

    @Test func `is not passed by requests that run at once`() throws {
        let budget = budget(1_500_000)
        let till = till(budget)
        let site = try site(.track, budget)
        var first = Conversation(site, body: chat, till: till)
        #expect(Conversation(site, body: chat, till: till).answer.status == 403)
        first.answer(200, answer)
        #expect(first.answer.status == 200)
        // 0.6 of it is spent, which leaves too little for what a request may cost.
        #expect(Conversation(site, body: chat, till: till).answer.status == 403)
    }

    @Test(arguments: [(Budget.Scope.all, 403), (.managed, 200)])
    func `counts traffic on own keys where it is for all`(
        _ scope: Budget.Scope,
        _ status: Int
    ) throws {
        let budget = budget(900_000, scope)
        let till = till(budget)
        let site = try site(.prepaid, budget, hasOwnKey: true)
        var conversation = Conversation(site, body: chat, till: till)
        if status == 200 { conversation.answer(200, answer) }
        #expect(conversation.answer.status == status)
        #expect(till.balance == NanoDollars(5_000_000_000))
    }
}
