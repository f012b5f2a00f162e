import Accounting
import Model
import Testing

/// Claude Opus 5.5: an input token at most $5 (written to a cache), an output token $20 a million.
@Suite struct `A plan for a hold` {
    private func plan(_ change: (inout OutputWish) -> Void) throws -> HoldPlan {
        var wish = OutputWish()
        wish.modelCap = 128_000
        change(&wish)
        return HoldPlan(
            wish,
            input: 1000,
            caches: .briefly,
            tariff: try tariff("claude-opus-5-5"),
            step: 4096
        )
    }

    /// What input and so many output tokens cost at most.
    private func cost(_ output: Int64) -> NanoDollars {
        NanoDollars(5_000_000 + output * 20_000)
    }

    @Test(
        arguments: [
            // The client's cap: all of it, or nothing.
            (500, nil, 1, true, 500, 500, 500), (500, nil, 1, false, 500, 500, 500),
            (500, 300, 1, true, 300, 300, 300),
            (900_000, nil, 1, true, 128_000, 128_000, 128_000),
            (500, nil, 3, true, 1500, 1500, 1500), (0, nil, 1, true, 0, 0, 0),
            // A stream without one.
            (nil, nil, 1, true, 4096, 4096, 256), (nil, 1000, 1, true, 1000, 1000, 256),
            (nil, 100, 1, true, 100, 100, 100), (nil, nil, 2, true, 8192, 8192, 512),
            // Nothing is seen of it as it comes: it takes more only of what others don't need.
            (nil, nil, 1, false, 16_384, 4096, 256), (nil, 10_000, 1, false, 10_000, 4096, 256),
            (nil, nil, 4, false, 65_536, 16_384, 1024),
        ] as [(Int?, Int?, Int, Bool, Int64, Int64, Int64)]
    )
    func `wants what the request may cost, or what it needs for now`(
        _ clientCap: Int?,
        _ keyCap: Int?,
        _ choices: Int,
        _ isSeen: Bool,
        _ wanted: Int64,
        _ modest: Int64,
        _ least: Int64
    ) throws {
        let plan = try plan {
            $0.clientCap = clientCap
            $0.keyCap = keyCap
            $0.choices = choices
            $0.isSeen = isSeen
        }
        let size = HoldSize(wanted: cost(wanted), least: cost(least), modest: cost(modest))
        #expect(plan.size == size)
    }

    @Test(
        arguments: [
            // What is held is in output tokens beside the input.
            (500, nil, 1, true, 500, nil), (500, 300, 1, true, 300, 300),
            (500, 600, 1, false, 500, nil),
            (nil, nil, 1, true, 4096, nil), (nil, 1000, 1, true, 1000, 1000),
            (nil, nil, 1, false, 16_384, 16_384), (nil, nil, 1, false, 700, 700),
            (nil, nil, 2, false, 701, 350), (nil, 500, 1, false, 500, 500),
        ] as [(Int?, Int?, Int, Bool, Int64, Int?)]
    )
    func `caps the answer where the hold is all there will be`(
        _ clientCap: Int?,
        _ keyCap: Int?,
        _ choices: Int,
        _ isSeen: Bool,
        _ held: Int64,
        _ cap: Int?
    ) throws {
        let plan = try plan {
            $0.clientCap = clientCap
            $0.keyCap = keyCap
            $0.choices = choices
            $0.isSeen = isSeen
        }
        #expect(plan.upstreamCap(holding: cost(held)) == cap)
    }

    @Test func `is topped up before the tokens are used up, to the end`() throws {
        let plan = try plan {
            $0.isSeen = true
            $0.keyCap = 10_000
        }
        var held = plan.size.wanted
        #expect(plan.coverage(of: held) == 4096)
        #expect(plan.topUp(counted: 3071, holding: held) == nil)
        held = held + (try #require(plan.topUp(counted: 3072, holding: held)))
        #expect(held == cost(8192))
        // A burst went beyond what was held.
        held = held + (try #require(plan.topUp(counted: 9000, holding: held)))
        #expect(held == cost(10_000))
        #expect(plan.topUp(counted: 10_000, holding: held) == nil)
    }

    @Test func `is used to its half before more is asked for, however small it is`() throws {
        let plan = try plan { $0.isSeen = true }
        #expect(plan.topUpDue(holding: cost(600)) == 300)
        #expect(plan.topUp(counted: 299, holding: cost(600)) == nil)
        #expect(plan.topUp(counted: 300, holding: cost(600)) != nil)
    }

    @Test func `with a cap is never topped up`() throws {
        let capped = try plan {
            $0.isSeen = true
            $0.clientCap = 100
        }
        #expect(capped.topUp(counted: 100, holding: capped.size.wanted) == nil)
        let unseen = try plan { $0.isSeen = false }
        #expect(unseen.topUp(counted: 99_999, holding: unseen.size.wanted) == nil)
    }

    @Test func `knows no end of what costs nothing, and does not overflow`() throws {
        var wish = OutputWish()
        wish.isSeen = true
        wish.choices = .max
        let free = Tariff(nil, fee: .free, at: try moment("2026-11-21T12:00:00Z"))
        let plan = HoldPlan(wish, input: .max, caches: .briefly, tariff: free, step: .max)
        #expect(plan.size == HoldSize(wanted: .zero, least: .zero))
        #expect(plan.coverage(of: .zero) == .max)
        #expect(plan.topUp(counted: .max, holding: .zero) == nil)
        let dear = HoldPlan(
            wish,
            input: .max,
            caches: .briefly,
            tariff: try tariff("claude-opus-5-5"),
            step: .max
        )
        #expect(dear.size.wanted.rawValue == .max)
    }

    /// Fifty short calls at once of a dear model fit a balance of five dollars.
    @Test func `leaves room for others`() throws {
        let plan = try plan { $0.isSeen = true }
        var events: [BalanceEvent] = []
        var balance = Balance()
        let grant = Grant(
            GrantID(1),
            amount: NanoDollars(5_000_000_000),
            category: .purchase,
            createdAt: try moment("2026-11-21T12:00:00Z"),
            expiresAt: try moment("2027-11-21T12:00:00Z")
        )
        balance.add(grant, telling: &events)
        let now = try moment("2026-11-21T12:00:00Z")
        for number in 0..<50 as Range<Int64> {
            switch balance.reserve(plan.size, as: HoldID(number), at: now, telling: &events) {
            case .held(let hold): _ = hold.keepNumber()
            case .heldByOthers: Issue.record("held by others")
            case .exhausted: Issue.record("exhausted")
            }
        }
        #expect(balance.openHolds.count == 50)
    }
}
