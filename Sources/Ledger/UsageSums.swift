import Accounting
import Model

/// What the events of a batch add to the sums by hour and by day: each row of these is written once.
struct UsageSums {
    private struct HourRow: Hashable {
        let hour: Int64
        let names: EventNames
    }

    private struct DayRow: Hashable {
        let holder: Int64
        let day: Int64
        let isManaged: Bool
    }

    private struct GroupDayRow: Hashable {
        let grouping: UsageBucket.Grouping
        let account: Int64
        let day: Int64
        let name: Int64
    }

    private struct GroupSums {
        var requests: Int64 = 0
        var errors: Int64 = 0
        var cost: Int64 = 0
    }

    private var hours: [HourRow: [Int64]] = [:]
    private var days: [DayRow: Int64] = [:]
    private var groupDays: [GroupDayRow: GroupSums] = [:]

    /// What one event adds, in the order of ``UsageColumns/sums``; requests and their errors count where they ended.
    private static func amounts(of event: UsageEvent) -> [Int64] {
        let tokens = event.reported ?? (event.isEstimated ? event.counted : Usage())
        func count(_ number: Int?) -> Int64 { max(0, Int64(number ?? 0)) }
        return [
            event.isFinal ? 1 : 0, 1, event.isFinal && event.isError ? 1 : 0,
            count(tokens.input), count(tokens.output), count(tokens.cacheRead),
            count(tokens.cacheWrite), count(tokens.cacheWrite1h), count(tokens.reasoning),
            max(0, event.totalCost.rawValue), max(0, event.listCost?.rawValue ?? 0),
            event.isUnpriced ? 1 : 0,
        ]
    }

    /// Adds an event.
    mutating func add(_ event: UsageEvent, _ names: EventNames) {
        let amounts = Self.amounts(of: event)
        let row = HourRow(hour: event.time.wholes(of: .hour), names: names)
        if var sums = hours[row] {
            for index in sums.indices { sums[index] = sum(sums[index], amounts[index]) }
            hours[row] = sums
        } else {
            hours[row] = amounts
        }
        add(event, .accessKey, names.accessKey, of: names.account)
        add(event, .provider, names.provider, of: names.account)
        guard let cost = event.listCost?.rawValue, cost > 0 else { return }
        for holder in [names.accessKey, names.configuration] where holder != 0 {
            let row = DayRow(
                holder: holder,
                day: event.time.wholes(of: .day),
                isManaged: event.keySource == .managed
            )
            days[row] = sum(days[row] ?? 0, cost)
        }
    }

    private mutating func add(
        _ event: UsageEvent,
        _ grouping: UsageBucket.Grouping,
        _ name: Int64,
        of account: Int64
    ) {
        let day = event.time.wholes(of: .day)
        let row = GroupDayRow(grouping: grouping, account: account, day: day, name: name)
        var sums = groupDays[row] ?? GroupSums()
        if event.isFinal { sums.requests += 1 }
        if event.isFinal, event.isError { sums.errors += 1 }
        sums.cost = sum(sums.cost, max(0, event.totalCost.rawValue))
        groupDays[row] = sums
    }

    /// Writes what was added.
    func write(_ write: (LedgerWrite, [RowValue]) throws -> Void) throws {
        for (row, sums) in hours {
            let names = row.names
            let key = [
                row.hour, names.account, names.accessKey, names.configuration, names.provider,
                names.model, names.keySource,
            ]
            try write(.addToHour, (key + sums).map(RowValue.integer))
        }
        for (row, sums) in groupDays {
            let values = [
                row.grouping.rawValue, row.account, row.day, row.name, sums.requests, sums.errors,
                sums.cost,
            ]
            try write(.addToGroupDay, values.map(RowValue.integer))
        }
        for (row, cost) in days {
            try write(
                .addToDay,
                [
                    .integer(row.holder), .integer(row.day), RowValue(row.isManaged),
                    .integer(cost),
                ]
            )
        }
    }
}

/// The numbers of an event's names that its sums are kept by.
struct EventNames: Hashable {
    let account: Int64
    let accessKey: Int64
    let configuration: Int64
    let provider: Int64
    let model: Int64
    let keySource: Int64
}

/// A stretch of time that sums are kept of, in milliseconds.
enum UsageStretch: Int64 {
    case hour = 3_600_000
    case day = 86_400_000
}

extension Timestamp {
    /// How many whole stretches there were before it, since the epoch.
    func wholes(of stretch: UsageStretch) -> Int64 {
        let length = stretch.rawValue
        let (whole, rest) = milliseconds.quotientAndRemainder(dividingBy: length)
        return rest < 0 ? whole - 1 : whole
    }
}

private func sum(_ left: Int64, _ right: Int64) -> Int64 {
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? .max : sum
}
