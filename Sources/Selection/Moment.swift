import Model

/// A point in time with nanoseconds, in the years 1 to 9999.
package struct Moment: Hashable, Comparable, Sendable {
    /// Seconds since 1970-01-01T00:00:00Z.
    package let seconds: Int64
    /// Nanoseconds after that, below a billion.
    package let nanoseconds: Int64

    /// The seconds of 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z.
    private static let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// A moment; nil when it lies in no year that CEL knows.
    package init?(seconds: Int64, nanoseconds: Int64 = 0) {
        guard Moment.range.contains(seconds), (0..<1_000_000_000).contains(nanoseconds) else {
            return nil
        }
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    package static func < (one: Moment, other: Moment) -> Bool {
        (one.seconds, one.nanoseconds) < (other.seconds, other.nanoseconds)
    }

    /// So many nanoseconds later; nil when that is in no year that CEL knows.
    func advanced(nanoseconds more: Int64) -> Moment? {
        let total = Int128(seconds) * 1_000_000_000 + Int128(nanoseconds) + Int128(more)
        let rest = (total % 1_000_000_000 + 1_000_000_000) % 1_000_000_000
        return Moment(
            seconds: Int64((total - rest) / 1_000_000_000),
            nanoseconds: Int64(rest)
        )
    }

    /// The nanoseconds from another moment to this one; nil when they are too many.
    func nanoseconds(since other: Moment) -> Int64? {
        let seconds = Int128(seconds - other.seconds) * 1_000_000_000
        return Int64(exactly: seconds + Int128(nanoseconds - other.nanoseconds))
    }
}

// MARK: RFC 3339

extension Moment {
    /// Reads `2009-02-13T23:31:30.5Z`; nil for anything else.
    init?(_ text: String) {
        var reader = TextReader(text)
        guard let year = reader.digits(4), reader.take("-"), let month = reader.digits(2),
            reader.take("-"), let day = reader.digits(2), reader.take("T") || reader.take("t"),
            let hour = reader.digits(2), reader.take(":"), let minute = reader.digits(2),
            reader.take(":"), let second = reader.digits(2),
            hour < 24, minute < 60, second < 60,
            let date = CivilDate(year: year, month: month, day: day),
            let nanoseconds = reader.fraction(),
            let offset = reader.zoneOffset(), reader.isAtEnd
        else { return nil }
        let time = hour * 3600 + minute * 60 + second
        self.init(seconds: date.dayNumber * 86_400 + time - offset, nanoseconds: nanoseconds)
    }

    /// As RFC 3339 writes it, with no more digits behind the second than it needs.
    var text: String {
        let time = Clock(secondsInZone: seconds)
        let date =
            "\(padded(time.date.year, 4))-\(padded(time.date.month, 2))"
            + "-\(padded(time.date.day, 2))"
        let clock = "\(padded(time.hour, 2)):\(padded(time.minute, 2)):\(padded(time.second, 2))"
        return "\(date)T\(clock)\(fractionText(nanoseconds))Z"
    }
}

/// What a calendar and a clock show.
struct Clock {
    let date: CivilDate
    let dayNumber: Int64
    let hour: Int64
    let minute: Int64
    let second: Int64

    /// The seconds since 1970 that a clock of that zone counts.
    init(secondsInZone seconds: Int64) {
        let second = ((seconds % 86_400) + 86_400) % 86_400
        dayNumber = (seconds - second) / 86_400
        date = CivilDate(dayNumber: dayNumber)
        hour = second / 3600
        minute = second / 60 % 60
        self.second = second % 60
    }

    /// 0 is Sunday; 1970-01-01 was a Thursday.
    var dayOfWeek: Int64 { ((dayNumber + 4) % 7 + 7) % 7 }

    /// 0 is the first of January.
    var dayOfYear: Int64 {
        guard let first = CivilDate(year: date.year, month: 1, day: 1) else { return 0 }
        return dayNumber - first.dayNumber
    }
}

/// A number with zeros before it.
func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}

/// `.5` for half a second's nanoseconds; empty for none.
func fractionText(_ nanoseconds: Int64) -> String {
    guard nanoseconds != 0 else { return "" }
    var digits = padded(nanoseconds, 9)
    while digits.hasSuffix("0") { digits.removeLast() }
    return "." + digits
}
