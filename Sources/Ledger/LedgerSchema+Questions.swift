extension LedgerSchema {
    /// What version 3 has more: what makes questions quick.
    ///
    /// A row of `usage_group_days` has the sums of one account's day by key (`grouping` 0) or by
    /// provider (1): a year of them is read in milliseconds, where its hours would be millions of
    /// rows. They are written with the events, and stay when these are gone.
    ///
    /// Events of all accounts have an index by time, to whose end nearly all of them are added.
    static let questions = """
        ALTER TABLE usage_events ADD COLUMN milliseconds_of_request INTEGER;
        ALTER TABLE usage_events ADD COLUMN is_served INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX events_by_time ON usage_events (time);
        CREATE TABLE usage_group_days (
            grouping INTEGER NOT NULL,
            account INTEGER NOT NULL,
            day INTEGER NOT NULL,
            name INTEGER NOT NULL,
            requests INTEGER NOT NULL,
            errors INTEGER NOT NULL,
            cost INTEGER NOT NULL,
            PRIMARY KEY (grouping, account, day, name)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO usage_group_days
            SELECT 0, account, hour / 24, access_key, sum(requests), sum(errors),
                \(sumOfCost)
            FROM usage_hours GROUP BY 2, 3, 4;
        INSERT INTO usage_group_days
            SELECT 1, account, hour / 24, provider, sum(requests), sum(errors),
                \(sumOfCost)
            FROM usage_hours GROUP BY 2, 3, 4;
        CREATE INDEX grants_of_account ON grants (account, created_at);
        CREATE INDEX grants_by_time ON grants (created_at);
        CREATE INDEX spending_days_by_day ON spending_days (day, kind, account);
        """

    /// SQLite's own sum gives up where 64 bits overflow.
    private static let sumOfCost = """
        CASE WHEN total(cost) < 9e18 THEN (sum(cost >> 24) << 24) + sum(cost & 16777215)
            ELSE 9223372036854775807 END
        """
}
