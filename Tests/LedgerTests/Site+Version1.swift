import GRDB

@testable import Ledger

extension Site {
    /// Makes a ledger as version 2 of the tables made it: what one key used on two days.
    func makeVersion2() throws {
        var settings = GRDB.Configuration()
        settings.journalMode = .wal
        try DatabaseQueue(path: path, configuration: settings).write { database in
            for step in LedgerSchema.steps.prefix(2) { try database.execute(sql: step) }
            try database.execute(
                sql: """
                    INSERT INTO names VALUES (1, 'a'), (2, 'k'), (3, 'openai'), (4, 'm'), (5, '200');
                    INSERT INTO usage_hours VALUES
                        (23, 1, 2, 0, 3, 4, 1, 2, 3, 1, 5, 6, 0, 0, 0, 0, 700, 800, 0),
                        (24, 1, 2, 0, 3, 4, 1, 1, 1, 0, 5, 6, 0, 0, 0, 0, 50, 60, 0),
                        (25, 1, 2, 0, 3, 4, 1, 1, 1, 0, 5, 6, 0, 0, 0, 0, 50, 60, 0);
                    PRAGMA user_version = 2;
                    """
            )
        }
    }

    /// Makes a ledger as version 1 of the tables made it: a grant, a settlement, an open hold.
    func makeVersion1() throws {
        var settings = GRDB.Configuration()
        settings.journalMode = .wal
        try DatabaseQueue(path: path, configuration: settings).write { database in
            try database.execute(sql: Self.version1)
            try database.execute(
                sql: """
                    INSERT INTO grants VALUES
                        (1, 'a', 100, 'purchase', 1800000000000, 1900000000000, 90, 'k');
                    INSERT INTO spendings VALUES
                        (1, 'a', 'settlement', 1, 1, 10, 1800000000000);
                    INSERT INTO holds VALUES (2, 'a', 'one', 1800000000000, 3);
                    INSERT INTO hold_parts VALUES (1, 2, 1, 5);
                    UPDATE last_hold SET id = 2;
                    PRAGMA user_version = 1;
                    """
            )
        }
    }

    /// As it was: never to be changed.
    private static let version1 = """
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
