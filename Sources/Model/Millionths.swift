/// Reads and writes decimal numbers that are kept exactly, as whole millionths.
package enum Millionths {
    /// The largest number in whole units: no price and no factor is near it.
    package static let largest: Int64 = 1_000_000_000

    /// Why a text is no such number.
    package enum Problem: Error, Equatable, Sendable, CustomStringConvertible {
        case malformed, tooPrecise, tooLarge

        /// What is wrong, in words that follow the name of the field.
        package var description: String {
            switch self {
            case .malformed: "must be a decimal number, such as \"2.50\""
            case .tooPrecise: "must not have more than 6 decimals"
            case .tooLarge: "must not be more than \(largest)"
            }
        }
    }

    /// The millionths of `12`, `12.5` or `0.000001`; no sign, no exponent, digits on both sides.
    package static func parse(_ text: String) throws(Problem) -> Int64 {
        var value: Int64 = 0
        var decimals = -1
        var digits = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: "."), decimals < 0, digits > 0 {
                decimals = 0
                continue
            }
            guard (0x30...0x39).contains(byte) else { throw .malformed }
            digits += 1
            if decimals >= 0 {
                decimals += 1
                // A zero adds no precision, but "0.1000000" was meant to.
                guard decimals <= 6 else { throw .tooPrecise }
            }
            value = value * 10 + Int64(byte - 0x30)
            guard value <= largest * 1_000_000 else { throw .tooLarge }
        }
        guard digits > 0, decimals != 0 else { throw .malformed }
        for _ in max(decimals, 0)..<6 {
            guard value <= largest * 100_000 else { throw .tooLarge }
            value *= 10
        }
        return value
    }

    /// The shortest text of so many millionths, which are not negative.
    package static func text(_ value: Int64) -> String {
        let (whole, rest) = value.quotientAndRemainder(dividingBy: 1_000_000)
        if rest == 0 { return "\(whole)" }
        var fraction = String(rest + 1_000_000).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        return "\(whole).\(fraction)"
    }
}
