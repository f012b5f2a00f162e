import ControlPlane
import Accounting
import Ledger
import Model
import Platform
import Storage
import Synchronization
import Testing

@testable import Server

@Suite struct `The keeper of the ledger` {
    @Test(arguments: [CreditRules.Mode.prepaid, .track])
    func `opens it before anybody is served`(mode: CreditRules.Mode) throws {
        let site = try LedgerSite()
        let keeper = try site.keeper()
        #expect(site.open(keeper, mode))
        #expect(keeper.cashier.condition == Cashier.Condition(isRead: true))
        #expect(keeper.cashierInUse === keeper.cashier)
        #expect(try FileStatus.of(site.directory.ledgerPath)?.mode == 0o600)
        #expect(try FileStatus.of(site.directory.ledgerPath + "-wal")?.mode == 0o600)
        keeper.end()
    }

    @Test func `opens none where no money is handled`() throws {
        let site = try LedgerSite()
        let keeper = try site.keeper()
        #expect(site.open(keeper, .off))
        #expect(keeper.cashierInUse == nil)
        #expect(try FileStatus.of(site.directory.ledgerPath) == nil)
        #expect(site.isRefused(keeper.cashier))
        keeper.end()
    }

    @Test func `charges, returns and keeps what is settled`() throws {
        let site = try LedgerSite()
        try site.give(1000)
        let keeper = try site.keeper()
        #expect(site.open(keeper))
        let cashier = keeper.cashier
        for charge in [30, nil] as [Int64?] {
            let claim = cashier.reserve(site.wish(100), orphanCharge: .zero, at: site.now).claim()
            #expect(cashier.condition.openHolds == 1)
            cashier.settle([site.settlement(claim, charge)], at: site.now)
        }
        keeper.end()
        let audit = try site.ledger().audit()
        #expect(audit.isClean && audit.settled == NanoDollars(30))
    }

    @Test func `a reload to off lets what is held end, and opens again`() throws {
        let site = try LedgerSite()
        try site.give(1000)
        let keeper = try site.keeper()
        #expect(site.open(keeper))
        let cashier = keeper.cashier
        let claim = cashier.reserve(site.wish(100), orphanCharge: .zero, at: site.now).claim()
        #expect(site.open(keeper, .off))
        #expect(keeper.cashierInUse === cashier)
        cashier.settle([site.settlement(claim, 40)], at: site.now)
        #expect(site.turn { keeper.cashierInUse == nil })
        #expect(try site.ledger().audit().settled == NanoDollars(40))
        #expect(site.open(keeper, .prepaid))
        #expect(cashier.condition.isRead)
        keeper.end()
    }

    @Test func `money that is given can be spent at once, and is given once`() throws {
        let site = try LedgerSite()
        try site.give(10)
        let keeper = try site.keeper()
        #expect(site.open(keeper))
        let cashier = keeper.cashier
        #expect(site.isRefused(cashier, 100))
        let counter = try site.counter(keeper)
        var answers: [GrantAnswer] = []
        for (amount, key) in [(90, "k"), (90, "k"), (91, "k"), (1, "l")] as [(Int64, String)] {
            counter.grant(site.order(amount, key)) { line in
                answers += GrantAnswer(line: line.span).map { [$0] } ?? []
            }
        }
        #expect(site.turn { answers.count == 4 })
        guard case .given(let first) = answers[0] else {
            Issue.record("\(answers)")
            return
        }
        #expect(first.id == GrantID(2) && first.remaining == NanoDollars(90))
        #expect(answers[1] == answers[0])
        #expect(answers[2] == .keyReused)
        let claim = cashier.reserve(site.wish(101), orphanCharge: .zero, at: site.now).claim()
        cashier.settle([site.settlement(claim, 101)], at: site.now)
        keeper.end()
        let audit = try site.ledger().audit()
        #expect(audit.isClean && audit.remaining == .zero && audit.grantCount == 3)
    }

