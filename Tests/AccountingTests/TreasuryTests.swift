import Accounting
import Model
import Testing

@Suite struct `A treasury` {
    private static let account = AccountID("a")
    private static let key = BudgetHolder.key(AccessKeyID("k"))
    private static let configuration = BudgetHolder.configuration(ConfigurationID("c"))

    private struct Books {
        var treasury = Treasury()
        var entries: [LedgerEntry] = []
        let now: Timestamp

        init(
            _ credits: NanoDollars,
            key: NanoDollars? = nil,
            configuration: NanoDollars? = nil
        ) throws {
            now = try moment("2026-11-21T12:00:00Z")
            let grant = Grant(
                GrantID(1),
                amount: credits,
                category: .purchase,
                createdAt: now,
                expiresAt: try moment("2027-11-21T12:00:00Z")
            )
            treasury.add(grant, to: account, telling: &entries)
            for (holder, amount) in [
                (`A treasury`.key, key), (`A treasury`.configuration, configuration),
            ] {
                guard let amount else { continue }
                treasury.setBudget(Budget(amount, each: .day, of: .all), of: holder, at: now)
            }
        }

        func wish(_ amount: NanoDollars, list: NanoDollars, isPaid: Bool = true) -> FundsWish {
            FundsWish(
                credits: isPaid ? (account, HoldSize(wanted: amount, least: amount)) : nil,
                budgets: [`A treasury`.key, `A treasury`.configuration],
                listSize: HoldSize(wanted: list, least: list)
            )
        }

        mutating func topUp(
            _ claim: inout Claim,
            by more: NanoDollars,
            list: NanoDollars
        ) -> Bool {
            treasury.topUp(&claim, by: more, list: list, at: now, telling: &entries)
        }

        /// Reserves and ends at once; whether it could be.
        mutating func spend(_ amount: NanoDollars, list: NanoDollars) -> String {
            switch treasury.reserve(wish(amount, list: list), at: now, telling: &entries) {
            case .claimed(let claim):
                treasury.settle(claim, for: amount, list: list, at: now, telling: &entries)
                return "spent"
            case .heldByOthers: return "held by others"
            case .exhausted: return "exhausted"
            case .budgetExceeded(let holder, _):
                return holder == `A treasury`.key ? "key's budget" : "configuration's budget"
            case .unavailable: return "unavailable"
            }
        }
    }

    @Test func `sets aside all that a request needs, or nothing`() throws {
        var books = try Books(100, key: 50, configuration: 40)
        #expect(books.spend(30, list: 45) == "configuration's budget")
        #expect(books.treasury.meter(of: Self.key)?.held == 0)
        #expect(books.spend(120, list: 10) == "exhausted")
        #expect(books.treasury.meter(of: Self.configuration)?.held == 0)
        #expect(books.spend(30, list: 40) == "spent")
        #expect(books.treasury.balance(of: Self.account).amount(at: books.now) == 70)
        #expect(books.treasury.meter(of: Self.key)?.spent == 40)
        #expect(books.spend(0, list: 1) == "configuration's budget")
        books.treasury.setBudget(nil, of: Self.configuration, at: books.now)
        #expect(books.spend(0, list: 10) == "spent")
        #expect(books.spend(0, list: 1) == "key's budget")
        let more = Budget(60, each: .day, of: .all)
        books.treasury.setBudget(more, of: Self.key, at: books.now)
        #expect(books.spend(0, list: 10) == "spent")
    }

    @Test func `tops up all, or nothing`() throws {
        var books = try Books(100, key: 50, configuration: 40)
        switch books.treasury.reserve(
            books.wish(10, list: 10),
            at: books.now,
            telling: &books.entries
        ) {
        case .claimed(var claim):
            #expect(books.topUp(&claim, by: 20, list: 30))
            #expect(claim.amount == 30)
            #expect(!books.topUp(&claim, by: 10, list: 5))
            #expect(books.treasury.meter(of: Self.key)?.held == 40)
            #expect(!books.topUp(&claim, by: 71, list: 0))
            #expect(books.treasury.meter(of: Self.configuration)?.held == 40)
            books.treasury.release(claim, at: books.now, telling: &books.entries)
        case .heldByOthers: Issue.record("held by others")
        case .exhausted: Issue.record("exhausted")
        case .budgetExceeded: Issue.record("budget")
        case .unavailable: Issue.record("unavailable")
        }
        #expect(books.treasury.meter(of: Self.key)?.held == 0)
        #expect(books.treasury.balance(of: Self.account).free(at: books.now) == 100)
    }

