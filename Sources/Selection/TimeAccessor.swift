import Model

/// The functions that read one number off a timestamp or a duration.
enum TimeAccessor: String {
    case getFullYear, getMonth, getDate, getDayOfMonth, getDayOfWeek, getDayOfYear
    case getHours, getMinutes, getSeconds, getMilliseconds

    /// Whether a duration has it too.
    var isForDurations: Bool {
        switch self {
        case .getHours, .getMinutes, .getSeconds, .getMilliseconds: true
        case .getFullYear, .getMonth, .getDate, .getDayOfMonth, .getDayOfWeek, .getDayOfYear:
            false
        }
    }

    /// The number that a clock shows so many seconds east of UTC.
    func read(_ moment: Moment, offset: Int64) -> Int64 {
        let clock = Clock(secondsInZone: moment.seconds + offset)
        return switch self {
        case .getFullYear: clock.date.year
        case .getMonth: clock.date.month - 1
        case .getDate: clock.date.day
        case .getDayOfMonth: clock.date.day - 1
        case .getDayOfWeek: clock.dayOfWeek
        case .getDayOfYear: clock.dayOfYear
        case .getHours: clock.hour
        case .getMinutes: clock.minute
        case .getSeconds: clock.second
        case .getMilliseconds: moment.nanoseconds / 1_000_000
        }
    }

    /// The whole hours, minutes or seconds of a span, or the milliseconds of its last second; nil
    /// for what a span has not.
    func read(nanoseconds: Int64) -> Int64? {
        switch self {
        case .getHours: nanoseconds / 3_600_000_000_000
        case .getMinutes: nanoseconds / 60_000_000_000
        case .getSeconds: nanoseconds / 1_000_000_000
        case .getMilliseconds: nanoseconds / 1_000_000 % 1000
        case .getFullYear, .getMonth, .getDate, .getDayOfMonth, .getDayOfWeek, .getDayOfYear: nil
        }
    }
}
