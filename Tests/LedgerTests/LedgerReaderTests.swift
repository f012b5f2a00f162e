import Accounting
import Ledger
import Model
import Testing

@Suite struct `A reader of the ledger` {
    private func reader(_ site: Site) throws -> LedgerReader {
        try #require(try LedgerReader.open(site.path))
    }

    @Test func `finds nothing where there is no file, or nothing in it`() throws {
        let site = try Site()
        #expect(try LedgerReader.open(site.path) == nil)
        try site.put([])
        #expect(try LedgerReader.open(site.path) == nil)
    }

    @Test func `says that a file is broken, or of another version`() throws {
        let site = try Site()
        try site.put(Array(repeating: 7, count: 5000))
        #expect(throws: LedgerError.self) { try LedgerReader.open(site.path) }
        let old = try Site()
        try old.makeVersion1()
        do throws(LedgerError) {
            _ = try LedgerReader.open(old.path)
            Issue.record("it was opened")
        } catch {
            #expect(error.description.contains("a worker brings them up to date"))
        }
    }

    @Test func `sees what is written while it is open, and writes nothing`() throws {
        let site = try Site()
        let ledger = try site.open()
        let reader = try reader(site)
        #expect(try reader.balances(at: site.moment) == [])
        try site.give(100, in: ledger)
        #expect(try reader.balances(at: site.moment).count == 1)
        try ledger.whileLocked {
            let balances = try reader.balances(at: site.moment)
            let audit = try reader.audit()
            #expect(balances.count == 1 && audit.isClean)
        }
    }

    @Test func `reads a file whose worker has ended`() throws {
        let site = try Site()
        do {
            let ledger = try site.open()
            try site.give(100, in: ledger)
        }
        #expect(try reader(site).balances(at: site.moment).first?.balance == NanoDollars(100))
        try site.give(1, in: try site.open("two"))
        #expect(try reader(site).balances(at: site.moment).first?.balance == NanoDollars(101))
    }

    @Test func `tells balances as the treasury has them`() throws {
        let site = try Site()
        let ledger = try site.open()
        try site.give(100, in: ledger)
        try site.give(50, for: 10, in: ledger)
        try site.give(7, in: ledger, to: AccountID("b"))
        let (_, records) = try site.hold(70)
        try ledger.write(records)
        for seconds in [0, 20] as [Int64] {
            site.pass(seconds)
            let balances = try reader(site).balances(at: site.moment)
            let truth = site.treasury.balance(of: Site.account)
            #expect(balances.map(\.account.rawValue) == ["a", "b"])
            #expect(balances[0].balance == truth.amount(at: site.moment))
            #expect(balances[0].available == truth.free(at: site.moment))
            #expect(balances[0].held == NanoDollars(70))
            #expect(balances[0].grants.map(\.id.number) == [2, 1])
        }
        let one = try reader(site).balances(of: AccountID("b"), at: site.moment)
        #expect(one.map(\.balance.rawValue) == [7])
        #expect(try reader(site).balances(of: AccountID("c"), at: site.moment) == [])
    }

    @Test func `lists transactions page by page, a line for a day's settlements`() throws {
        let site = try Site()
        let ledger = try site.open()
        try site.give(1000, for: 3 * 86_400, in: ledger)
        for day in 0..<5 {
            for _ in 0..<3 {
                guard let (hold, records) = try? site.hold(10) else { continue }
                try ledger.write(records + site.settle(hold, for: 12))
            }
            if day == 2 { try site.give(500, for: 9 * 86_400, in: ledger) }
            site.pass(86_400)
        }
        let reader = try reader(site)
        let all = try reader.transactions(limit: 100)
        #expect(
            all.map(\.kind) == [
                .spendings(.settlement, count: 3), .spendings(.settlement, count: 3),
                .spendings(.expiry, count: 1), .spendings(.settlement, count: 3),
                .grant(
                    2,
                    category: "purchase",
                    expiresAt: Timestamp(unixSecond: 1_800_000_000 + 11 * 86_400)
                ),
                .spendings(.settlement, count: 3), .spendings(.settlement, count: 3),
                .grant(
                    1,
                    category: "purchase",
                    expiresAt: Timestamp(unixSecond: 1_800_000_000 + 3 * 86_400)
                ),
            ]
        )
        var pages: [Transaction] = []
        while pages.count < 20 {
            let last = pages.last.flatMap { Transaction.Cursor(text: $0.cursor.text) }
            let page = try reader.transactions(after: last, limit: 3)
            if page.isEmpty { break }
            pages += page
        }
        #expect(pages == all)
        #expect(try reader.transactions(of: Site.account, limit: 100) == all)
        let given = all.filter { if case .grant = $0.kind { true } else { false } }
        let gone = all.filter { if case .grant = $0.kind { false } else { true } }
        let sum = { (lines: [Transaction]) in lines.reduce(NanoDollars.zero) { $0 + $1.amount } }
        let balance = try reader.balances(at: site.moment).first?.balance
        #expect(sum(given) - sum(gone) == balance)
        #expect(try reader.transactions(of: AccountID("b"), limit: 10) == [])
    }
}