    @Test func `of own keys counts for budgets alone`() throws {
        var books = try Books(100, key: 50)
        let told = books.entries.count
        switch books.treasury.reserve(
            books.wish(0, list: 20, isPaid: false),
            at: books.now,
            telling: &books.entries
        ) {
        case .claimed(let claim):
            #expect(claim.holdID == nil && claim.amount == .zero)
            books.treasury.settle(claim, for: 0, list: 15, at: books.now, telling: &books.entries)
        case .heldByOthers: Issue.record("held by others")
        case .exhausted: Issue.record("exhausted")
        case .budgetExceeded: Issue.record("budget")
        case .unavailable: Issue.record("unavailable")
        }
        #expect(books.entries.count == told)
        #expect(books.treasury.meter(of: Self.key)?.spent == 15)
    }

    /// What the race of a thousand requests for the money of ten comes to.
    @Test(arguments: 0..<20)
    func `lets no more through at once than money and budgets allow`(_ seed: UInt64) throws {
        var random = SeededRandom(seed)
        var books = try Books(1000, key: seed % 2 == 0 ? 700 : nil)
        var claims: [HoldID] = []
        var refused = 0
        for _ in 0..<1000 {
            switch books.treasury.reserve(
                books.wish(100, list: 100),
                at: books.now,
                telling: &books.entries
            ) {
            case .claimed(let claim):
                if let hold = claim.abandon() { claims.append(hold) }
            case .heldByOthers: refused += 1
            case .exhausted: refused += 1
            case .budgetExceeded: refused += 1
            case .unavailable: Issue.record("unavailable")
            }
        }
        #expect(claims.count == (seed % 2 == 0 ? 7 : 10))
        #expect(refused == 1000 - claims.count)
        #expect(Set(claims).count == claims.count)
        // The audit: the entries alone make the same balance.
        claims.shuffle(using: &random)
        var balance = Balance()
        for entry in books.entries { balance.apply(entry.event) }
        #expect(balance == books.treasury.balance(of: Self.account))
    }
}

@Suite struct `The budgets of a treasury` {
    private static let key = BudgetHolder.key(AccessKeyID("aigk_1"))
    private static let team = BudgetHolder.configuration(ConfigurationID("aigac_1"))
    private static let now = Timestamp(unixSecond: 1_795_227_185)

    private func budget(
        _ amount: Int64,
        _ period: Budget.Period = .month,
        _ scope: Budget.Scope = .all
    ) -> Budget {
        Budget(NanoDollars(amount), each: period, of: scope)
    }

    @Test func `are those that were set last, with what is spent of them`() {
        var treasury = Treasury()
        func spent(_ holder: BudgetHolder) -> NanoDollars? { treasury.meter(of: holder)?.spent }
        let first = [Self.key: budget(10), Self.team: budget(20)]
        #expect(treasury.newBudgets(of: first).count == 2)
        treasury.setBudgets(first, spent: [Self.key: NanoDollars(4)], at: Self.now)
        #expect(spent(Self.key) == NanoDollars(4))
        #expect(spent(Self.team) == .zero)
        #expect(treasury.newBudgets(of: first).isEmpty)

        // A higher amount keeps what is spent, another stretch is counted anew.
        let second = [Self.key: budget(30)]
        #expect(treasury.newBudgets(of: second).isEmpty)
        treasury.setBudgets(second, spent: [:], at: Self.now)
        #expect(treasury.meter(of: Self.key)?.budget == budget(30))
        #expect(spent(Self.key) == NanoDollars(4))
        #expect(treasury.meter(of: Self.team) == nil)
        for changed in [budget(30, .day), budget(30, .month, .managed)] {
            #expect(treasury.newBudgets(of: [Self.key: changed]).map(\.budget) == [changed])
        }
        treasury.setBudgets(
            [Self.key: budget(30, .day)],
            spent: [Self.key: NanoDollars(1)],
            at: Self.now
        )
        #expect(spent(Self.key) == NanoDollars(1))
    }
}
