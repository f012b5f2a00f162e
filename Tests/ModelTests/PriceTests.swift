import Model
import Testing

@Suite struct `A price` {
    @Test(arguments: [
        ("0", 0), ("1", 1_000_000), ("2.50", 2_500_000), ("0.000001", 1), ("0.0375", 37_500),
        ("12.5", 12_500_000), ("007", 7_000_000), ("1000000000", 1_000_000_000_000_000),
    ])
    func `is read exactly`(_ text: String, _ picoDollars: Int64) throws {
        let price = try TokenPrice(dollarsPerMillion: text)
        #expect(price.picoDollars == picoDollars)
        #expect(try TokenPrice(dollarsPerMillion: price.description) == price)
    }

    @Test(arguments: [
        ("", Millionths.Problem.malformed), (".", .malformed), (".5", .malformed),
        ("5.", .malformed), ("1.2.3", .malformed), ("-1", .malformed), ("+1", .malformed),
        ("1e3", .malformed), ("1,5", .malformed), (" 1", .malformed), ("٣", .malformed),
        ("0.1234567", .tooPrecise), ("0.1000000", .tooPrecise), ("1000000000.1", .tooLarge),
        ("1000000001", .tooLarge), ("999999999999999", .tooLarge),
        ("99999999999999999999999999", .tooLarge), ("9999999999.999999", .tooLarge),
    ])
    func `that is none is refused`(_ text: String, _ problem: Millionths.Problem) {
        #expect(throws: problem) { try TokenPrice(dollarsPerMillion: text) }
    }

    @Test(arguments: [(0, "0"), (1, "0.000001"), (2_500_000, "2.5"), (10_000_000, "10")])
    func `is written as short as it goes`(_ picoDollars: Int64, _ text: String) {
        #expect(TokenPrice(picoDollars: picoDollars).description == text)
    }

    @Test(arguments: [
        (0, "0"), (1, "0.000000001"), (2_500_000_000, "2.5"), (-1_500_000_000, "-1.5"),
        (Int64.min, "-9223372036.854775808"),
    ])
    func `of a request is written in dollars`(_ nanoDollars: Int64, _ text: String) {
        #expect(NanoDollars(nanoDollars).description == text)
    }

    @Test(arguments: [
        ("2.5", "0.5", "1.25", true), ("2.5", "1.1", "2.75", true),
        ("0.000001", "0.5", "0.000001", false),
        ("0.000003", "0.5", "0.000002", false), ("0", "6", "0", true),
    ])
    func `times a factor is rounded up`(
        _ price: String,
        _ factor: String,
        _ product: String,
        _ isExact: Bool
    ) throws {
        let price = try TokenPrice(dollarsPerMillion: price)
        let factor = try PriceFactor(factor)
        #expect(factor.applied(to: price)?.description == product)
        #expect(factor.isExact(for: price) == isExact)
    }

    @Test func `times a factor has an end`() throws {
        let most = TokenPrice(picoDollars: 1_000_000_000_000_000)
        #expect(try PriceFactor("1").applied(to: most) == most)
        #expect(try PriceFactor("1.000001").applied(to: most) == nil)
        let rates = Pricing(
            TokenRates(input: most, output: most),
            rules: [PriceRule(.factor(PriceFactor(millionths: 1_000_000_000_000_000)))]
        ).rates(PriceConditions(at: Timestamp(unixSecond: 0)))
        #expect(rates.input == most)
    }
}

@Suite struct `Hours of the day` {
    private static func moment(_ clock: String) throws -> Timestamp {
        try #require(Timestamp("2026-11-21T\(clock):00Z"))
    }

    @Test(arguments: [
        ("01:00-04:00", "01:00", true), ("01:00-04:00", "03:59", true),
        ("01:00-04:00", "04:00", false), ("01:00-04:00", "00:59", false),
        ("22:00-02:00", "23:30", true), ("22:00-02:00", "01:59", true),
        ("22:00-02:00", "02:00", false), ("22:00-02:00", "12:00", false),
        ("20:00-24:00", "23:59", true), ("20:00-24:00", "00:00", false),
    ])
    func `are in UTC, the last minute excluded`(
        _ hours: String,
        _ clock: String,
        _ holds: Bool
    ) throws {
        var rule = PriceRule(.factor(PriceFactor(millionths: 1)))
        rule.utcHours = [try #require(DailyHours(hours))]
        #expect(rule.utcHours[0].description == hours)
        #expect(rule.holds(PriceConditions(at: try Self.moment(clock))) == holds)
    }

    @Test(arguments: [
        "", "01:00", "1:00-4:00", "01:00-01:00", "24:00-01:00", "00:00-24:01", "01:60-02:00",
        "01:00-04:00-06:00", "-1:00-04:00", "01:00–04:00", "00:00-00:00", "00:00-24:00",
        "a1:00-04:00",
    ])
    func `that are none are refused`(_ text: String) {
        #expect(DailyHours(text) == nil)
    }
}

@Suite struct `Days of the week` {
    @Test(arguments: [
        ("2026-11-20T23:59:59Z", true), ("2026-11-21T00:00:00Z", false),
        ("2026-11-22T12:00:00Z", false), ("2026-11-23T00:00:00Z", true),
        ("1970-01-01T00:00:00Z", true), ("1969-12-28T12:00:00Z", false),
    ])
    func `are in UTC`(_ moment: String, _ holds: Bool) throws {
        var rule = PriceRule(.factor(PriceFactor(millionths: 1)))
        for day in ["mon", "tue", "wed", "thu", "fri"] {
            rule.utcDays = try #require(rule.utcDays.adding(day))
        }
        #expect(rule.utcDays.adding("Mon") == nil)
        #expect(rule.utcDays.names == ["mon", "tue", "wed", "thu", "fri"])
        let conditions = PriceConditions(at: try #require(Timestamp(moment)))
        #expect(rule.holds(conditions) == holds)
    }
}

@Suite struct `A day of the calendar` {
    @Test func `begins at midnight in UTC`() throws {
        let day = try #require(CalendarDay("2026-12-01"))
        #expect(day.start.description == "2026-12-01T00:00:00Z")
        #expect(day.description == "2026-12-01")
        #expect(CalendarDay(of: try #require(Timestamp("2026-12-01T23:59:59Z"))) == day)
        #expect(CalendarDay(of: Timestamp(unixSecond: -1)).description == "1969-12-31")
    }

    @Test(arguments: [
        "", "2026-02-29", "2026-13-01", "26-01-01", "2026-1-1", "2026-12-01T00:00:00Z",
    ])
    func `that does not exist is none`(_ text: String) {
        #expect(CalendarDay(text) == nil)
    }
}
