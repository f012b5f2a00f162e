/// A moment of the wall clock, in milliseconds; written as RFC 3339 in UTC.
package struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package let milliseconds: Int64

    /// So many milliseconds after the epoch.
    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// So many seconds after the epoch.
    package init(unixSecond: Int64) {
        milliseconds = unixSecond.multipliedReportingOverflow(by: 1000).partialValue
    }

    /// Whole seconds since the epoch, rounded down.
    package var unixSecond: Int64 {
        floorDivide(milliseconds, 1000).quotient
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// `2026-11-21T02:13:05Z`, with three digits of a fraction where there is one.
    package var description: String {
        let (second, millisecond) = floorDivide(milliseconds, 1000)
        let (day, secondOfDay) = floorDivide(second, 86_400)
        let date = CivilDate(dayNumber: day)
        var text = DigitWriter()
        text.write(date.year, width: 4, after: nil)
        text.write(date.month, width: 2, after: "-")
        text.write(date.day, width: 2, after: "-")
        text.write(secondOfDay / 3600, width: 2, after: "T")
        text.write(secondOfDay / 60 % 60, width: 2, after: ":")
        text.write(secondOfDay % 60, width: 2, after: ":")
        if millisecond != 0 { text.write(millisecond, width: 3, after: ".") }
        return text.finished(with: "Z")
    }
}

extension Timestamp {
    /// Reads RFC 3339, with any offset; nil for everything else.
    ///
    /// Digits beyond milliseconds are dropped; a leap second reads as the second after it.
    package init?(_ text: String) {
        var reader = TextReader(text)
        guard let year = reader.digits(4), reader.take("-"),
            let month = reader.digits(2), reader.take("-"), let day = reader.digits(2),
            reader.take("T") || reader.take("t"),
            let hour = reader.digits(2), reader.take(":"),
            let minute = reader.digits(2), reader.take(":"), let second = reader.digits(2),
            let billionths = reader.fraction(), let offset = reader.zoneOffset(), reader.isAtEnd,
            let date = CivilDate(year: year, month: month, day: day),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        let clock = hour * 3600 + minute * 60 + second - offset
        milliseconds = (date.dayNumber * 86_400 + clock) * 1000 + billionths / 1_000_000
    }
}

/// Writes fixed runs of digits and the marks between them: an access log line needs it a request.
private struct DigitWriter {
    /// More than the years of 64 bits of milliseconds need.
    private var bytes: [40 of UInt8] = .init(repeating: UInt8(ascii: "0"))
    private var count = 0

    /// A number of at least so many digits; a year before the first has its sign.
    mutating func write(_ value: Int64, width: Int, after mark: Unicode.Scalar?) {
        if let mark { put(mark) }
        if value < 0 { put("-") }
        var rest = value.magnitude
        var length = width
        var bound = DigitWriter.power(of: width)
        while rest >= bound {
            length += 1
            bound *= 10
        }
        count += length
        for place in 1...length {
            bytes[count - place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    consuming func finished(with mark: Unicode.Scalar) -> String {
        put(mark)
        return unsafe bytes.span.extracting(0..<count).withUnsafeBufferPointer {
            unsafe String(decoding: $0, as: UTF8.self)
        }
    }

    private mutating func put(_ mark: Unicode.Scalar) {
        bytes[count] = UInt8(ascii: mark)
        count += 1
    }

    /// Ten to the power of a width.
    private static func power(of width: Int) -> UInt64 {
        (0..<width).reduce(1) { power, _ in power * 10 }
    }
}
