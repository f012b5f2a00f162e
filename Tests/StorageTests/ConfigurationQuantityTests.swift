import Testing

@testable import Storage

@Suite struct `A quantity of the configuration` {
    @Test(arguments: [
        ("300ms", Duration.milliseconds(300)), ("30s", .seconds(30)), ("5m", .seconds(300)),
        ("1h30m", .seconds(5400)), ("1d", .seconds(86_400)), ("1m1s1ms", .milliseconds(61_001)),
        ("365d", .seconds(365 * 86_400)), ("0h1s", .seconds(1)),
    ])
    func `is a duration`(_ text: String, _ duration: Duration) {
        #expect(ConfigurationQuantity.duration(text) == duration)
    }

    @Test(arguments: [
        "", "0s", "5", "s", "5 s", "-5s", "5S", "1.5s", "30s5m", "5m5m", "5µs", "366d",
        "99999999999999999999s", "9223372036854775807d", "5sx", "٣s",
    ])
    func `is no duration`(_ text: String) {
        #expect(ConfigurationQuantity.duration(text) == nil)
    }

    @Test(arguments: ["300ms", "30s", "5m", "1h30m", "24h", "1h1m1s1ms"])
    func `is written as it is read`(_ text: String) throws {
        let duration = try #require(ConfigurationQuantity.duration(text))
        #expect(ConfigurationQuantity.text(duration) == text)
    }

    @Test(arguments: [
        ("32MiB", 32 << 20), ("512KiB", 512 << 10), ("4GiB", 4 << 30), ("100", 100), ("7B", 7),
        ("1024GiB", 1 << 40),
    ])
    func `is a size`(_ text: String, _ bytes: Int) {
        #expect(ConfigurationQuantity.size(text) == bytes)
    }

    @Test(arguments: [
        "", "0", "MiB", "-1", "1.5MiB", "32MB", "32 MiB", "32mib", "1025GiB",
        "9223372036854775807GiB", "99999999999999999999",
    ])
    func `is no size`(_ text: String) {
        #expect(ConfigurationQuantity.size(text) == nil)
    }

    @Test(arguments: [
        (32 << 20, "32MiB"), (512 << 10, "512KiB"), (1000, "1000"), (1 << 30, "1GiB"),
    ])
    func `is written as the largest unit that fits`(_ bytes: Int, _ text: String) {
        #expect(ConfigurationQuantity.text(bytes: bytes) == text)
    }

    @Test(
        arguments: [
            ("0660", 0o660), ("660", 0o660), ("0600", 0o600), ("0o660", nil), ("0680", nil),
            ("66", nil), ("00660", nil),
        ] as [(String, UInt32?)]
    )
    func `may be a file mode`(_ text: String, _ mode: UInt32?) {
        #expect(ConfigurationQuantity.mode(text) == mode)
    }
}
