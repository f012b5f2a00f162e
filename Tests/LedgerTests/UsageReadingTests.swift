import Accounting
import Ledger
import Model
import Testing

@Suite struct `Usage that is read` {
    private func reader(_ site: Site) throws -> LedgerReader {
        try #require(try LedgerReader.open(site.path))
    }

    private func full(_ site: Site) -> UsageEvent {
        var event = site.event("rq_0123456789abcdef")
        event.configuration = ConfigurationID("ac_1")
        event.virtualModel = "fast"
        event.isStream = true
        event.stopReason = "stop"
        event.isEstimated = true
        event.isTimedOut = true
        event.providerKey = ProviderKeyID("pk_1")
        event.keySource = .user
        event.reported = Usage(
            input: 1,
            output: 2,
            cacheRead: 3,
            cacheWrite: 9,
            cacheWrite5m: 4,
            cacheWrite1h: 5,
            reasoning: 1
        )
        event.milliseconds = 12
        event.millisecondsToContent = 5
        event.millisecondsOfRequest = 20
        event.isServed = true
        return event
    }

    private func bare(_ site: Site) -> UsageEvent {
        var event = site.event("rq_1")
        event.status = nil
        event.reported = nil
        event.charge = nil
        event.listCost = nil
        event.isUnpriced = true
        event.isError = true
        event.keySource = .none
        return event
    }

    @Test func `an event is read as it was written`() throws {
        let site = try Site()
        let events = [full(site), bare(site), site.event("rq_2")]
        try site.open().write(events.map { .usage($0) })
        let read = try reader(site).events(UsageQuery())
        #expect(read.map(\.event) == events.reversed())
    }

    /// Three accounts' keys, a retry before every third event.
    private func fill(_ site: Site) throws {
        var records: [LedgerRecord] = []
        for number in 0..<60 {
            site.pass(3601)
            var event = site.event("rq_\(1000 + number)aaaaaaaa", key: "k\(number % 3)")
            event.account = AccountID("a\(number % 3)")
            if number % 3 == 0 {
                event.isFinal = false
                records.append(.usage(event))
                event.isFinal = true
                event.attempt = 2
            }
            records.append(.usage(event))
        }
        try site.open().write(records)
    }

