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
        var reader = DigitReader(text)
        guard let year = reader.digits(4), reader.take("-"),
            let month = reader.digits(2), reader.take("-"), let day = reader.digits(2),
            reader.take("T") || reader.take("t"),
            let hour = reader.digits(2), reader.take(":"),
            let minute = reader.digits(2), reader.take(":"), let second = reader.digits(2),
            let millisecond = reader.fraction(), let offset = reader.offset(), reader.isAtEnd,
            let date = CivilDate(year: year, month: month, day: day),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        let clock = hour * 3600 + minute * 60 + second - offset
        milliseconds = (date.dayNumber * 86_400 + clock) * 1000 + millisecond
    }
}

/// Reads fixed runs of digits and the marks between them.
private struct DigitReader {
    private var rest: Substring.UTF8View

    init(_ text: String) {
        rest = Substring(text).utf8
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ mark: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == mark.value else { return false }
        rest = rest.dropFirst()
        return true
    }

    mutating func digit() -> Int64? {
        guard let first = rest.first, (0x30...0x39).contains(first) else { return nil }
        rest = rest.dropFirst()
        return Int64(first) - 0x30
    }

    mutating func digits(_ count: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<count {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// The milliseconds of an optional fraction, nil when a dot has no digit behind it.
    mutating func fraction() -> Int64? {
        guard take(".") else { return 0 }
        guard let first = digit() else { return nil }
        var value = first * 100
        var weight: Int64 = 10
        while let digit = digit() {
            value += digit * weight
            weight /= 10
        }
        return value
    }

    /// The seconds east of UTC.
    mutating func offset() -> Int64? {
        if take("Z") || take("z") { return 0 }
        let sign: Int64
        if take("+") {
            sign = 1
        } else if take("-") {
            sign = -1
        } else {
            return nil
        }
        guard let hour = digits(2), take(":"), let minute = digits(2), hour < 24, minute < 60
        else { return nil }
        return sign * (hour * 3600 + minute * 60)
    }
}

/// Writes fixed runs of digits and the marks between them: an access log line needs it a request.
private struct DigitWriter {
    private var bytes: [UInt8] = []

    init() {
        bytes.reserveCapacity(32)
    }

    /// A number of at least so many digits; a year before the first has its sign.
    mutating func write(_ value: Int64, width: Int, after mark: Unicode.Scalar?) {
        if let mark { bytes.append(UInt8(ascii: mark)) }
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        var rest = value.magnitude
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        while bytes.count - start < width { bytes.append(UInt8(ascii: "0")) }
        bytes[start...].reverse()
    }

    consuming func finished(with mark: Unicode.Scalar) -> String {
        bytes.append(UInt8(ascii: mark))
        return String(decoding: bytes, as: UTF8.self)
    }
}
