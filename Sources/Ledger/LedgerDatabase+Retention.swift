import GRDB
package import Model

extension LedgerDatabase {
    /// Deletes usage events that began before a moment, the oldest first and so many at once at most;
    /// whether there are more of them.
    ///
    /// Their sums stay, and so does all that money is about. Events lie in the order in which they
    /// ended: one that took long is looked at with those that ended with it.
    package func deleteEvents(
        before moment: Timestamp,
        atMost count: Int
    ) throws(LedgerError) -> Bool {
        try Self.reporting(path) {
            let old = try queue.read { database in
                try Row.fetchAll(
                    database.cachedStatement(
                        sql: "SELECT id, time FROM usage_events ORDER BY id LIMIT ?"
                    ),
                    arguments: [count]
                )
                .prefix { ($0[1] as Int64) < moment.milliseconds }
            }
            guard let last = old.last else { return false }
            try queue.write { database in
                try database.run("DELETE FROM usage_events WHERE id <= ?", [last[0] as Int64])
            }
            return old.count == count
        }
    }
}
