extension LedgerSchema {
    /// What version 2 has more: what was used, and the seals of the books.
    ///
    /// A row of `usage_events` is an attempt. What repeats from row to row is a number of `names`;
    /// the parts of a cost are pico-dollars, its sums nano-dollars. A request's id is random: in an
    /// index of its own day, rows that are written together stay together.
    ///
    /// `usage_hours` are their sums by the hour in which they began, `usage_days` what counts for the
    /// budget of a key or of a configuration (`holder`). Both are written with the events, and stay
    /// when these are gone. No configuration is 0.
    ///
    /// `spending_days` has the spendings by account, day and kind, so that nobody has to go through all
    /// of them for a statement of account.
    ///
    /// A row of `checkpoints` seals all rows of `spendings` up to `last_spending`, and all grants up
    /// to `last_grant` as these leave them; `seal` is the SHA-256 of the row and of the seal before.
    static let usage = """
        CREATE TABLE names (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        ) STRICT;
        CREATE TABLE usage_events (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            request TEXT NOT NULL,
            time INTEGER NOT NULL,
            account INTEGER NOT NULL,
            access_key INTEGER NOT NULL,
            configuration INTEGER NOT NULL,
            gateway INTEGER NOT NULL,
            provider INTEGER NOT NULL,
            model INTEGER NOT NULL,
            virtual_model INTEGER,
            key_source INTEGER NOT NULL,
            provider_key INTEGER,
            attempt INTEGER NOT NULL,
            is_final INTEGER NOT NULL,
            status INTEGER,
            outcome INTEGER NOT NULL,
            stop_reason INTEGER,
            is_timed_out INTEGER NOT NULL,
            is_error INTEGER NOT NULL,
            is_stream INTEGER NOT NULL,
            is_estimated INTEGER NOT NULL,
            is_unpriced INTEGER NOT NULL,
            input INTEGER,
            output INTEGER,
            cache_read INTEGER,
            cache_write INTEGER,
            cache_write_5m INTEGER,
            cache_write_1h INTEGER,
            reasoning INTEGER,
            counted_input INTEGER NOT NULL,
            counted_output INTEGER NOT NULL,
            cost INTEGER,
            cost_of_input INTEGER,
            cost_of_output INTEGER,
            cost_of_cache_read INTEGER,
            cost_of_cache_write_5m INTEGER,
            cost_of_cache_write_1h INTEGER,
            fee INTEGER,
            list_cost INTEGER,
            milliseconds INTEGER NOT NULL,
            milliseconds_to_content INTEGER
        ) STRICT;
        CREATE INDEX events_of_account ON usage_events (account, time);
        CREATE INDEX events_of_key ON usage_events (access_key, time);
        CREATE INDEX events_of_request ON usage_events (time / 86400000, substr(request, 4, 8));
        CREATE TABLE usage_hours (
            hour INTEGER NOT NULL,
            account INTEGER NOT NULL,
            access_key INTEGER NOT NULL,
            configuration INTEGER NOT NULL,
            provider INTEGER NOT NULL,
            model INTEGER NOT NULL,
            key_source INTEGER NOT NULL,
            requests INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            errors INTEGER NOT NULL,
            input INTEGER NOT NULL,
            output INTEGER NOT NULL,
            cache_read INTEGER NOT NULL,
            cache_write INTEGER NOT NULL,
            cache_write_1h INTEGER NOT NULL,
            reasoning INTEGER NOT NULL,
            cost INTEGER NOT NULL,
            list_cost INTEGER NOT NULL,
            unpriced INTEGER NOT NULL,
            PRIMARY KEY (hour, account, access_key, configuration, provider, model, key_source)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE usage_days (
            holder INTEGER NOT NULL,
            day INTEGER NOT NULL,
            managed INTEGER NOT NULL,
            list_cost INTEGER NOT NULL,
            PRIMARY KEY (holder, day, managed)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE spending_days (
            account TEXT NOT NULL,
            day INTEGER NOT NULL,
            kind TEXT NOT NULL,
            count INTEGER NOT NULL,
            amount INTEGER NOT NULL,
            PRIMARY KEY (account, day, kind)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO spending_days
            SELECT account, moment / 86400000, kind, count(*), sum(amount) FROM spendings
            GROUP BY 1, 2, 3;
        CREATE TABLE checkpoints (
            id INTEGER PRIMARY KEY,
            moment INTEGER NOT NULL,
            last_spending INTEGER NOT NULL,
            last_grant INTEGER NOT NULL,
            granted INTEGER NOT NULL,
            settled INTEGER NOT NULL,
            expired INTEGER NOT NULL,
            overrun INTEGER NOT NULL,
            spendings_digest TEXT NOT NULL,
            grants_digest TEXT NOT NULL,
            seal TEXT NOT NULL
        ) STRICT;
        """
}
