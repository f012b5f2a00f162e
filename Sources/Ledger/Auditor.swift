import Accounting
import GRDB
import Model

/// Goes through the books: from the last checkpoint on, or from the first row.
///
/// For each grant what was given less what was spent is what is left, and not more of it is held;
/// each checkpoint seals the one before, and what it states is what the rows say.
struct Auditor {
    private let database: Database
    private(set) var audit = LedgerAudit()
    private let grants: [BookedGrant]
    private let checkpoints: [Checkpoint]

    init(_ database: Database) throws {
        self.database = database
        grants = try BookedGrant.all(database)
        checkpoints = try Checkpoint.all(database)
        audit.checkpointCount = checkpoints.count
        audit.grantCount = grants.count
        for grant in grants {
            audit.granted = audit.granted + grant.amount
            audit.remaining = audit.remaining + grant.remaining
            audit.held = audit.held + grant.held
            if grant.held > grant.remaining {
                audit.faults.append(
                    "grant \(grant.id): \(grant.held) of it is held, and \(grant.remaining) left"
                )
            }
        }
        checkChain()
    }

    private mutating func checkChain() {
        var previous = ""
        for checkpoint in checkpoints {
            if Checkpoint.seal(checkpoint.statement, after: previous) != checkpoint.seal {
                audit.faults.append(
                    "checkpoint \(checkpoint.number): its seal is not that of its row"
                )
            }
            previous = checkpoint.seal
        }
    }

    /// From the last checkpoint on; from the first row where there is none.
    mutating func readFromLastCheckpoint() throws -> (tally: BooksTally, last: Checkpoint?) {
        guard let last = checkpoints.last else { return (try readAll(), nil) }
        let stated = last.statement
        audit.isFull = false
        audit.since = stated.moment
        var tally = BooksTally(after: stated.lastSpending, sums: stated.spent)
        try tally.read(database)
        let spent = tally.spent
        let sealed = grants.prefix { $0.id <= stated.lastGrant }
        let digest = BookedGrant.digest(sealed) { $0.remaining + (spent[$0.id] ?? .zero) }
        if digest != stated.grantsDigest {
            audit.faults.append(
                "the grants and their spendings are not those of checkpoint \(last.number)"
            )
        }
        for grant in grants.dropFirst(sealed.count) { check(grant, spent[grant.id]) }
        try finish(tally, since: stated.lastSpending)
        return (tally, last)
    }

    /// From the first row.
    @discardableResult mutating func readAll() throws -> BooksTally {
        var tally = BooksTally(after: 0)
        for checkpoint in checkpoints {
            try tally.read(through: checkpoint.statement.lastSpending, database)
            let digest = tally.takeDigest()
            compare(checkpoint, tally, digest)
        }
        try tally.read(database)
        for grant in grants { check(grant, tally.spent[grant.id]) }
        try finish(tally, since: 0)
        return tally
    }

    private mutating func compare(
        _ checkpoint: Checkpoint,
        _ tally: BooksTally,
        _ spendingsDigest: String
    ) {
        let stated = checkpoint.statement
        let sealed = grants.prefix { $0.id <= stated.lastGrant }
        let granted = sealed.reduce(NanoDollars.zero) { $0 + $1.amount }
        let digest = BookedGrant.digest(sealed) { $0.amount - (tally.spent[$0.id] ?? .zero) }
        let agrees = [
            ("spendings", spendingsDigest == stated.spendingsDigest),
            ("grants", digest == stated.grantsDigest),
            ("sums", tally.sums == stated.spent && granted == stated.granted),
        ]
        for (what, isSo) in agrees where !isSo {
            audit.faults.append(
                "checkpoint \(checkpoint.number): its \(what) are not those of the rows"
            )
        }
    }

    private mutating func check(_ grant: BookedGrant, _ spent: NanoDollars?) {
        let spent = spent ?? .zero
        guard grant.amount - spent != grant.remaining else { return }
        audit.faults.append(
            "grant \(grant.id): \(grant.remaining) is left, and \(grant.amount) less \(spent) is not"
        )
    }

    private mutating func finish(_ tally: BooksTally, since first: Int64) throws {
        audit.spendingCount = tally.count
        audit.settled = tally.sums[.settlement]
        audit.expired = tally.sums[.expiry]
        audit.overrun = tally.sums[.overrun]
        audit.faults += tally.strange.map { "spending \($0) is of no known kind" }
        let known = Set(grants.map(\.id))
        audit.faults += tally.spent.keys.filter { !known.contains($0) }.sorted()
            .map { "grant \($0) was spent from, and there is none" }
        let rest = audit.granted - audit.settled - audit.expired
        if rest != audit.remaining {
            audit.faults.append(
                "\(audit.remaining) is left, and what was given less what was spent is \(rest)"
            )
        }
        let twice = try Int64.fetchAll(
            database,
            sql: """
                SELECT DISTINCT hold FROM spendings WHERE id > ? AND hold IS NOT NULL
                GROUP BY hold, kind, grant_id HAVING count(*) > 1
                """,
            arguments: [first]
        )
        audit.faults += twice.map { "hold \($0) was settled twice" }
    }

    /// What is to be sealed now, after a tally from the last checkpoint on.
    func statement(_ tally: inout BooksTally, at now: Timestamp) -> Checkpoint.Statement {
        Checkpoint.Statement(
            moment: now,
            lastSpending: tally.last,
            lastGrant: grants.last?.id ?? 0,
            granted: audit.granted,
            spent: tally.sums,
            spendingsDigest: tally.takeDigest(),
            grantsDigest: BookedGrant.digest(grants, \.remaining)
        )
    }
}
