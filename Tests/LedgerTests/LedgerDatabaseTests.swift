import Accounting
import Ledger
import Model
import Testing

@Suite struct `A ledger's file` {
    private func nobody(_ instance: String) -> Bool { false }

    @Test func `makes the same balances again`() throws {
        let site = try Site()
        let ledger = try site.open()
        try site.give(100, in: ledger)
        try site.give(50, for: 10, in: ledger)
        let (first, records) = try site.hold(70)
        try ledger.write(records)
        let (second, more) = try site.hold(60)
        try ledger.write(more + site.settle(first, for: 55))
        site.pass(20)
        try ledger.write(site.settle(second, for: 20))
        let contents = try site.open("two").contents(isAlive: nobody)
        let balance = site.treasury.balance(of: Site.account)
        #expect(contents.balances == [Site.account: balance])
        #expect(balance.amount(at: site.moment) == NanoDollars(75))
        #expect(contents.orphans == [])
        #expect(contents.firstHold == 3)
        let audit = try ledger.audit()
        #expect(audit.isClean)
        #expect(audit.granted.rawValue == 150 && audit.settled.rawValue == 75)
        #expect(audit.remaining.rawValue == 75 && audit.expired.rawValue == 0)
    }

    @Test func `knows the holds of workers that are no more`() throws {
        let site = try Site()
        var ledger = try site.open("one")
        try site.give(100, in: ledger)
        let (dead, records) = try site.hold(30)
        try ledger.write(records + [.orphanCharge(dead, NanoDollars(12))])
        ledger = try site.open("two")
        let (alive, more) = try site.hold(20)
        try ledger.write(more)
        let contents = try ledger.contents { $0 == "two" }
        #expect(
            contents.orphans == [
                OrphanedHold(account: Site.account, hold: dead, charge: NanoDollars(12))
            ]
        )
        #expect(contents.balances[Site.account]?.openHolds == [dead, alive])
        #expect(contents.balances[Site.account]?.free(at: site.moment) == NanoDollars(50))
        try ledger.write(site.settle(dead, for: 12))
        #expect(try ledger.contents { $0 == "two" }.orphans == [])
        #expect(try ledger.audit().isClean)
    }

    @Test func `settles no hold twice, and writes nothing of such a batch`() throws {
        let site = try Site()
        let ledger = try site.open()
        try site.give(100, in: ledger)
        let (first, records) = try site.hold(30)
        try ledger.write(records)
        let end = site.settle(first, for: 10)
        try ledger.write(end)
        let (_, more) = try site.hold(5)
        #expect(throws: LedgerError.self) { try ledger.write(more + end) }
        let contents = try ledger.contents(isAlive: nobody)
        #expect(contents.orphans == [])
        #expect(contents.balances[Site.account]?.amount(at: site.moment) == NanoDollars(90))
        #expect(try ledger.audit().isClean)
    }

    @Test func `makes a grant once for each key`() throws {
        let site = try Site()
        let ledger = try site.open()
        func grant(_ amount: Int64, _ key: String?, to account: String = "a") throws -> GrantOutcome
        {
            try ledger.grant(
                NanoDollars(amount),
                .promotional,
                to: AccountID(account),
                key: key,
                at: site.moment,
                expiringAt: Timestamp(unixSecond: site.now + 100)
            )
        }
        let first = try grant(5, "k")
        guard case .made(let made) = first else {
            Issue.record("not made")
            return
        }
        site.pass(7)
        #expect(try grant(5, "k") == .madeBefore(made))
        #expect(try grant(6, "k") == .keyReused)
        #expect(try grant(5, "k", to: "b") == .keyReused)
        #expect(try grant(5, nil) != .keyReused)
        #expect(try ledger.audit().grantCount == 2)
    }

    @Test func `an audit finds what was changed behind it`() throws {
        let site = try Site()
        let ledger = try site.open()
        try site.give(100, in: ledger)
        let (hold, records) = try site.hold(30)
        try ledger.write(records + site.settle(hold, for: 10))
        #expect(try ledger.audit().isClean)
        try ledger.tamper("UPDATE grants SET remaining = 91")
        #expect(
            try ledger.audit().faults.first
                == "grant 1: 0.000000091 is left, and 0.0000001 less 0.00000001 is not"
        )
        try ledger.tamper("UPDATE grants SET remaining = 90")
        try ledger.tamper(
            "INSERT INTO spendings (account, kind, hold, grant_id, amount, moment)"
                + " SELECT account, kind, hold, grant_id, 0, 1 FROM spendings"
        )
        #expect(try ledger.audit().faults == ["hold 1 was settled twice"])
    }

    @Test func `a file that is none is refused`() throws {
        let site = try Site()
        try site.put(Array(repeating: 7, count: 5000))
        do throws(LedgerError) {
            _ = try LedgerDatabase(site.path, sync: .normal, instance: "one")
            Issue.record("it was opened")
        } catch {
            #expect(error.kind == .broken)
            #expect(error.description.hasPrefix(site.path))
        }
    }

    /// Random requests, written in batches; at a random place the process is as good as killed: what
    /// was not written is gone, and the next one goes on from the file.
    @Test(arguments: 0..<12)
    func `loses nothing that was written, and charges nothing twice`(_ seed: UInt64) throws {
        var random = SeededRandom(seed)
        let site = try Site()
        var ledger = try site.open("0")
        try site.give(5000, in: ledger)
        try site.give(5000, for: 300, in: ledger)
        var open: [HoldID] = []
        var batch: [LedgerRecord] = []
        var written: Int64 = 0
        var settled: Int64 = 0
        for step in 0..<300 {
            site.pass(1)
            if Bool.random(using: &random), let hold = open.popLast() {
                let charge = Int64.random(in: 0...40, using: &random)
                batch += site.settle(hold, for: charge)
                settled += charge
            } else if let (hold, records) = try? site.hold(Int64.random(in: 1...40, using: &random))
            {
                batch += records + [.orphanCharge(hold, NanoDollars(1))]
                open.append(hold)
            }
            if step % 7 == 0 {
                try ledger.write(batch)
                batch = []
                written = settled
            }
            if step % 50 == 49 {
                // Killed: what it held and had written is settled for what is known of it.
                ledger = try site.open("\(step)")
                let contents = try ledger.contents(isAlive: nobody)
                site.begin(from: contents)
                batch = contents.orphans.flatMap { site.settle($0.hold, for: $0.charge.rawValue) }
                settled = written + Int64(contents.orphans.count)
                open = []
                #expect(try ledger.audit().isClean)
            }
        }
        try ledger.write(batch)
        let audit = try ledger.audit()
        #expect(audit.isClean)
        #expect(audit.settled.rawValue + audit.overrun.rawValue == settled)
        #expect(audit.granted - audit.settled - audit.expired == audit.remaining)
    }
}
