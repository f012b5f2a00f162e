import Model

/// What the writer does to the tables, row by row.
enum LedgerWrite: Int, CaseIterable {
    case addGrant, spendOfGrant
    case addHold, addPartOfHold, setOrphanCharge, lendHold, endHold, setLastHold
    case addSpending, addToSpendingDay
    case addCheckpoint
    case addEvent, addToHour, addToDay, addToGroupDay

    var sql: String {
        switch self {
        case .addGrant:
            """
            INSERT INTO grants
                (id, account, amount, category, created_at, expires_at, remaining, idempotency_key)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """
        case .spendOfGrant: "UPDATE grants SET remaining = remaining - ? WHERE id = ?"
        case .addHold:
            "INSERT OR IGNORE INTO holds (id, account, instance, made_at) VALUES (?, ?, ?, ?)"
        case .addPartOfHold: "INSERT INTO hold_parts (hold, grant_id, amount) VALUES (?, ?, ?)"
        case .setOrphanCharge: "UPDATE holds SET orphan_charge = ? WHERE id = ?"
        case .lendHold: "UPDATE holds SET instance = ? WHERE id = ?"
        case .endHold: "DELETE FROM holds WHERE id = ?"
        case .setLastHold: "UPDATE last_hold SET id = ?"
        case .addSpending:
            """
            INSERT INTO spendings (account, kind, hold, grant_id, amount, moment)
            VALUES (?, ?, ?, ?, ?, ?)
            """
        case .addToSpendingDay:
            Self.sum("spending_days", ["account", "day", "kind"], ["count", "amount"])
        case .addCheckpoint:
            """
            INSERT INTO checkpoints (moment, last_spending, last_grant, granted, settled, expired,
                overrun, spendings_digest, grants_digest, seal)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        case .addEvent: Self.addition(to: "usage_events", UsageColumns.ofEvent)
        case .addToHour: Self.sum("usage_hours", UsageColumns.ofHour, UsageColumns.sums)
        case .addToGroupDay:
            Self.sum("usage_group_days", UsageColumns.ofGroupDay, UsageColumns.groupSums)
        case .addToDay: Self.sum("usage_days", ["holder", "day", "managed"], ["list_cost"])
        }
    }

    private static func addition(to table: String, _ columns: [String]) -> String {
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        return "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(marks))"
    }

    /// Beyond the largest number a sum stays there: what a provider reports may be any number.
    private static func sum(_ table: String, _ key: [String], _ sums: [String]) -> String {
        let changes = sums.map { column in
            "\(column) = min(\(column), \(Int64.max) - excluded.\(column)) + excluded.\(column)"
        }
        return addition(to: table, key + sums)
            + " ON CONFLICT DO UPDATE SET \(changes.joined(separator: ", "))"
    }
}

/// The columns of the tables of usage, in the order in which they are written.
enum UsageColumns {
    /// All of an event but its number.
    static let ofEvent = [
        "request", "time", "account", "access_key", "configuration", "gateway", "provider", "model",
        "virtual_model", "key_source", "provider_key", "attempt", "is_final", "status", "outcome",
        "stop_reason", "is_timed_out", "is_error", "is_stream", "is_estimated", "is_unpriced",
        "input", "output", "cache_read", "cache_write", "cache_write_5m", "cache_write_1h",
        "reasoning", "counted_input", "counted_output", "cost", "cost_of_input", "cost_of_output",
        "cost_of_cache_read", "cost_of_cache_write_5m", "cost_of_cache_write_1h", "fee",
        "list_cost", "milliseconds", "milliseconds_to_content", "milliseconds_of_request",
        "is_served",
    ]

    /// What the sums of an hour are kept by.
    static let ofHour = [
        "hour", "account", "access_key", "configuration", "provider", "model", "key_source",
    ]

    /// What the sums of a day's group are kept by.
    static let ofGroupDay = ["grouping", "account", "day", "name"]

    /// The sums of a day's group.
    static let groupSums = ["requests", "errors", "cost"]

    /// The sums of an hour.
    static let sums = [
        "requests", "attempts", "errors", "input", "output", "cache_read", "cache_write",
        "cache_write_1h", "reasoning", "cost", "list_cost", "unpriced",
    ]
}
