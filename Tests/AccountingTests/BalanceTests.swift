import Accounting
import Model
import Testing

extension NanoDollars: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: Int64) { self.init(value) }
}

private let start = Timestamp(unixSecond: 1_000_000)

private func after(_ seconds: Int64) -> Timestamp {
    Timestamp(unixSecond: start.unixSecond + seconds)
}

private func grant(_ number: Int64, _ amount: Int64, until end: Int64) -> Grant {
    Grant(
        GrantID(number),
        amount: NanoDollars(amount),
        category: .purchase,
        createdAt: start,
        expiresAt: after(end)
    )
}

private func exactly(_ amount: NanoDollars) -> HoldSize {
    HoldSize(wanted: amount, least: amount)
}

/// What becomes of a request for a hold, without the hold itself.
private enum Outcome: Equatable {
    case held(HoldID, NanoDollars)
    case heldByOthers, exhausted
}

/// A balance with what it told, its holds by their numbers.
private struct Account {
    var balance = Balance()
    var events: [BalanceEvent] = []

    init(_ grants: Grant...) {
        for grant in grants { balance.add(grant, telling: &events) }
        events = []
    }

    mutating func reserve(_ size: HoldSize, as number: Int64, at now: Timestamp = start) -> Outcome
    {
        switch balance.reserve(size, as: HoldID(number), at: now, telling: &events) {
        case .held(let hold):
            let amount = hold.amount
            return .held(hold.keepNumber(), amount)
        case .heldByOthers: return .heldByOthers
        case .exhausted: return .exhausted
        }
    }

    /// Holds just that, which must be there.
    mutating func hold(_ amount: NanoDollars, as number: Int64) throws -> HoldID {
        let outcome = reserve(exactly(amount), as: number)
        guard case .held(let hold, _) = outcome else { throw Refusal(outcome: outcome) }
        return hold
    }

    private struct Refusal: Error { let outcome: Outcome }

    /// Settles, and gives what was told.
    @discardableResult
    mutating func settle(
        _ hold: HoldID,
        for charge: NanoDollars,
        at now: Timestamp = start
    ) -> [BalanceEvent] {
        let count = events.count
        balance.settleOrphan(hold, for: charge, at: now, telling: &events)
        return Array(events[count...])
    }

    @discardableResult
    mutating func release(_ hold: HoldID, at now: Timestamp = start) -> [BalanceEvent] {
        let count = events.count
        balance.releaseOrphan(hold, at: now, telling: &events)
        return Array(events[count...])
    }
}

@Suite struct `A balance` {
    @Test func `spends first what expires first`() throws {
        var account = Account(
            grant(1, 100, until: 300),
            grant(2, 100, until: 100),
            grant(3, 100, until: 200)
        )
        let hold = try account.hold(250, as: 1)
        #expect(account.balance.free(at: start) == 50)
        #expect(account.balance.amount(at: start) == 300)
        let parts = [GrantPart(GrantID(2), 100), GrantPart(GrantID(3), 50)]
        #expect(account.settle(hold, for: 150) == [.settled(hold, parts, overrun: 0)])
        #expect(account.balance.free(at: start) == 150)
    }

    @Test func `gives back what is released`() throws {
        var account = Account(grant(1, 100, until: 100))
        let hold = try account.hold(100, as: 1)
        #expect(account.balance.free(at: start) == 0)
        #expect(account.release(hold) == [.released(hold)])
        #expect(account.balance.free(at: start) == 100)
        #expect(account.balance.openHolds == [])
    }

    @Test func `tells money that others hold from money that is not there`() throws {
        var account = Account(grant(1, 100, until: 100))
        let first = try account.hold(60, as: 1)
        #expect(account.reserve(exactly(60), as: 2) == .heldByOthers)
        #expect(account.reserve(exactly(101), as: 2) == .exhausted)
        account.settle(first, for: 60)
        #expect(account.reserve(exactly(60), as: 3) == .exhausted)
        #expect(account.reserve(exactly(40), as: 4) == .held(HoldID(4), 40))
    }

    @Test func `holds less than is wanted, but not less than the least`() throws {
        var account = Account(grant(1, 100, until: 100))
        let size = HoldSize(wanted: 500, least: 90)
        #expect(account.reserve(size, as: 1) == .held(HoldID(1), 100))
        account.release(HoldID(1))
        _ = try account.hold(11, as: 2)
        #expect(account.reserve(size, as: 3) == .heldByOthers)
    }

    @Test func `tops up a hold while there is money`() {
        var account = Account(grant(1, 100, until: 100))
        var events: [BalanceEvent] = []
        switch account.balance.reserve(exactly(60), as: HoldID(1), at: start, telling: &events) {
        case .held(var hold):
            #expect(account.balance.topUp(&hold, by: 40, at: start, telling: &events))
            #expect(hold.amount == 100)
            #expect(!account.balance.topUp(&hold, by: 1, at: start, telling: &events))
            #expect(account.balance.amount(of: HoldID(1)) == 100)
            account.balance.settle(hold, for: 99, at: start, telling: &events)
        case .heldByOthers: Issue.record("not held")
        case .exhausted: Issue.record("not held")
        }
        #expect(events.count == 3)
        #expect(account.balance.free(at: start) == 1)
    }

