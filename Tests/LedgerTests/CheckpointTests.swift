import Accounting
import Ledger
import Model
import Testing

@Suite struct `Sealed books` {
    /// A ledger of so many settlements, sealed after every fourth.
    private func ledger(of count: Int, _ site: Site) throws -> LedgerDatabase {
        let ledger = try site.open()
        try site.give(10_000, in: ledger)
        try site.give(10_000, for: 50, in: ledger)
        for number in 0..<count {
            site.pass(1)
            let (hold, records) = try site.hold(100)
            try ledger.write(records + site.settle(hold, for: Int64(number % 90)))
            if number % 4 == 3 { try ledger.seal(at: site.moment) }
        }
        return ledger
    }

    @Test func `an audit begins at the last checkpoint, a full one at the first row`() throws {
        let site = try Site()
        let ledger = try ledger(of: 18, site)
        let (audit, full) = (try ledger.audit(), try ledger.audit(full: true))
        #expect(audit.isClean && full.isClean)
        #expect(!audit.isFull && full.isFull)
        #expect(audit.checkpointCount == 4 && full.checkpointCount == 4)
        #expect(audit.spendingCount == 2 && full.spendingCount == 18)
        #expect(audit.since == Timestamp(unixSecond: site.now - 2) && full.since == nil)
        #expect(audit.settled == full.settled && audit.remaining == full.remaining)
        #expect(audit.granted == full.granted && audit.overrun == full.overrun)
    }

    @Test func `nothing new is not sealed`() throws {
        let site = try Site()
        let ledger = try ledger(of: 4, site)
        #expect(ledger.unsealedCount == 0)
        try ledger.seal(at: site.moment)
        #expect(try ledger.audit().checkpointCount == 1)
        #expect(try site.open("two").unsealedCount == 0)
    }

    @Test func `money that comes later is looked at too`() throws {
        let site = try Site()
        let ledger = try ledger(of: 4, site)
        try site.give(500, in: ledger)
        site.pass(60)
        let (hold, records) = try site.hold(100)
        try ledger.write(records + site.settle(hold, for: 50))
        #expect(try ledger.audit().isClean)
        #expect(try ledger.audit().expired > .zero)
        try ledger.seal(at: site.moment)
        #expect(try ledger.audit(full: true).isClean)
        try ledger.tamper("UPDATE grants SET remaining = remaining - 1 WHERE id = 3")
        #expect(try !ledger.audit().isClean)
    }

    struct Tampering: Sendable {
        let sql: String
        /// Whether an audit from the last checkpoint on sees it too.
        let isSeenSoon: Bool
    }

    /// Spendings 1 to 16 are sealed, 17 and 18 are not.
    private static let tamperings = [
        Tampering(sql: "UPDATE spendings SET amount = 0 WHERE id = 3", isSeenSoon: false),
        Tampering(sql: "UPDATE spendings SET moment = 1 WHERE id = 3", isSeenSoon: false),
        Tampering(sql: "UPDATE spendings SET account = 'b' WHERE id = 16", isSeenSoon: false),
        Tampering(sql: "DELETE FROM spendings WHERE id = 5", isSeenSoon: false),
        Tampering(sql: "UPDATE spendings SET amount = 0 WHERE id = 18", isSeenSoon: true),
        Tampering(sql: "DELETE FROM spendings WHERE id = 17", isSeenSoon: true),
        Tampering(
            sql: "UPDATE grants SET remaining = remaining - 1 WHERE id = 1",
            isSeenSoon: true
        ),
        Tampering(
            sql: "UPDATE grants SET amount = amount + 1, remaining = remaining + 1 WHERE id = 1",
            isSeenSoon: true
        ),
        Tampering(sql: "UPDATE grants SET account = 'b' WHERE id = 2", isSeenSoon: true),
        Tampering(sql: "UPDATE grants SET expires_at = expires_at + 1", isSeenSoon: true),
        Tampering(
            sql: "UPDATE checkpoints SET settled = settled + 1 WHERE id = 2",
            isSeenSoon: true
        ),
        Tampering(sql: "UPDATE checkpoints SET moment = 7 WHERE id = 4", isSeenSoon: true),
        Tampering(sql: "DELETE FROM checkpoints WHERE id = 2", isSeenSoon: true),
        Tampering(sql: "UPDATE checkpoints SET seal = upper(seal) WHERE id = 1", isSeenSoon: true),
    ]

    @Test(arguments: tamperings)
    func `what was changed behind them is found`(_ tampering: Tampering) throws {
        let site = try Site()
        let ledger = try ledger(of: 18, site)
        try ledger.tamper("PRAGMA foreign_keys = OFF")
        try ledger.tamper(tampering.sql)
        #expect(try !ledger.audit(full: true).isClean)
        #expect(try ledger.audit().isClean == !tampering.isSeenSoon)
    }

    @Test func `books that do not agree are not sealed`() throws {
        let site = try Site()
        let ledger = try ledger(of: 18, site)
        try ledger.tamper("UPDATE spendings SET amount = 0 WHERE id = 18")
        #expect(throws: LedgerError.self) { try ledger.seal(at: site.moment) }
        #expect(try ledger.audit().checkpointCount == 4)
    }
}
