/// Ids for requests to which the web server gave none: unique, and nobody's to guess from another.
struct RequestIDs {
    private var generator = SystemRandomNumberGenerator()

    /// `rq_` and 32 hexadecimal digits.
    mutating func next() -> String {
        "rq_" + hexadecimal(generator.next()) + hexadecimal(generator.next())
    }

    private func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
