extension Timestamp {
    /// Reads a date as HTTP writes it, in any of its three forms (RFC 9110, 5.6.7).
    ///
    /// Nil for everything else; the name of the day is not looked at. Of two digits of a year those
    /// below 70 are of this century.
    package init?(httpDate text: String) {
        guard text.utf8.count <= 40 else { return nil }
        let words = text.split(whereSeparator: { " ,-".contains($0) })
        let parts: (day: Substring, month: Substring, year: Substring, clock: Substring)
        if words.count == 6, words[5] == "GMT" {
            // `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`
            parts = (words[1], words[2], words[3], words[4])
        } else if words.count == 5 {
            // `Sun Nov  6 08:49:37 1994`
            parts = (words[2], words[1], words[4], words[3])
        } else {
            return nil
        }
        var year = Self.number(parts.year, of: [2, 4])
        if parts.year.utf8.count == 2 { year = year.map { $0 < 70 ? $0 + 2000 : $0 + 1900 } }
        let clock = parts.clock.split(separator: ":").map { Self.number($0, of: [2]) }
        guard let year, let month = Self.months.firstIndex(of: String(parts.month)),
            let day = Self.number(parts.day, of: [1, 2]),
            let date = CivilDate(year: year, month: Int64(month) + 1, day: day),
            clock.count == 3, let hour = clock[0], let minute = clock[1], let second = clock[2],
            hour < 24, minute < 60, second <= 60
        else { return nil }
        self.init(
            unixSecond: date.dayNumber * 86_400 + hour * 3600 + minute * 60 + second
        )
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func number(_ digits: Substring, of lengths: [Int]) -> Int64? {
        guard lengths.contains(digits.utf8.count),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int64(digits)
    }
}
