import Accounting
import Model
import Testing

@Suite struct `A book of warnings` {
    private static let account = AccountID.standard
    private static let now = Timestamp(unixSecond: 1_795_000_000)

    private func funds(_ balance: Int64, grants: [Grant] = []) -> [AccountFunds] {
        [AccountFunds(Self.account, balance: NanoDollars(balance), grants: grants)]
    }

    /// The thresholds that an account is warned at, one after the other; nil where it is not.
    private func told(
        _ balances: [Int64],
        _ book: inout WarningBook,
        _ thresholds: [Int64] = [0, 500, 100]
    ) -> [Int64?] {
        let thresholds = WarningThresholds(thresholds.map { NanoDollars($0) })
        return balances.map { balance in
            let found = book.look(at: funds(balance), thresholds, at: Self.now)
            guard case .lowBalance(let threshold, let seen) = found.first?.warning else {
                return nil
            }
            #expect(found.count == 1)
            #expect(found.first?.account == Self.account)
            #expect(seen == NanoDollars(balance))
            return threshold.rawValue
        }
    }

    /// Balances that are looked at one after the other, and what is told.
    @Test(
        arguments: [
            ([600, 501], [nil, nil]),
            ([600, 500], [nil, 500]),
            ([600, 400, 300, 101], [nil, 500, nil, nil]),
            // Several at once: the lowest says it all.
            ([600, 90], [nil, 100]),
            ([600, 0], [nil, 0]),
            ([600, 400, 90, 0, 0], [nil, 500, 100, 0, nil]),
            // Up and down again.
            ([600, 400, 600, 400], [nil, 500, nil, 500]),
            ([600, 90, 300, 90], [nil, 100, nil, 100]),
            ([600, 0, 50, 0], [nil, 0, nil, 0]),
            // What was always low has crossed nothing.
            ([400, 300], [nil, nil]),
            ([0, 0], [nil, nil]),
            ([0, 5000, 4000, 499], [nil, nil, nil, 500]),
        ] as [([Int64], [Int64?])]
    )
    func `tells of a threshold once for each time that it is crossed`(
        _ balances: [Int64],
        _ expected: [Int64?]
    ) {
        var book = WarningBook()
        #expect(told(balances, &book) == expected)
    }

    @Test func `goes on where it was left`() {
        var book = WarningBook()
        #expect(told([600, 400], &book) == [nil, 500])
        var again = WarningBook(levels: book.levels, told: book.told)
        #expect(again == book)
        #expect(told([400, 90], &again) == [nil, 100])
        var meanwhile = WarningBook(levels: book.levels)
        #expect(told([90], &meanwhile) == [100])
    }

    @Test func `takes other thresholds`() {
        var book = WarningBook()
        #expect(told([600, 400], &book) == [nil, 500])
        #expect(told([400, 400], &book, [700, 450]) == [450, nil])
        #expect(told([400], &book, []) == [nil])
    }

    private func grant(_ number: Int64, daysLeft: Int64, hours: Int64 = 0) -> Grant {
        Grant(
            GrantID(number),
            amount: NanoDollars(7),
            category: .promotional,
            createdAt: Self.now,
            expiresAt: Timestamp(unixSecond: Self.now.unixSecond + daysLeft * 86_400 + hours * 3600)
        )
    }

    /// What is left of a grant at each look, in days and hours, and the terms that are told of.
    @Test(
        arguments: [
            ([(365, 0), (31, 0), (30, 1)], [nil, nil, nil]),
            ([(30, 1), (30, 0), (29, 0), (8, 0)], [nil, 30, nil, nil]),
            ([(30, 0), (7, 1), (7, 0), (6, 0), (0, 1)], [30, nil, 7, nil, nil]),
            // Nobody looked for a while, or the grant was made late.
            ([(31, 0), (2, 0), (1, 0)], [nil, 7, nil]),
            ([(0, 1)], [7]),
            ([(0, 0)], [nil]),
        ] as [([(Int64, Int64)], [Int?])]
    )
    func `tells of each term of a grant once`(_ left: [(Int64, Int64)], _ terms: [Int?]) {
        var book = WarningBook()
        for ((days, hours), term) in zip(left, terms) {
            let grant = grant(3, daysLeft: days, hours: hours)
            let found = book.look(
                at: funds(1, grants: [grant]),
                WarningThresholds([]),
                at: Self.now
            )
            let expected = term.map {
                CreditWarning.grantExpires(
                    GrantID(3),
                    remaining: NanoDollars(7),
                    at: grant.expiresAt,
                    days: $0
                )
            }
            #expect(found.map(\.warning) == (expected.map { [$0] } ?? []), "\(days) \(hours)")
        }
    }

    @Test func `forgets grants of which nothing is left, and no account`() {
        var book = WarningBook()
        func count(_ funds: [AccountFunds]) -> Int {
            book.look(at: funds, WarningThresholds([NanoDollars(5)]), at: Self.now).count
        }
        let grants = [grant(1, daysLeft: 5), grant(2, daysLeft: 5)]
        #expect(count(funds(9, grants: grants)) == 2)
        #expect(book.told == [GrantID(1): 7, GrantID(2): 7])
        #expect(count(funds(9, grants: [grants[1]])) == 0)
        #expect(book.told == [GrantID(2): 7])
        #expect(count([]) == 0)
        #expect(count(funds(4)) == 1)
    }
}
