/// A part of every day, in minutes after midnight UTC; it may go past midnight.
package struct DailyHours: Hashable, Sendable, CustomStringConvertible {
    /// The first minute of it.
    package let from: UInt16
    /// The first minute after it.
    package let to: UInt16

    /// Reads `01:00-04:00`, or `22:00-02:00`; nil for everything else, and for
    /// hours that are none or all of the day.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let from = Self.minutes(parts[0]), let to = Self.minutes(parts[1]),
            from < 1440, from != to, from != to % 1440
        else { return nil }
        self.from = from
        self.to = to
    }

    /// `06:30`, or `24:00` for the day's end.
    private static func minutes(_ text: Substring) -> UInt16? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard text.utf8.count == 5, parts.count == 2, parts[0].utf8.count == 2,
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let hour = UInt16(parts[0]), let minute = UInt16(parts[1]), minute < 60,
            hour * 60 + minute <= 1440
        else { return nil }
        return hour * 60 + minute
    }

    /// Whether a moment lies in it.
    func contains(_ moment: Timestamp) -> Bool {
        let second = floorDivide(moment.unixSecond, 86_400).remainder
        let minute = UInt16(second / 60)
        return from < to ? (from..<to).contains(minute) : minute >= from || minute < to
    }

    /// `01:00-04:00`.
    package var description: String { "\(Self.text(from))-\(Self.text(to))" }

    private static func text(_ minutes: UInt16) -> String {
        func two(_ number: UInt16) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(minutes / 60)):\(two(minutes % 60))"
    }
}

/// Days of the week, a bit each.
package struct Weekdays: Hashable, Sendable {
    private var bits: UInt8 = 0

    /// What they are called in files; the epoch was the first of them.
    private static let all = ["thu", "fri", "sat", "sun", "mon", "tue", "wed"]

    /// What they are called in files, from Monday.
    package static let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    /// No day.
    package init() {}

    /// Whether there is none.
    package var isEmpty: Bool { bits == 0 }

    /// These days and the one of that name; nil when there is no such day.
    package func adding(_ name: String) -> Weekdays? {
        guard let place = Weekdays.all.firstIndex(of: name) else { return nil }
        var days = self
        days.bits |= 1 << UInt8(place)
        return days
    }

    /// Whether a moment lies in one of them, in UTC.
    func contains(_ moment: Timestamp) -> Bool {
        let day = floorDivide(moment.unixSecond, 86_400).quotient
        return bits & 1 << UInt8(floorDivide(day, 7).remainder) != 0
    }

    /// The names of those that are there, from Monday.
    package var names: [String] {
        Weekdays.names.filter { name in
            Weekdays.all.firstIndex(of: name).map { bits & 1 << UInt8($0) != 0 } ?? false
        }
    }
}
