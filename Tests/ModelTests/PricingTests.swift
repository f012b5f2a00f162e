import Model
import Testing

@Suite struct Pricings {
    private static func rates(
        _ input: String,
        _ output: String,
        read: String? = nil,
        write: String? = nil,
        long: String? = nil
    ) throws -> TokenRates {
        func price(_ text: String?) throws -> TokenPrice? {
            guard let text else { return nil }
            return try TokenPrice(dollarsPerMillion: text)
        }
        return TokenRates(
            input: try price(input),
            output: try price(output),
            cacheRead: try price(read),
            cacheWrite: try price(write),
            cacheWrite1h: try price(long)
        )
    }

    private static func rule(
        _ effect: PriceRule.Effect,
        _ change: (inout PriceRule) -> Void
    ) -> PriceRule {
        var rule = PriceRule(effect)
        change(&rule)
        return rule
    }

    private static func moment(_ text: String) throws -> Timestamp {
        try #require(Timestamp(text))
    }

    /// What each kind of rule looks like, by the models that have it.
    private static func pricing(_ name: String) throws -> Pricing {
        switch name {
        case "long prompts":
            let long = rule(.prices(try rates("4", "15", read: "0.2", write: "5"))) {
                $0.minPromptTokens = 272_001
            }
            return Pricing(try rates("2", "10", read: "0.1", write: "2.5"), rules: [long])
        case "caches":
            return Pricing(try rates("4", "20", read: "0.2", write: "5", long: "8"))
        case "a date":
            let from = try moment("2026-12-01T00:00:00Z")
            return Pricing(
                try rates("2", "10", read: "0.1"),
                rules: [rule(.factor(try PriceFactor("2"))) { $0.from = from }]
            )
        case "an end":
            let to = try moment("2026-08-21T00:00:00Z")
            return Pricing(
                try rates("4", "20"),
                rules: [rule(.prices(try rates("5", "30"))) { $0.to = to }]
            )
        case "hours":
            let hours = try ["01:00-04:00", "06:00-10:00"].map { try #require(DailyHours($0)) }
            let peak = rule(.prices(try rates("1.32", "3.96", read: "0.044"))) {
                $0.utcHours = hours
            }
            return Pricing(try rates("0.66", "1.98", read: "0.022"), rules: [peak])
        case "tiers":
            let long = rule(.prices(try rates("4", "15"))) { $0.minPromptTokens = 272_001 }
            return Pricing(
                try rates("2", "10"),
                rules: [
                    long, rule(.factor(try PriceFactor("0.5"))) { $0.tiers = .batch },
                    rule(.factor(try PriceFactor("2"))) { $0.tiers = .fast },
                    rule(.factor(try PriceFactor("1.1"))) { $0.tiers = .regional },
                ]
            )
        default:
            return Pricing(try rates("0.000001", "0.000001"))
        }
    }

    @Test(
        arguments: [
            ("long prompts", 272_000, 1000, [], "2026-11-21T12:00:00Z", 554_000_000),
            ("long prompts", 272_001, 1000, [], "2026-11-21T12:00:00Z", 1_103_004_000),
            ("a date", 1_000_000, 0, [], "2026-11-30T23:59:59Z", 2_000_000_000),
            ("a date", 1_000_000, 0, [], "2026-12-01T00:00:00Z", 4_000_000_000),
            ("an end", 1_000_000, 0, [], "2026-08-20T23:59:59Z", 5_000_000_000),
            ("an end", 1_000_000, 0, [], "2026-08-21T00:00:00Z", 4_000_000_000),
            ("hours", 1_000_000, 1_000_000, [], "2026-11-21T00:59:59Z", 2_640_000_000),
            ("hours", 1_000_000, 1_000_000, [], "2026-11-21T01:00:00Z", 5_280_000_000),
            ("hours", 1_000_000, 1_000_000, [], "2026-11-21T05:00:00Z", 2_640_000_000),
            ("hours", 1_000_000, 1_000_000, [], "2026-11-21T09:59:59Z", 5_280_000_000),
            ("hours", 1_000_000, 1_000_000, [], "2026-11-21T10:00:00Z", 2_640_000_000),
            ("tiers", 1_000, 100, [], "2026-11-21T12:00:00Z", 3_000_000),
            ("tiers", 1_000, 100, .batch, "2026-11-21T12:00:00Z", 1_500_000),
            ("tiers", 1_000, 100, .fast, "2026-11-21T12:00:00Z", 6_000_000),
            ("tiers", 1_000, 100, [.fast, .regional], "2026-11-21T12:00:00Z", 6_600_000),
            ("tiers", 300_000, 0, .batch, "2026-11-21T12:00:00Z", 600_000_000),
            ("tiers", 1_000, 100, .flex, "2026-11-21T12:00:00Z", 3_000_000),
            ("tiny", 1, 0, [], "2026-11-21T12:00:00Z", 1),
            ("tiny", 999, 1, [], "2026-11-21T12:00:00Z", 1),
            ("tiny", 1000, 1, [], "2026-11-21T12:00:00Z", 2),
            ("tiny", 0, 0, [], "2026-11-21T12:00:00Z", 0),
            ("tiny", -5, 0, [], "2026-11-21T12:00:00Z", 0),
        ] as [(String, Int, Int, ServiceTiers, String, Int64)]
    )
    func `estimate a request in whole nano-dollars`(
        _ name: String,
        _ input: Int,
        _ output: Int,
        _ tiers: ServiceTiers,
        _ moment: String,
        _ nanoDollars: Int64
    ) throws {
        let cost = try Self.pricing(name).estimate(
            input: input,
            output: output,
            at: try Self.moment(moment),
            tiers: tiers
        )
        #expect(cost.rawValue == nanoDollars)
    }

    @Test(
        arguments: [
            (Usage(input: 1000, cacheRead: 1000, cacheWrite: 1000), 9_200_000),
            (Usage(cacheWrite: 1000, cacheWrite1h: 400), 6_200_000),
            (Usage(cacheWrite: 1000, cacheWrite5m: 1000, cacheWrite1h: 0), 5_000_000),
            (Usage(cacheWrite: 1000, cacheWrite1h: 5000), 8_000_000),
            (Usage(output: 1000, reasoning: 900), 20_000_000),
        ] as [(Usage, Int64)]
    )
    func `tell caches apart`(_ usage: Usage, _ nanoDollars: Int64) throws {
        let moment = try Self.moment("2026-11-21T12:00:00Z")
        #expect(try Self.pricing("caches").cost(of: usage, at: moment).rawValue == nanoDollars)
    }

    @Test func `without a price for caches take that of input`() throws {
        let usage = Usage(input: 1000, cacheRead: 1000, cacheWrite: 1000, cacheWrite1h: 500)
        let cost = Pricing(try Self.rates("2", "10")).cost(
            of: usage,
            at: try Self.moment("2026-11-21T12:00:00Z")
        )
        #expect(cost.rawValue == 6_000_000)
    }

    @Test func `count cached tokens for the length of a prompt`() throws {
        let moment = try Self.moment("2026-11-21T12:00:00Z")
        let usage = Usage(input: 1, cacheRead: 272_000)
        let cost = try Self.pricing("long prompts").cost(of: usage, at: moment)
        #expect(cost.rawValue == 4_000 + 54_400_000)
    }

    @Test func `do not overflow`() throws {
        let dear = TokenPrice(picoDollars: 1_000_000_000_000_000)
        let pricing = Pricing(TokenRates(input: dear, output: dear))
        let moment = try Self.moment("2026-11-21T12:00:00Z")
        let cost = pricing.estimate(input: .max, output: .max, at: moment)
        #expect(cost.rawValue == .max)
        let usage = Usage(input: .max, cacheRead: .max, cacheWrite: .max)
        #expect(pricing.cost(of: usage, at: moment).rawValue == .max)
    }

    @Test func `say for which kinds of service they have prices`() throws {
        #expect(try Self.pricing("tiers").tiers == [.batch, .fast, .regional])
        #expect(ServiceTiers(name: "batch") == .batch)
        #expect(ServiceTiers(name: "Batch") == nil)
        #expect(ServiceTiers([.fast, .batch]).names == ["batch", "fast"])
    }
}

@Suite struct `Facts of a model` {
    @Test func `are filled where they are missing`() throws {
        var own = ModelFacts()
        own.maxContextWindow = 1000
        var other = ModelFacts()
        other.maxContextWindow = 2000
        other.author = "maker"
        other.inputModalities = Modalities([.text, .image])
        other.pricing = Pricing(TokenRates(input: .free, output: .free))
        other.retired = CalendarDay("2026-10-23")
        var same = own
        same.fill(from: other)
        #expect(same.maxContextWindow == 1000)
        #expect(same.author == "maker")
        #expect(same.inputModalities.names == ["text", "image"])
        #expect(same.pricing != nil)
        #expect(same.isRetired(at: try #require(Timestamp("2026-10-23T00:00:00Z"))))
        #expect(!same.isRetired(at: try #require(Timestamp("2026-10-22T23:59:59Z"))))
        var elsewhere = own
        elsewhere.fillIntrinsic(from: other)
        #expect(elsewhere.author == "maker")
        #expect(elsewhere.pricing == nil && elsewhere.retired == nil)
    }
}
