import Accounting
import Dialects
import Model
import Testing

@Suite struct `A charge` {
    /// Thousands of tokens, and nano-dollars.
    @Test(
        arguments: [
            // A long prompt costs more as a whole, from its first token on.
            (
                "gpt-6.1-sol", "2026-11-21T12:00:00Z", [], Usage(input: 272_000, output: 1000),
                554_000_000
            ),
            (
                "gpt-6.1-sol", "2026-11-21T12:00:00Z", [], Usage(input: 272_001, output: 1000),
                1_103_004_000
            ),
            (
                "gpt-6.1-sol", "2026-11-21T12:00:00Z", [], Usage(input: 1, cacheRead: 272_000),
                54_404_000
            ),
            ("gpt-6.1-sol", "2026-11-21T12:00:00Z", [], Usage(cacheWrite: 1000), 2_500_000),
            (
                "gemini-3.1-pro-preview", "2026-11-21T12:00:00Z", [],
                Usage(input: 200_000, output: 1000), 412_000_000
            ),
            (
                "gemini-3.1-pro-preview", "2026-11-21T12:00:00Z", [],
                Usage(input: 200_001, output: 1000), 818_004_000
            ),
            // A date.
            ("gemini-4-argon", "2026-11-30T23:59:59.999Z", [], Usage(input: 1000), 2_000_000),
            ("gemini-4-argon", "2026-12-01T00:00:00Z", [], Usage(input: 1000), 4_000_000),
            // Hours.
            ("deepseek-v4-pro", "2026-11-21T00:59:59Z", [], Usage(output: 1000), 1_980_000),
            ("deepseek-v4-pro", "2026-11-21T01:00:00Z", [], Usage(output: 1000), 3_960_000),
            ("deepseek-v4-pro", "2026-11-21T04:00:00Z", [], Usage(output: 1000), 1_980_000),
            ("deepseek-v4-pro", "2026-11-21T06:00:00Z", [], Usage(cacheRead: 1000), 44_000),
            ("deepseek-v4-pro", "2026-11-21T10:00:00Z", [], Usage(cacheRead: 1000), 22_000),
            // Kinds of service.
            ("gpt-6.1-sol", "2026-11-21T12:00:00Z", .batch, Usage(output: 1000), 5_000_000),
            ("gpt-6.1-sol", "2026-11-21T12:00:00Z", .flex, Usage(output: 1000), 5_000_000),
            ("gpt-6.1-sol", "2026-11-21T12:00:00Z", .priority, Usage(output: 1000), 20_000_000),
            (
                "gpt-6.1-sol", "2026-11-21T12:00:00Z", .priority, Usage(input: 272_001),
                2_176_008_000
            ),
            ("claude-opus-5-5", "2026-11-21T12:00:00Z", .regional, Usage(input: 1000), 4_400_000),
            // Caches.
            ("claude-opus-5-5", "2026-11-21T12:00:00Z", [], Usage(cacheRead: 1000), 200_000),
            ("claude-opus-5-5", "2026-11-21T12:00:00Z", [], Usage(cacheWrite: 1000), 5_000_000),
            (
                "claude-opus-5-5", "2026-11-21T12:00:00Z", [],
                Usage(cacheWrite: 1000, cacheWrite5m: 600, cacheWrite1h: 400), 6_200_000
            ),
            (
                "claude-opus-5-5", "2026-11-21T12:00:00Z", .regional,
                Usage(cacheWrite: 1000, cacheWrite5m: 0, cacheWrite1h: 1000), 8_800_000
            ),
            // Rounded up once: a pico-dollar a token here.
            ("tiny", "2026-11-21T12:00:00Z", [], Usage(input: 1), 1),
            ("tiny", "2026-11-21T12:00:00Z", [], Usage(input: 500, output: 499, cacheRead: 1), 1),
            ("tiny", "2026-11-21T12:00:00Z", [], Usage(input: 500, output: 500, cacheRead: 1), 2),
            ("tiny", "2026-11-21T12:00:00Z", [], Usage(), 0),
            ("tiny", "2026-11-21T12:00:00Z", [], Usage(input: -5, output: -1, cacheRead: -7), 0),
        ] as [(String, String, ServiceTiers, Usage, Int64)]
    )
    func `is the sum at the prices in force, rounded up once`(
        _ model: String,
        _ time: String,
        _ tiers: ServiceTiers,
        _ usage: Usage,
        _ nanoDollars: Int64
    ) throws {
        #expect(try tariff(model, at: time, tiers).charge(for: usage).total.rawValue == nanoDollars)
        let cost = try pricing(model).cost(of: usage, at: try moment(time), tiers: tiers)
        #expect(cost.rawValue == nanoDollars)
    }

