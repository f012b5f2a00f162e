import Accounting
import Model
import Testing

@testable import Ledger

@Suite struct `An overview of usage` {
    private func reader(_ site: Site) throws -> LedgerReader {
        try #require(try LedgerReader.open(site.path))
    }

    /// Three days of two accounts, a key each: a retry elsewhere, then an error.
    private func fill(_ site: Site) throws {
        for account in ["a", "b"] {
            for day in 0..<3 as Range<Int64> {
                var event = site.event("rq_\(account)\(day)", key: "k-\(account)")
                event.account = AccountID(account)
                event.time = Timestamp(unixSecond: site.now + day * 86_400)
                var first = event
                first.isFinal = false
                first.isError = true
                first.provider = ProviderID("anthropic")
                event.attempt = 2
                event.isError = day == 1
                try site.open().write([.usage(first), .usage(event)])
            }
        }
    }

    private func text(_ buckets: [UsageBucket]) -> [String] {
        buckets.map {
            "\($0.day) \($0.name) \($0.requests) \($0.errors) \($0.cost.rawValue)"
        }
    }

    @Test func `counts requests where they ended, and costs where they were made`() throws {
        let site = try Site()
        try fill(site)
        let all = (Timestamp(unixSecond: 0), Timestamp(unixSecond: site.now + 9 * 86_400))
        let reader = try reader(site)
        #expect(
            text(try reader.overview(from: all.0, to: all.1, by: .provider, of: Site.account)) == [
                "2027-01-15 anthropic 0 0 145", "2027-01-15 openai 1 0 145",
                "2027-01-16 anthropic 0 0 145", "2027-01-16 openai 1 1 145",
                "2027-01-17 anthropic 0 0 145", "2027-01-17 openai 1 0 145",
            ]
        )
        #expect(
            text(try reader.overview(from: all.0, to: all.1, by: .accessKey, of: Site.account)) == [
                "2027-01-15 k-a 1 0 290", "2027-01-16 k-a 1 1 290", "2027-01-17 k-a 1 0 290",
            ]
        )
        #expect(
            text(try reader.overview(from: all.0, to: all.1, by: .provider)).prefix(2) == [
                "2027-01-15 anthropic 0 0 290", "2027-01-15 openai 2 0 290",
            ]
        )
        #expect(
            try reader.overview(from: all.0, to: all.1, by: .provider, of: AccountID("z")) == []
        )
    }

    /// The first event is at 08:00 of 2027-01-15.
    @Test(
        arguments: [
            (0, 777_600, 3), (57_599, 777_600, 3), (57_600, 777_600, 2), (0, 1, 1), (0, 57_600, 1),
            (0, 57_601, 2), (-86_400, -28_800, 0), (-86_400, -28_799, 1), (1, 0, 1),
        ] as [(Int64, Int64, Int)]
    )
    func `has whole days`(first: Int64, end: Int64, days: Int) throws {
        let site = try Site()
        try fill(site)
        let buckets = try reader(site).overview(
            from: Timestamp(unixSecond: site.now + first),
            to: Timestamp(unixSecond: site.now + end),
            by: .accessKey,
            of: Site.account
        )
        #expect(buckets.count == days)
    }

    @Test func `has the days before there was one`() throws {
        let site = try Site()
        try site.makeVersion2()
        _ = try site.open()
        for (grouping, name) in [(UsageBucket.Grouping.provider, "openai"), (.accessKey, "k")] {
            let buckets = try reader(site).overview(
                from: Timestamp(unixSecond: 0),
                to: Timestamp(unixSecond: 10 * 86_400),
                by: grouping,
                of: Site.account
            )
            #expect(
                text(buckets) == ["1970-01-01 \(name) 2 1 700", "1970-01-02 \(name) 2 0 100"]
            )
        }
    }
}
