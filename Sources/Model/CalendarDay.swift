/// A day of the calendar, as lists of models give it; it begins at midnight UTC.
package struct CalendarDay: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The days since 1970-01-01.
    package let number: Int32

    /// The day that begins so many days after 1970-01-01.
    package init(number: Int32) {
        self.number = number
    }

    /// The day in which a moment lies.
    package init(of moment: Timestamp) {
        number = Int32(clamping: floorDivide(moment.unixSecond, 86_400).quotient)
    }

    /// Reads `2026-11-21`; nil for everything else.
    package init?(_ text: String) {
        guard text.utf8.count == 10, let midnight = Timestamp(text + "T00:00:00Z") else {
            return nil
        }
        self.init(of: midnight)
    }

    /// The moment at which it begins.
    package var start: Timestamp { Timestamp(unixSecond: Int64(number) * 86_400) }

    /// `2026-11-21`.
    package var description: String { String(start.description.prefix { $0 != "T" }) }

    package static func < (left: CalendarDay, right: CalendarDay) -> Bool {
        left.number < right.number
    }
}
