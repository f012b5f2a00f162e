import Accounting
import Ledger
import Model
import Platform
import Storage
import Synchronization
import Testing

@testable import Server

/// Two workers and the line between them, on one loop.
private final class TwoWorkers {
    let site: LedgerSite
    var old: LedgerKeeper?
    let new: LedgerKeeper
    let counter: LedgerCounter
    let courier: LedgerCourier
    /// Whether the line leads anywhere.
    var isConnected = true
    /// How often each line is said.
    var copies = 1

    /// The second one has the ledger, the first one drains.
    init(_ amount: Int64 = 1000) throws {
        site = try LedgerSite()
        try site.give(amount)
        courier = LedgerCourier(on: site.loop)
        old = try site.keeper(courier)
        new = try site.keeper()
        counter = try site.counter(new)
        courier.instance = { [unowned self] in old?.name ?? "" }
        courier.ask = { [unowned self] line, then in
            guard isConnected, case .ledger(let request) = ControlRequest(line: line.span) else {
                return then(nil)
            }
            if case .reserve(_, let name) = request { new.watch(name) }
            for copy in 1...copies {
                counter.serve(request) { answer in
                    if copy == 1 { then(answer) }
                }
            }
        }
    }

    var cashier: Cashier {
        get throws { try #require(old?.cashier) }
    }

    func handOver() throws {
        var isReleased = false
        try #require(old).release { isReleased = true }
        #expect(site.turn { isReleased })
        #expect(site.open(new))
    }

    /// Reserves by message: what the record of the claim is, nil where there is none.
    func reserve(_ amount: Int64, orphanCharge: Int64 = 0) throws -> ClaimRecord? {
        let told = Mutex<LedgerAnswer?>(nil)
        let outcome = try cashier.reserve(
            site.wish(amount),
            orphanCharge: NanoDollars(orphanCharge),
            at: site.now
        ) { outcome in
            let answer = LedgerAnswer(outcome)
            told.withLock { $0 = answer }
        }
        switch consume outcome {
        case .some(let outcome): return LedgerAnswer(outcome).record
        case nil: break
        }
        #expect(site.turn { told.withLock { $0 != nil } })
        return told.withLock { $0 }?.record
    }

    func settle(_ record: ClaimRecord, _ charge: Int64?) throws {
        let isTold = Mutex(false)
        try cashier.settle([site.settlement(Claim(record), charge)], at: site.now) {
            isTold.withLock { $0 = true }
        }
        #expect(site.turn { isTold.withLock { $0 } })
    }

    func audit() throws -> LedgerAudit {
        old?.end()
        new.end()
        return try site.ledger().audit()
    }
}

extension LedgerAnswer {
    fileprivate var record: ClaimRecord? {
        switch self {
        case .claimed(let record): record
        case .heldByOthers, .exhausted, .budgetExceeded, .unavailable, .done: nil
        }
    }
}

@Suite struct `A hand-over of the ledger` {
    @Test func `what was held before is settled by the new owner`() throws {
        let two = try TwoWorkers()
        #expect(try two.site.open(#require(two.old)))
        let held = try #require(try two.reserve(100))
        try two.handOver()
        #expect(two.new.cashier.condition.openHolds == 1)
        try two.settle(held, 60)
        #expect(two.new.cashier.condition.openHolds == 0)
        let audit = try two.audit()
        #expect(audit.isClean && audit.settled == NanoDollars(60))
    }

    @Test func `who drains holds, raises and settles by message`() throws {
        let two = try TwoWorkers()
        #expect(try two.site.open(#require(two.old)))
        try two.handOver()
        let held = try #require(try two.reserve(100))
        #expect(try two.reserve(901) == nil)
        let raised = Mutex<ClaimRecord?>(nil)
        var claim = Claim(held)
        let isDone = try two.cashier.topUp(
            &claim,
            by: NanoDollars(50),
            list: .zero,
            at: two.site.now
        ) { record in raised.withLock { $0 = record } }
        #expect(isDone == nil)
        #expect(two.site.turn { raised.withLock { $0 != nil } })
        claim.adopt(try #require(raised.withLock { $0 }))
        #expect(claim.amount == NanoDollars(150))
        try two.settle(claim.keepRecord(), 120)
        let audit = try two.audit()
        #expect(audit.isClean && audit.settled == NanoDollars(120) && audit.overrun == .zero)
    }

    @Test func `what is settled twice is charged once`() throws {
        let two = try TwoWorkers()
        #expect(try two.site.open(#require(two.old)))
        try two.handOver()
        let held = try #require(try two.reserve(100))
        two.copies = 2
        try two.settle(held, 70)
        two.copies = 1
        try two.settle(held, 80)
        let audit = try two.audit()
        #expect(audit.isClean && audit.settled == NanoDollars(70))
    }

    @Test func `what could not be told is told again`() throws {
        let two = try TwoWorkers()
        #expect(try two.site.open(#require(two.old)))
        let held = try #require(try two.reserve(100))
        try two.handOver()
        two.isConnected = false
        try two.cashier.settle([two.site.settlement(Claim(held), 30)], at: two.site.now)
        #expect(two.site.turn { two.courier.unsettledCount == 1 })
        #expect(try two.reserve(1) == nil)
        two.isConnected = true
        #expect(two.site.turn { two.courier.unsettledCount == 0 })
        let audit = try two.audit()
        #expect(audit.isClean && audit.settled == NanoDollars(30))
    }

    @Test func `who drains and dies is charged what it said, without a start of anybody`() throws {
        let two = try TwoWorkers()
        #expect(try two.site.open(#require(two.old)))
        let before = try #require(try two.reserve(100, orphanCharge: 10))
        try two.handOver()
        let after = try #require(try two.reserve(100, orphanCharge: 7))
        try two.cashier.noteOrphanCharge(NanoDollars(20), of: #require(after.hold))
        #expect(before.hold != after.hold)
        // Its lock is free when nobody has it any more.
        two.courier.instance = { "" }
        two.old = nil
        #expect(two.site.turn { two.new.cashier.condition.openHolds == 0 })
        let audit = try two.audit()
        #expect(audit.isClean && audit.settled == NanoDollars(30))
    }

    @Test func `an owner that is gone leaves the ledger to who drains`() throws {
        let two = try TwoWorkers()
        let old = try #require(two.old)
        #expect(two.site.open(old))
        let held = try #require(try two.reserve(100))
        try two.handOver()
        let other = try #require(try two.reserve(100))
        two.new.close()
        #expect(two.site.open(old))
        #expect(old.cashier.condition.openHolds == 2)
        for record in [held, other] { try two.settle(record, 45) }
        let more = try #require(try two.reserve(910))
        try two.settle(more, nil)
        let audit = try two.audit()
        #expect(audit.isClean && audit.settled == NanoDollars(90))
    }
}
