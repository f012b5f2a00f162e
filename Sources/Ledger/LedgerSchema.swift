/// The tables of the ledger, and the version of them that a file has in `user_version`.
enum LedgerSchema {
    /// What makes of each version the next; a new file begins with none of them.
    static let steps = [books, usage, questions]

    static var version: Int { steps.count }

    /// The tables of version 1.
    ///
    /// Amounts are nano-dollars, moments milliseconds since the epoch.
    ///
    /// A row of `spendings` is what one settlement or expiry took from one grant, or what it found
    /// nothing for (kind `overrun`); they are never changed nor deleted. `grants.remaining` is what
    /// they leave of each: kept along, so that a start reads no history, and checked by the audit.
    private static let books = """
        CREATE TABLE grants (
            id INTEGER PRIMARY KEY,
            account TEXT NOT NULL,
            amount INTEGER NOT NULL CHECK (amount > 0),
            category TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            remaining INTEGER NOT NULL CHECK (remaining BETWEEN 0 AND amount),
            idempotency_key TEXT UNIQUE
        ) STRICT;
        CREATE INDEX open_grants ON grants (account) WHERE remaining > 0;
        CREATE TABLE holds (
            id INTEGER PRIMARY KEY,
            account TEXT NOT NULL,
            instance TEXT NOT NULL,
            made_at INTEGER NOT NULL,
            orphan_charge INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE TABLE hold_parts (
            id INTEGER PRIMARY KEY,
            hold INTEGER NOT NULL REFERENCES holds ON DELETE CASCADE,
            grant_id INTEGER NOT NULL REFERENCES grants,
            amount INTEGER NOT NULL CHECK (amount > 0)
        ) STRICT;
        CREATE INDEX parts_of_hold ON hold_parts (hold);
        CREATE TABLE spendings (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            account TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('settlement', 'expiry', 'overrun')),
            hold INTEGER,
            grant_id INTEGER REFERENCES grants,
            amount INTEGER NOT NULL CHECK (amount >= 0),
            moment INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE last_hold (id INTEGER NOT NULL) STRICT;
        INSERT INTO last_hold VALUES (0);
        """
}
