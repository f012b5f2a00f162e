import Accounting
import GRDB
import Model

extension LedgerDatabase {
    /// Writes a batch, in its order.
    package func write(_ records: [LedgerRecord]) throws(LedgerError) {
        do throws(LedgerError) {
            let batch = try Self.reporting(path) {
                try queue.write { database in try write(records, to: database) }
            }
            lastHold = batch.lastHold
            unsealedCount += batch.spendingCount
        } catch {
            names.forget()
            throw error
        }
    }

    private func write(_ records: [LedgerRecord], to database: Database) throws -> LedgerBatch {
        var batch = LedgerBatch(records, after: lastHold)
        for record in records { try write(record, &batch, to: database) }
        for (grant, amount) in batch.spent {
            try run(.spendOfGrant, [.integer(amount), .integer(grant)], in: database)
        }
        for (row, sum) in batch.days {
            let key = [.text(row.account.rawValue), RowValue(row.day), .text(row.kind.rawValue)]
            try run(
                .addToSpendingDay,
                key + [RowValue(sum.count), RowValue(sum.amount.rawValue)],
                in: database
            )
        }
        try batch.sums.write { try run($0, $1, in: database) }
        if batch.lastHold > lastHold {
            try run(.setLastHold, [.integer(batch.lastHold)], in: database)
        }
        return batch
    }

    private func write(
        _ record: LedgerRecord,
        _ batch: inout LedgerBatch,
        to database: Database
    ) throws {
        switch record {
        case .change(let entry, let moment):
            try write(entry.event, of: entry.account, at: moment, &batch, to: database)
        case .orphanCharge(let hold, let charge):
            if batch.passing.contains(hold) { return }
            try run(
                .setOrphanCharge,
                [RowValue(charge.rawValue), RowValue(hold.number)],
                in: database
            )
        case .lent(let hold, let instance):
            if batch.passing.contains(hold) { return }
            try run(.lendHold, [.text(instance), RowValue(hold.number)], in: database)
        case .usage(let event): try write(event, addingTo: &batch.sums, database)
        }
    }

    private func write(
        _ event: BalanceEvent,
        of account: AccountID,
        at moment: Timestamp,
        _ batch: inout LedgerBatch,
        to database: Database
    ) throws {
        switch event {
        case .granted(let grant): try add(grant, of: account, key: nil, to: database)
        case .held(let hold, let parts):
            if batch.passing.contains(hold) { return }
            try run(
                .addHold,
                [
                    RowValue(hold.number), .text(account.rawValue), .text(instance),
                    RowValue(moment.milliseconds),
                ],
                in: database
            )
            for part in parts {
                try run(
                    .addPartOfHold,
                    [
                        RowValue(hold.number), RowValue(part.grant.number),
                        RowValue(part.amount.rawValue),
                    ],
                    in: database
                )
            }
        case .settled(let hold, let parts, let overrun):
            try end(hold, &batch, in: database)
            let spending = Spending(account: account, hold: hold, moment: moment)
            for part in parts {
                try write(spending, .settlement, of: part.grant, part.amount, &batch, to: database)
            }
            if parts.isEmpty || overrun > .zero {
                let kind = overrun > .zero ? SpendingKind.overrun : .settlement
                try write(spending, kind, of: nil, overrun, &batch, to: database)
            }
        case .released(let hold): try end(hold, &batch, in: database)
        case .expired(let part):
            let spending = Spending(account: account, hold: nil, moment: moment)
            try write(spending, .expiry, of: part.grant, part.amount, &batch, to: database)
        }
    }

    /// Ends a hold, which must be there: a second end would be a second charge.
    private func end(_ hold: HoldID, _ batch: inout LedgerBatch, in database: Database) throws {
        if batch.passing.remove(hold) != nil { return }
        try run(.endHold, [RowValue(hold.number)], in: database)
        guard database.changesCount == 1 else {
            throw LedgerError(.broken, "there is no hold \(hold.number)")
        }
    }

    /// Who spends, for which hold, and when.
    private struct Spending {
        let account: AccountID
        let hold: HoldID?
        let moment: Timestamp
    }

    private func write(
        _ spending: Spending,
        _ kind: SpendingKind,
        of grant: GrantID?,
        _ amount: NanoDollars,
        _ batch: inout LedgerBatch,
        to database: Database
    ) throws {
        try run(
            .addSpending,
            [
                .text(spending.account.rawValue), .text(kind.rawValue),
                RowValue(spending.hold?.number), RowValue(grant?.number),
                RowValue(amount.rawValue), RowValue(spending.moment.milliseconds),
            ],
            in: database
        )
        if let grant { batch.spent[grant.number, default: 0] += amount.rawValue }
        let row = SpendingDay(
            account: spending.account,
            day: spending.moment.wholes(of: .day),
            kind: kind
        )
        let sum = batch.days[row] ?? (0, .zero)
        batch.days[row] = (sum.count + 1, sum.amount + amount)
        batch.spendingCount += 1
    }

    func add(_ grant: Grant, of account: AccountID, key: String?, to database: Database) throws {
        try run(
            .addGrant,
            [
                RowValue(grant.id.number), .text(account.rawValue),
                RowValue(grant.amount.rawValue), .text(grant.category.rawValue),
                RowValue(grant.createdAt.milliseconds), RowValue(grant.expiresAt.milliseconds),
                RowValue(grant.remaining.rawValue), RowValue(key),
            ],
            in: database
        )
    }
}

/// A row of sums of spendings.
private struct SpendingDay: Hashable {
    let account: AccountID
    let day: Int64
    let kind: SpendingKind
}

/// What is known of a batch beside its records, or gathered while it is written.
private struct LedgerBatch {
    /// The holds that begin and end in it: they need no row, as nobody will ever find them open.
    var passing: Set<HoldID> = []
    /// The last hold that begins in it, or before it.
    let lastHold: Int64
    /// What it takes from each grant.
    var spent: [Int64: Int64] = [:]
    /// What it adds to the sums of spendings.
    var days: [SpendingDay: (count: Int, amount: NanoDollars)] = [:]
    var spendingCount = 0
    /// What it adds to the sums of usage.
    var sums = UsageSums()

    init(_ records: [LedgerRecord], after last: Int64) {
        var highest = last
        var begun: Set<HoldID> = []
        for case .change(let entry, _) in records {
            switch entry.event {
            case .held(let hold, _) where hold.number > last:
                begun.insert(hold)
                highest = max(highest, hold.number)
            case .settled(let hold, _, _) where begun.contains(hold): passing.insert(hold)
            case .released(let hold) where begun.contains(hold): passing.insert(hold)
            case .held, .settled, .released, .granted, .expired: break
            }
        }
        lastHold = highest
    }
}