    @Test func `events are listed by account, key, request and time, page by page`() throws {
        let site = try Site()
        try fill(site)
        let reader = try reader(site)
        func list(_ change: (inout UsageQuery) -> Void) throws -> [StoredUsageEvent] {
            var query = UsageQuery()
            change(&query)
            return try reader.events(query)
        }
        let all = try list { $0.includesRetries = true }
        #expect(all.count == 80)
        #expect(all.map(\.event.time) == all.map(\.event.time).sorted(by: >))
        #expect(try list { _ in }.count == 60)
        #expect(try list { $0.limit = 7 } == Array(list { _ in }.prefix(7)))
        #expect(try list { $0.account = AccountID("a1") }.count == 20)
        #expect(try list { $0.accessKey = AccessKeyID("k0") }.count == 20)
        #expect(try list { $0.account = AccountID("none") } == [])
        #expect(
            try list {
                $0.accessKey = AccessKeyID("k0")
                $0.account = AccountID("a1")
            } == []
        )
        let middle = all[40].event.time
        #expect(try list { $0.since = middle }.count + list { $0.before = middle }.count == 60)
        let request = try list {
            $0.requestID = "rq_1003aaaaaaaa"
            $0.includesRetries = true
        }
        #expect(request.map(\.event.attempt) == [2, 1])
        #expect(try reader.attempts(of: "rq_1003aaaaaaaa") == request.reversed())
        #expect(
            try reader.attempts(of: "rq_1003aaaaaaaa", in: AccountID("a0")) == request.reversed()
        )
        #expect(try reader.attempts(of: "rq_1003aaaaaaaa", in: AccountID("a1")) == [])
        #expect(try list { $0.requestID = "rq_1003aaaaaaab" } == [])
        #expect(
            try list {
                $0.requestID = "rq_1003aaaaaaaa"
                $0.account = AccountID("a1")
            } == []
        )
        for account in [nil, AccountID("a0")] {
            var pages: [StoredUsageEvent] = []
            while pages.count < 100 {
                let page = try list {
                    $0.includesRetries = true
                    $0.account = account
                    $0.last = pages.last.flatMap { StoredUsageEvent.Cursor(text: $0.cursor.text) }
                    $0.limit = 11
                }
                if page.isEmpty { break }
                pages += page
            }
            #expect(pages == all.filter { account == nil || $0.event.account == account })
        }
    }

    @Test(arguments: [(0, 60), (10, 11), (59, 60)])
    func `sums are of whole hours`(_ hours: Int64, _ requests: Int) throws {
        let site = try Site()
        try fill(site)
        let first = Timestamp(unixSecond: site.now - hours * 3600)
        let groups = try reader(site).usage(since: first, by: .model)
        #expect(groups.map(\.name) == ["some-model"])
        #expect(groups.first?.requests == (hours == 0 ? 1 : requests))
    }

    @Test(arguments: UsageGrouping.allCases)
    func `sums are the same however they are grouped`(_ grouping: UsageGrouping) throws {
        let site = try Site()
        try fill(site)
        let groups = try reader(site).usage(since: Timestamp(unixSecond: 0), by: grouping)
        #expect(groups.reduce(0) { $0 + $1.requests } == 60)
        #expect(groups.reduce(0) { $0 + $1.attempts } == 80)
        #expect(groups.reduce(0) { $0 + $1.tokens.input } == 8000)
        #expect(groups.reduce(NanoDollars.zero) { $0 + $1.cost }.rawValue == 80 * 145)
        #expect(groups.reduce(NanoDollars.zero) { $0 + $1.listCost }.rawValue == 80 * 200)
        let names = groups.map(\.name)
        switch grouping {
        case .key: #expect(names == ["k0", "k1", "k2"])
        case .provider: #expect(names == ["openai"])
        case .model: #expect(names == ["some-model"])
        case .day: #expect(names == ["2027-01-17", "2027-01-16", "2027-01-15"])
        }
        let one = try reader(site)
            .usage(since: Timestamp(unixSecond: 0), by: grouping, of: AccountID("a1"))
        #expect(one.reduce(0) { $0 + $1.requests } == 20)
        #expect(
            try reader(site).usage(since: .init(unixSecond: 0), by: grouping, of: AccountID("z"))
                == []
        )
    }

    @Test func `sums beyond counting stay the largest number`() throws {
        let site = try Site()
        var event = site.event("rq_1")
        event.reported = Usage(input: .max)
        event.listCost = NanoDollars(.max)
        let ledger = try site.open()
        try ledger.write([.usage(event)])
        event.time = Timestamp(unixSecond: site.now + 4000)
        try ledger.write([.usage(event)])
        let groups = try reader(site).usage(since: Timestamp(unixSecond: 0), by: .key)
        #expect(groups.first?.tokens.input == .max)
        #expect(groups.first?.listCost == NanoDollars(.max))
    }

    @Test func `a budget's holder has spent what its events cost in the stretch`() throws {
        let site = try Site()
        let ledger = try site.open()
        for (seconds, source) in [(0, .managed), (60, .user), (86_400, .managed)]
            as [(Int64, UsageEvent.KeySource)]
        {
            site.pass(seconds)
            var event = site.event("rq_1")
            event.configuration = ConfigurationID("c")
            event.keySource = source
            try ledger.write([.usage(event)])
        }
        let key = BudgetHolder.key(AccessKeyID("k"))
        let expected: [(BudgetHolder, Budget.Period, Budget.Scope, Int64)] = [
            (key, .day, .all, 200), (key, .total, .all, 600), (key, .total, .managed, 400),
            (.configuration(ConfigurationID("c")), .month, .all, 600),
            (.key(AccessKeyID("nobody")), .total, .all, 0),
        ]
        for (holder, period, scope, amount) in expected {
            let budget = Budget(NanoDollars(1000), each: period, of: scope)
            let spent = try reader(site).spent(of: budget, by: holder, at: site.moment)
            #expect(spent.rawValue == amount, "\(holder) \(period) \(scope)")
        }
    }
}
