import Accounting
import GRDB
import Model

extension StoredUsageEvent {
    /// The columns that it is made of: its number, and names in the place of their numbers.
    static let columns: String = {
        let names: Set = [
            "account", "access_key", "configuration", "gateway", "provider", "model",
            "virtual_model", "key_source", "provider_key", "outcome", "stop_reason",
        ]
        let columns = UsageColumns.ofEvent.map { column in
            guard names.contains(column) else { return column }
            return "(SELECT name FROM names WHERE names.id = \(column)) AS \(column)"
        }
        return (["id"] + columns).joined(separator: ", ")
    }()

    init(_ row: Row) throws {
        id = row["id"]
        guard let source = UsageEvent.KeySource(rawValue: row["key_source"] ?? "") else {
            throw LedgerError(.broken, "usage event \(row["id"] as Int64): nobody paid for it")
        }
        func name(_ column: String) -> String { row[column] ?? "" }
        var event = UsageEvent(
            requestID: row["request"],
            time: Timestamp(milliseconds: row["time"]),
            account: AccountID(name("account")),
            accessKey: AccessKeyID(name("access_key")),
            gateway: GatewayID(name("gateway")),
            provider: ProviderID(name("provider")),
            model: name("model"),
            attempt: row["attempt"],
            keySource: source
        )
        event.configuration = (row["configuration"] as String?).map { ConfigurationID($0) }
        event.virtualModel = row["virtual_model"]
        event.providerKey = (row["provider_key"] as String?).map { ProviderKeyID($0) }
        event.isFinal = row["is_final"]
        event.status = row["status"]
        event.outcome = name("outcome")
        event.stopReason = row["stop_reason"]
        event.isTimedOut = row["is_timed_out"]
        event.isError = row["is_error"]
        event.isStream = row["is_stream"]
        event.isEstimated = row["is_estimated"]
        event.isUnpriced = row["is_unpriced"]
        event.reported = Self.reported(row)
        event.counted = Usage(input: row["counted_input"], output: row["counted_output"])
        event.charge = Self.charge(row)
        event.listCost = (row["list_cost"] as Int64?).map { NanoDollars($0) }
        event.milliseconds = row["milliseconds"]
        event.millisecondsToContent = row["milliseconds_to_content"]
        event.millisecondsOfRequest = row["milliseconds_of_request"]
        event.isServed = row["is_served"]
        self.event = event
    }

    private static func reported(_ row: Row) -> Usage? {
        guard let input: Int = row["input"] else { return nil }
        return Usage(
            input: input,
            output: row["output"] ?? 0,
            cacheRead: row["cache_read"] ?? 0,
            cacheWrite: row["cache_write"] ?? 0,
            cacheWrite5m: row["cache_write_5m"],
            cacheWrite1h: row["cache_write_1h"],
            reasoning: row["reasoning"] ?? 0
        )
    }

    private static func charge(_ row: Row) -> Charge? {
        guard let input: Int64 = row["cost_of_input"] else { return nil }
        func part(_ column: String) -> Int128 { Int128(row[column] as Int64? ?? 0) }
        return Charge(
            input: Int128(input),
            output: part("cost_of_output"),
            cacheRead: part("cost_of_cache_read"),
            cacheWrite5m: part("cost_of_cache_write_5m"),
            cacheWrite1h: part("cost_of_cache_write_1h"),
            fee: part("fee")
        )
    }
}
