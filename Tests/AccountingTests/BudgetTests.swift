import Accounting
import Model
import Testing

@Suite struct Budgets {
    private static func exactly(_ amount: NanoDollars) -> HoldSize {
        HoldSize(wanted: amount, least: amount)
    }

    @Test func `can't be passed by many at once`() throws {
        let now = try moment("2026-11-21T12:00:00Z")
        var meter = BudgetMeter(Budget(100, each: .day, of: .all), spent: 15, at: now)
        var parts: [BudgetMeter.Part] = []
        for _ in 0..<1000 {
            if let part = try? meter.reserve(Self.exactly(10), at: now) { parts.append(part) }
        }
        #expect(parts.count == 8)
        for part in parts { meter.settle(part, for: 7) }
        #expect(meter.spent == 71)
        #expect(meter.held == 0)
        #expect(meter.free(at: now) == 29)
    }

    @Test(
        arguments: [
            (.day, "2026-11-21T12:00:00Z", "2026-11-22T00:00:00Z"),
            (.day, "2026-11-21T23:59:59.999Z", "2026-11-22T00:00:00Z"),
            (.day, "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"),
            // A Saturday, a Sunday, a Monday.
            (.week, "2026-11-21T12:00:00Z", "2026-11-23T00:00:00Z"),
            (.week, "2026-11-22T23:59:59Z", "2026-11-23T00:00:00Z"),
            (.week, "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"),
            (.month, "2026-11-30T23:59:59Z", "2026-12-01T00:00:00Z"),
            (.month, "2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z"),
            (.month, "2027-01-31T00:00:00Z", "2027-02-01T00:00:00Z"),
            (.month, "2027-02-01T00:00:00Z", "2027-03-01T00:00:00Z"),
            (.month, "2028-02-29T12:00:00Z", "2028-03-01T00:00:00Z"),
            (.total, "2026-11-21T12:00:00Z", nil),
        ] as [(Budget.Period, String, String?)]
    )
    func `say when there is money again, and have it then`(
        _ period: Budget.Period,
        _ time: String,
        _ reset: String?
    ) throws {
        let now = try moment(time)
        let resetsAt = try reset.map(moment)
        var meter = BudgetMeter(Budget(100, each: period, of: .managed), spent: 95, at: now)
        #expect(throws: BudgetMeter.Exceeded(resetsAt: resetsAt)) {
            try meter.reserve(Self.exactly(10), at: now)
        }
        guard let resetsAt else { return }
        let before = Timestamp(milliseconds: resetsAt.milliseconds - 1)
        #expect(meter.free(at: before) == 5)
        #expect(meter.free(at: resetsAt) == 100)
        let part = try meter.reserve(Self.exactly(100), at: resetsAt)
        meter.settle(part, for: 1)
        #expect(meter.spent == 1)
    }

    @Test func `count a request for the stretch in which it began`() throws {
        let evening = try moment("2026-11-21T23:59:00Z")
        let morning = try moment("2026-11-22T00:01:00Z")
        var meter = BudgetMeter(Budget(100, each: .day, of: .all), at: evening)
        var old = try meter.reserve(Self.exactly(100), at: evening)
        let new = try meter.reserve(Self.exactly(60), at: morning)
        #expect(meter.topUp(&old, by: 1000))
        meter.settle(old, for: 100)
        #expect(meter.spent == 0 && meter.held == 60)
        meter.settle(new, for: 60)
        #expect(meter.spent == 60 && meter.held == 0)
    }

    @Test func `hold what is left where that is enough to begin`() throws {
        let now = try moment("2026-11-21T12:00:00Z")
        var meter = BudgetMeter(Budget(100, each: .total, of: .all), spent: 70, at: now)
        var part = try meter.reserve(HoldSize(wanted: 80, least: 20), at: now)
        #expect(meter.held == 30)
        #expect(!meter.topUp(&part, by: 1))
        // What was delivered is counted, even beyond.
        meter.settle(part, for: 45)
        #expect(meter.spent == 115)
        #expect(throws: BudgetMeter.Exceeded(resetsAt: nil)) {
            try meter.reserve(Self.exactly(0), at: now)
        }
    }
}