    @Test func `takes an overrun from what is free, down to zero`() throws {
        var account = Account(grant(1, 100, until: 100))
        let hold = try account.hold(10, as: 1)
        let other = try account.hold(30, as: 2)
        let parts = [GrantPart(GrantID(1), 70)]
        #expect(account.settle(hold, for: 90) == [.settled(hold, parts, overrun: 20)])
        #expect(account.balance.overrun == 20)
        #expect(account.balance.free(at: start) == 0)
        account.settle(other, for: 30)
        #expect(account.balance.amount(at: start) == 0)
    }

    @Test func `lets a hold spend what expires meanwhile, and nobody else`() throws {
        var account = Account(grant(1, 100, until: 100), grant(2, 50, until: 900))
        let hold = try account.hold(60, as: 1)
        #expect(account.balance.free(at: after(99)) == 90)
        #expect(account.balance.free(at: after(100)) == 50)
        #expect(account.reserve(exactly(51), as: 2, at: after(100)) == .exhausted)
        // The free part went when somebody else asked; what the hold gives back goes now.
        #expect(
            account.settle(hold, for: 40, at: after(101)) == [
                .settled(hold, [GrantPart(GrantID(1), 40)], overrun: 0),
                .expired(GrantPart(GrantID(1), 20)),
            ]
        )
        #expect(account.balance.amount(at: after(101)) == 50)
    }

    @Test func `settles no hold twice`() throws {
        var account = Account(grant(1, 100, until: 100))
        let hold = try account.hold(60, as: 1)
        #expect(account.settle(hold, for: 10).count == 1)
        #expect(account.settle(hold, for: 10) == [])
        #expect(account.release(hold) == [])
        #expect(account.balance.amount(at: start) == 90)
    }

    @Test func `serves exactly as many at once as it can pay`() throws {
        var account = Account(grant(1, 60, until: 100), grant(2, 45, until: 200))
        var held: [HoldID] = []
        for number in 0..<1000 as Range<Int64> {
            if case .held(let hold, _) = account.reserve(exactly(10), as: number) {
                held.append(hold)
            }
        }
        #expect(held.count == 10)
        for hold in held { account.settle(hold, for: 10) }
        #expect(account.balance.amount(at: start) == 5)
    }

    // MARK: Whatever happens

    /// What the books say of money that came and went.
    private struct Books {
        var granted: NanoDollars = 0
        var spent: NanoDollars = 0
        var expired: NanoDollars = 0
        var overrun: NanoDollars = 0

        mutating func add(_ event: BalanceEvent) {
            switch event {
            case .granted(let grant): granted = granted + grant.amount
            case .settled(_, let parts, let more):
                spent = spent + parts.total
                overrun = overrun + more
            case .expired(let part): expired = expired + part.amount
            case .held, .released: break
            }
        }
    }

    @Test(arguments: 0..<60)
    func `is grants less settlements less expiries, and made again by its events`(
        _ seed: UInt64
    ) throws {
        var random = SeededRandom(seed)
        var account = Account()
        var books = Books()
        var open: [HoldID] = []
        var now: Int64 = 0
        for step in 0..<400 as Range<Int64> {
            now += Int64.random(in: 0...3, using: &random)
            let moment = after(now)
            let told = account.events.count
            switch Int.random(in: 0..<10, using: &random) {
            case 0:
                let end = now + Int64.random(in: -5...400, using: &random)
                let given = grant(step, Int64.random(in: 1...500, using: &random), until: end)
                account.balance.add(given, telling: &account.events)
            case 1...4:
                let size = HoldSize(
                    wanted: NanoDollars(Int64.random(in: 0...200, using: &random)),
                    least: NanoDollars(Int64.random(in: 0...100, using: &random))
                )
                if case .held(let hold, let amount) = account.reserve(size, as: step, at: moment) {
                    open.append(hold)
                    #expect(amount >= size.least && amount <= size.wanted)
                }
            case 5...7:
                guard let hold = open.randomElement(using: &random) else { continue }
                open.removeAll { $0 == hold }
                let charge = NanoDollars(Int64.random(in: 0...220, using: &random))
                guard
                    case .settled(_, let parts, let overrun) =
                        account.settle(hold, for: charge, at: moment).first
                else {
                    Issue.record("not settled")
                    continue
                }
                // The sum over the split is the charge, whatever grants it went through.
                #expect(parts.total + overrun == charge)
                #expect(overrun == 0 || account.balance.free(at: moment) == 0)
            case 8:
                guard let hold = open.popLast() else { continue }
                account.release(hold, at: moment)
            default: account.balance.expire(at: moment, telling: &account.events)
            }
            for event in account.events[told...] { books.add(event) }
            let balance = account.balance
            let left = balance.grants.reduce(NanoDollars.zero) { $0 + $1.remaining }
            #expect(left == books.granted - books.spent - books.expired)
            #expect(balance.overrun == books.overrun)
            #expect(balance.grants.allSatisfy { $0.held >= 0 && $0.held <= $0.remaining })
            #expect(balance.openHolds == open.sorted())
        }
        var again = Balance()
        for event in account.events { again.apply(event) }
        #expect(again == account.balance)
    }
}