    @Test func `has its parts exactly`() throws {
        let charge = try tariff("claude-opus-5-5", fee: "0.05").charge(
            for: Usage(
                input: 7,
                output: 11,
                cacheRead: 13,
                cacheWrite: 24,
                cacheWrite5m: 5,
                cacheWrite1h: 19,
                reasoning: 3
            )
        )
        #expect(charge.input == 28_000_000)
        #expect(charge.output == 220_000_000)
        #expect(charge.cacheRead == 2_600_000)
        #expect(charge.cacheWrite5m == 25_000_000)
        #expect(charge.cacheWrite1h == 152_000_000)
        #expect(charge.fee == 55 * 50_000)
        #expect(charge.total.rawValue == 430_350)
    }

    @Test func `of a provider's own key is the fee`() throws {
        let fee = try TokenPrice(dollarsPerMillion: "0.05")
        let own = Tariff(nil, fee: fee, at: try moment("2026-11-21T12:00:00Z"))
        #expect(own.charge(for: Usage(input: 900, output: 100)).total.rawValue == 50_000)
        #expect(own.bound(input: 900, output: 100, caches: .briefly).rawValue == 50_000)
    }

    @Test func `does not overflow`() throws {
        let dear = TokenPrice(picoDollars: Millionths.largest * 1_000_000)
        let tariff = Tariff(
            Pricing(TokenRates(input: dear, output: dear)),
            fee: dear,
            at: try moment("2026-11-21T12:00:00Z")
        )
        let usage = Usage(input: .max, output: .max, cacheRead: .max, cacheWrite: .max)
        #expect(tariff.charge(for: usage).total.rawValue == .max)
        #expect(tariff.bound(input: .max, output: .max, caches: .forAnHour).rawValue == .max)
    }

    // MARK: Caching is charged right

    /// An answer of each dialect with cached input, and what it costs at Claude 3.7 Sonnet's prices:
    /// $3 in, $15 out, $0.30 read, $3.75 and $6 written.
    @Test(
        arguments: [
            // The sample that others charge $0.0913 for: the input is not counted twice.
            (
                .anthropicMessages,
                #"{"usage":{"input_tokens":3,"cache_creation_input_tokens":12304,"cache_read_input_tokens":0,"output_tokens":550}}"#,
                54_399_000
            ),
            (
                .anthropicMessages,
                #"{"usage":{"input_tokens":3,"cache_creation_input_tokens":12304,"cache_creation":{"ephemeral_5m_input_tokens":304,"ephemeral_1h_input_tokens":12000},"cache_read_input_tokens":1000,"output_tokens":550}}"#,
                9_000 + 1_140_000 + 72_000_000 + 300_000 + 8_250_000
            ),
            (
                .openAIChat,
                #"{"usage":{"prompt_tokens":12307,"completion_tokens":550,"prompt_tokens_details":{"cached_tokens":12304}}}"#,
                9_000 + 3_691_200 + 8_250_000
            ),
            (
                .openAIChat,
                #"{"usage":{"prompt_tokens":12307,"completion_tokens":550,"prompt_cache_hit_tokens":12304,"prompt_cache_miss_tokens":3}}"#,
                9_000 + 3_691_200 + 8_250_000
            ),
            (
                .openAIResponses,
                #"{"usage":{"input_tokens":12307,"output_tokens":550,"input_tokens_details":{"cached_tokens":12000,"cache_write_tokens":304},"output_tokens_details":{"reasoning_tokens":500}}}"#,
                9_000 + 3_600_000 + 1_140_000 + 8_250_000
            ),
            (
                .gemini,
                #"{"usageMetadata":{"promptTokenCount":12307,"cachedContentTokenCount":12304,"candidatesTokenCount":50,"thoughtsTokenCount":500}}"#,
                9_000 + 3_691_200 + 8_250_000
            ),
        ] as [(Dialect, String, Int64)]
    )
    func `counts cached input once, in the words of each dialect`(
        _ dialect: Dialect,
        _ answer: String,
        _ nanoDollars: Int64
    ) throws {
        var observer = AnswerObserver(dialect)
        observer.observe(Array(answer.utf8).span)
        let usage = try #require(observer.usage)
        let charge = try tariff("claude-3-7-sonnet").charge(for: usage)
        #expect(charge.total.rawValue == nanoDollars)
    }
}