    @Test(arguments: [false, true])
    func `money is given on the file while no worker runs, else by the worker`(
        isRunning: Bool
    ) throws {
        let site = try LedgerSite()
        let keeper = try site.keeper()
        let counter = try site.counter(keeper)
        var control: ControlServer?
        if isRunning {
            control = try ControlServer(path: site.site.path + "/control.sock", on: site.loop) {
                guard case .grant(let order) = $0 else { return }
                let caller = $1
                counter.grant(order) { caller.answer($0) }
            }
            #expect(site.open(keeper))
        }
        let answers = Mutex<[GrantAnswer]>([])
        let (directory, order, now) = (site.directory, site.order(7, "k"), site.now)
        let thread = try Thread("command") {
            do {
                let answer = try CreditDesk.grant(order, in: directory, sync: .normal, at: now)
                answers.withLock { $0.append(answer) }
            } catch {
                Issue.record(error)
            }
        }
        #expect(site.turn { answers.withLock { $0.count == 1 } })
        thread.join()
        if !isRunning { #expect(site.open(keeper)) }
        #expect(!site.isRefused(keeper.cashier, 7))
        keeper.end()
        control?.stop()
    }

    @Test func `a worker that died leaves holds that the next one settles by rule`() throws {
        let site = try LedgerSite()
        try site.give(1000)
        var dead: LedgerKeeper? = try site.keeper()
        #expect(try site.open(#require(dead)))
        for charge in [7, 0] as [Int64] {
            let outcome = try #require(dead?.cashier).reserve(
                site.wish(100),
                orphanCharge: NanoDollars(charge),
                at: site.now
            )
            _ = outcome.claim()?.abandon()
        }
        // Its lock file stays and nobody locks it: as after a kill.
        dead?.close()
        dead = nil
        let heir = try site.keeper()
        #expect(site.open(heir))
        #expect(heir.cashier.condition.openHolds == 0)
        heir.end()
        #expect(try site.ledger().audit().settled == NanoDollars(7))
    }

    @Test func `a broken file is told, and one that was mended is opened by a reload`() throws {
        let site = try LedgerSite()
        try site.site.write(
            "this is no database, whatever its name may say.\n",
            to: "ledger.sqlite"
        )
        let keeper = try site.keeper()
        #expect(site.open(keeper))
        let condition = keeper.cashier.condition
        #expect(condition.isBroken && condition.problem?.contains("ledger.sqlite") == true)
        #expect(site.isRefused(keeper.cashier))
        try Directory.remove(site.directory.ledgerPath)
        #expect(site.open(keeper))
        #expect(keeper.cashier.condition == Cashier.Condition(isRead: true))
        keeper.end()
    }

    @Test func `a file that others may read is refused until its mode is right`() throws {
        let site = try LedgerSite()
        try site.give(1)
        try site.changeMode(of: site.directory.ledgerPath, to: 0o644)
        let keeper = try site.keeper()
        #expect(site.open(keeper))
        #expect(keeper.cashier.condition.problem?.contains("chmod 0600") == true)
        try site.changeMode(of: site.directory.ledgerPath, to: 0o600)
        #expect(site.turn { keeper.cashier.condition == Cashier.Condition(isRead: true) })
        keeper.end()
    }
}

@Suite struct `A worker's name in the books` {
    @Test func `lives as long as its lock`() throws {
        let site = try LedgerSite()
        var one: LedgerInstance? = try LedgerInstance(of: site.directory)
        let name = try #require(one?.name)
        let other = try LedgerInstance(of: site.directory)
        #expect(name != other.name)
        #expect(LedgerInstance.isAlive(name, in: site.directory))
        #expect(LedgerInstance.isAlive(other.name, in: site.directory))
        one = nil
        #expect(!LedgerInstance.isAlive(name, in: site.directory))
        #expect(!LedgerInstance.isAlive("never-was", in: site.directory))
        #expect(try LedgerInstance.names(in: site.directory) == [other.name])
        let left = try Directory.names(in: site.site.path).filter { $0.hasSuffix(".lock") }
        #expect(left == ["ledger-\(other.name).lock"])
        try other.remove()
    }
}
