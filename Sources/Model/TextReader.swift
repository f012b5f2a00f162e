/// Reads digits and marks from a text's start.
package struct TextReader {
    private var rest: Substring.UTF8View

    /// A reader at the start of a text.
    package init(_ text: String) {
        rest = Substring(text).utf8
    }

    /// Whether nothing is left.
    package var isAtEnd: Bool { rest.isEmpty }

    /// Reads a mark, if it is next.
    package mutating func take(_ mark: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == mark.value else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// Reads a word, if it is next.
    package mutating func take(_ word: String) -> Bool {
        guard rest.starts(with: word.utf8) else { return false }
        rest = rest.dropFirst(word.utf8.count)
        return true
    }

    /// Leaves out a byte.
    package mutating func skipByte() {
        rest = rest.dropFirst()
    }

    /// Leaves out a letter of ASCII, if one is next.
    package mutating func skipLetter() -> Bool {
        guard let first = rest.first, (0x61...0x7A).contains(first | 0x20) else { return false }
        skipByte()
        return true
    }

    /// One digit.
    package mutating func digit() -> Int64? {
        guard let first = rest.first, (0x30...0x39).contains(first) else { return nil }
        rest = rest.dropFirst()
        return Int64(first) - 0x30
    }

    /// Exactly so many digits.
    package mutating func digits(_ count: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<count {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// All digits that follow, one at least; nil when they are too many for the type.
    package mutating func number() -> Int64? {
        guard var value = digit() else { return nil }
        while let digit = digit() {
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = product.addingReportingOverflow(digit)
            if isTooLarge || overflows { return nil }
            value = sum
        }
        return value
    }

    /// A dot and digits as billionths, zero without a dot; nil when a dot has no digit behind it.
    package mutating func fraction() -> Int64? {
        guard take(".") else { return 0 }
        guard let first = digit() else { return nil }
        var value = first * 100_000_000
        var weight: Int64 = 10_000_000
        while let digit = digit() {
            value += digit * weight
            weight /= 10
        }
        return value
    }

    /// `Z` or `+01:00`, as seconds east of UTC.
    package mutating func zoneOffset() -> Int64? {
        if take("Z") || take("z") { return 0 }
        if take("+") { return hoursAndMinutes() }
        return take("-") ? hoursAndMinutes().map { -$0 } : nil
    }

    /// `01:30`, as seconds.
    package mutating func hoursAndMinutes() -> Int64? {
        guard let hour = digits(2), take(":"), let minute = digits(2), hour < 24, minute < 60
        else { return nil }
        return hour * 3600 + minute * 60
    }
}