@Suite struct `A bound` {
    @Test(
        arguments: [
            // All of the input may be written to a cache.
            ("gpt-6.1-sol", 1000, 100, .briefly, 2_500_000 + 1_000_000),
            ("claude-opus-5-5", 1000, 100, .briefly, 5_000_000 + 2_000_000),
            ("claude-opus-5-5", 1000, 100, .forAnHour, 8_000_000 + 2_000_000),
            // A prompt that may be a long one costs what long ones do.
            ("gpt-6.1-sol", 272_000, 0, .briefly, 680_000_000),
            ("gpt-6.1-sol", 272_001, 0, .briefly, 1_360_005_000),
        ] as [(String, Int, Int, PromptCaching, Int64)]
    )
    func `is at the dearest price of each token`(
        _ model: String,
        _ input: Int,
        _ output: Int,
        _ caches: PromptCaching,
        _ nanoDollars: Int64
    ) throws {
        let bound = try tariff(model).bound(input: input, output: output, caches: caches)
        #expect(bound.rawValue == nanoDollars)
    }

    @Test(arguments: [
        "gpt-6.1-sol", "gemini-3.1-pro-preview", "gemini-4-argon", "deepseek-v4-pro",
        "claude-opus-5-5", "tiny",
    ])
    func `is never below a charge within it`(_ model: String) throws {
        var random = SeededRandom(11)
        for _ in 0..<3000 {
            let tariff = try tariff(
                model,
                at: "2026-11-21T0\(Int.random(in: 0...9, using: &random)):00:00Z",
                [[], .batch, .priority, .regional].randomElement(using: &random) ?? [],
                fee: "0.05"
            )
            let longest = [100, 300_000].randomElement(using: &random) ?? 0
            let input = Int.random(in: 0...longest, using: &random)
            let output = Int.random(in: 0...5000, using: &random)
            let bound = tariff.bound(input: input, output: output, caches: .forAnHour)
            let read = Int.random(in: 0...input, using: &random)
            let written = Int.random(in: 0...input - read, using: &random)
            let usage = Usage(
                input: Int.random(in: 0...input - read - written, using: &random),
                output: Int.random(in: 0...output, using: &random),
                cacheRead: read,
                cacheWrite: written,
                cacheWrite1h: Int.random(in: 0...written, using: &random)
            )
            #expect(tariff.charge(for: usage).total <= bound)
            if let payable = tariff.output(payableWith: bound, besides: input, caches: .forAnHour) {
                #expect(payable >= output)
                let paid = tariff.bound(input: input, output: payable, caches: .forAnHour)
                #expect(paid <= bound)
            }
        }
    }

    @Test func `what does not pay the input pays no output`() throws {
        let tariff = try tariff("claude-opus-5-5")
        let output = tariff.output(
            payableWith: NanoDollars(4_999_999),
            besides: 1000,
            caches: .briefly
        )
        #expect(output == 0)
    }
}

@Suite struct `The tokens of an attempt` {
    private static let counted = Usage(input: 100, output: 20)

    /// Reported, delivered, failed: what is charged, and whether it is our own count.
    @Test(
        arguments: [
            (Usage(input: 90, output: 30), true, false, Usage(input: 90, output: 30), false),
            (Usage(), true, false, Usage(), false),
            (Usage(input: 90), false, true, Usage(input: 90), false),
            (nil, true, false, counted, true),
            (nil, false, false, counted, true),
            (nil, true, true, counted, true),
            (nil, false, true, nil, false),
        ] as [(Usage?, Bool, Bool, Usage?, Bool)]
    )
    func `are those reported, else our count, else none`(
        _ reported: Usage?,
        _ isDelivered: Bool,
        _ isFailed: Bool,
        _ usage: Usage?,
        _ isEstimated: Bool
    ) {
        let billed = AttemptTokens(
            reported: reported,
            counted: Self.counted,
            isContentDelivered: isDelivered,
            isFailed: isFailed
        ).billed
        #expect(billed?.usage == usage)
        #expect((billed?.isEstimated ?? false) == isEstimated)
    }
}
