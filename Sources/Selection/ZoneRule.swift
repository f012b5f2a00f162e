import Model

/// The rule at the end of a zone file, as POSIX writes it: `EST5EDT,M3.2.0,M11.1.0`.
struct ZoneRule: Sendable {
    private let standard: Int64
    private let summer: Summer?

    private struct Summer: Sendable {
        let offset: Int64
        let begin: YearDay
        let end: YearDay
    }

    /// A day of the year and the second of it at which the clocks change.
    private struct YearDay: Sendable {
        enum Day: Sendable {
            /// `Jn`: a leap day is never counted; from 1.
            case julian(Int64)
            /// `n`: a leap day is counted; from 0.
            case zeroBased(Int64)
            /// `Mm.w.d`: the w-th of that day of the week in a month, 5 being the last.
            case weekday(month: Int64, week: Int64, day: Int64)
        }

        let day: Day
        let second: Int64
    }

    /// Reads a rule; nil when there is none or it is malformed.
    init?(_ text: String) {
        var reader = TextReader(text)
        guard reader.skipZoneName(), let standard = reader.posixOffset() else { return nil }
        self.standard = -standard
        if reader.isAtEnd {
            summer = nil
            return
        }
        guard reader.skipZoneName() else { return nil }
        let offset = reader.posixOffset().map { -$0 } ?? self.standard + 3600
        guard reader.take(","), let begin = ZoneRule.yearDay(&reader),
            reader.take(","), let end = ZoneRule.yearDay(&reader), reader.isAtEnd
        else { return nil }
        summer = Summer(offset: offset, begin: begin, end: end)
    }

    private static func yearDay(_ reader: inout TextReader) -> YearDay? {
        let day: YearDay.Day
        if reader.take("M") {
            guard let month = reader.number(), (1...12).contains(month), reader.take("."),
                let week = reader.number(), (1...5).contains(week), reader.take("."),
                let weekday = reader.number(), (0...6).contains(weekday)
            else { return nil }
            day = .weekday(month: month, week: week, day: weekday)
        } else if reader.take("J") {
            guard let number = reader.number(), (1...365).contains(number) else { return nil }
            day = .julian(number)
        } else {
            guard let number = reader.number(), (0...365).contains(number) else { return nil }
            day = .zeroBased(number)
        }
        guard reader.take("/") else { return YearDay(day: day, second: 7200) }
        return reader.posixOffset().map { YearDay(day: day, second: $0) }
    }

    /// The seconds east of UTC at a moment.
    func offset(at second: Int64) -> Int64 {
        guard let summer else { return standard }
        let year = Clock(secondsInZone: second + standard).date.year
        let begin = start(of: summer.begin, year) - standard
        let end = start(of: summer.end, year) - summer.offset
        let isSummer =
            begin < end ? begin <= second && second < end : second < end || begin <= second
        return isSummer ? summer.offset : standard
    }

    /// The second since 1970, by the clocks there, at which a day of a year has come so far.
    private func start(of yearDay: YearDay, _ year: Int64) -> Int64 {
        func number(_ month: Int64, _ day: Int64) -> Int64 {
            CivilDate(year: year, month: month, day: day)?.dayNumber ?? 0
        }
        let first = number(1, 1)
        let day: Int64
        switch yearDay.day {
        case .zeroBased(let count): day = first + count
        case .julian(let count):
            let hasLeapDay = CivilDate(year: year, month: 2, day: 29) != nil
            day = first + count - (hasLeapDay && count >= 60 ? 0 : 1)
        case .weekday(let month, let week, let weekday):
            let start = number(month, 1)
            let length = (month == 12 ? number(12, 31) + 1 : number(month + 1, 1)) - start
            let distance = (weekday - (start + 4) % 7 + 14) % 7
            let wanted = distance + (week - 1) * 7
            day = start + (wanted < length ? wanted : wanted - 7)
        }
        return day * 86_400 + yearDay.second
    }
}

extension TextReader {
    /// `EST`, or `<+03>`.
    fileprivate mutating func skipZoneName() -> Bool {
        if take("<") {
            while !isAtEnd {
                if take(">") { return true }
                skipByte()
            }
            return false
        }
        var length = 0
        while skipLetter() { length += 1 }
        return length >= 3
    }

    /// `[+-]hh[:mm[:ss]]`, as seconds.
    fileprivate mutating func posixOffset() -> Int64? {
        let isNegative = take("-")
        if !isNegative { _ = take("+") }
        guard let hours = number(), hours <= 167 else { return nil }
        var seconds = hours * 3600
        if take(":") {
            guard let minutes = digits(2) else { return nil }
            seconds += minutes * 60
            if take(":") {
                guard let more = digits(2) else { return nil }
                seconds += more
            }
        }
        return isNegative ? -seconds : seconds
    }
}
