import Accounting
import GRDB
import Model

extension LedgerDatabase {
    /// Writes an event, and adds it to the sums.
    func write(
        _ event: UsageEvent,
        addingTo sums: inout UsageSums,
        _ database: Database
    ) throws {
        func number(_ name: String?) throws -> Int64 {
            try names.number(of: name, in: database)
        }
        func numberOrNull(_ name: String?) throws -> RowValue {
            try name.map { .integer(try names.number(of: $0, in: database)) } ?? .null
        }
        let key = EventNames(
            account: try number(event.account.rawValue),
            accessKey: try number(event.accessKey.rawValue),
            configuration: try number(event.configuration?.rawValue),
            provider: try number(event.provider.rawValue),
            model: try number(event.model),
            keySource: try number(event.keySource.rawValue)
        )
        var row: [RowValue] = []
        row.reserveCapacity(UsageColumns.ofEvent.count)
        row += [
            .text(event.requestID), RowValue(event.time.milliseconds), RowValue(key.account),
            RowValue(key.accessKey), RowValue(key.configuration),
            RowValue(try number(event.gateway.rawValue)), RowValue(key.provider),
            RowValue(key.model), try numberOrNull(event.virtualModel), RowValue(key.keySource),
            try numberOrNull(event.providerKey?.rawValue),
        ]
        row += [
            RowValue(event.attempt), RowValue(event.isFinal), RowValue(event.status),
            RowValue(try number(event.outcome)), try numberOrNull(event.stopReason),
            RowValue(event.isTimedOut), RowValue(event.isError), RowValue(event.isStream),
            RowValue(event.isEstimated), RowValue(event.isUnpriced),
        ]
        Self.addTokens(of: event, to: &row)
        Self.addCosts(of: event, to: &row)
        row += [
            RowValue(event.milliseconds), RowValue(event.millisecondsToContent),
            RowValue(event.millisecondsOfRequest), RowValue(event.isServed),
        ]
        try run(.addEvent, row, in: database)
        sums.add(event, key)
    }

    private static func addTokens(of event: UsageEvent, to row: inout [RowValue]) {
        let reported = event.reported
        row += [
            RowValue(reported?.input), RowValue(reported?.output), RowValue(reported?.cacheRead),
            RowValue(reported?.cacheWrite), RowValue(reported?.cacheWrite5m),
            RowValue(reported?.cacheWrite1h), RowValue(reported?.reasoning),
            RowValue(event.counted.input), RowValue(event.counted.output),
        ]
    }

    /// The sums in nano-dollars, between them the parts in pico-dollars.
    private static func addCosts(of event: UsageEvent, to row: inout [RowValue]) {
        func part(_ picoDollars: Int128?) -> RowValue {
            RowValue(picoDollars.map { Int64(clamping: $0) })
        }
        let charge = event.charge
        row += [
            RowValue(charge?.total.rawValue), part(charge?.input), part(charge?.output),
            part(charge?.cacheRead), part(charge?.cacheWrite5m), part(charge?.cacheWrite1h),
            part(charge?.fee), RowValue(event.listCost?.rawValue),
        ]
    }
}
