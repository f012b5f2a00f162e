import Model
import Testing

@Suite struct `An amount of dollars` {
    @Test(
        arguments: [
            ("0", 0), ("5", 5_000_000_000), ("5.00", 5_000_000_000), ("12.5", 12_500_000_000),
            ("0.000000001", 1), ("007.10", 7_100_000_000),
            ("1000000000", 1_000_000_000_000_000_000),
        ] as [(String, Int64)]
    )
    func `is read exactly`(_ text: String, _ nanos: Int64) throws {
        let amount = try NanoDollars(dollars: text)
        #expect(amount == NanoDollars(nanos))
        #expect(try NanoDollars(dollars: amount.description) == amount)
    }

    @Test(arguments: [
        ("", NanoDollars.Problem.malformed), (".", .malformed), ("5.", .malformed),
        (".5", .malformed), ("-5", .malformed), ("+5", .malformed), ("$5", .malformed),
        ("1,5", .malformed), ("1e3", .malformed), ("1.2.3", .malformed), ("1_000", .malformed),
        (" 5", .malformed), ("٣", .malformed), ("0.0000000001", .tooPrecise),
        ("1.0000000000", .tooPrecise), ("1000000000.000000001", .tooLarge),
        ("1000000001", .tooLarge), ("99999999999999999999", .tooLarge),
    ])
    func `is not read where it is something else`(_ text: String, _ problem: NanoDollars.Problem) {
        #expect(throws: problem) { try NanoDollars(dollars: text) }
    }
}
