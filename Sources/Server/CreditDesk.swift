package import ControlPlane
package import Accounting
import Ledger
package import Model
import Platform
package import Storage

/// Where the command line gives money: by the worker that runs, or on the file when none does.
package enum CreditDesk {
    /// How long a worker that breaks off is asked again.
    private static let patience: Duration = .seconds(10)

    /// Gives money to an account.
    package static func grant(
        _ order: GrantOrder,
        in directory: StateDirectory,
        sync: LedgerSync,
        at now: Timestamp
    ) throws -> GrantAnswer {
        let deadline = ContinuousClock.now + patience
        while true {
            if let answer = try ask(order, directory, until: deadline) { return answer }
            if let answer = try write(order, directory, sync, at: now) { return answer }
        }
    }

    /// Has the worker do it; nil where none runs, or where one ends that may have done it: the key
    /// tells.
    private static func ask(
        _ order: GrantOrder,
        _ directory: StateDirectory,
        until deadline: ContinuousClock.Instant
    ) throws(ControlClient.Failure) -> GrantAnswer? {
        do throws(ControlClient.Failure) {
            return try ControlClient.grant(order, stateDirectory: directory.path)
        } catch {
            guard error.isBrokenOff, ContinuousClock.now < deadline else { throw error }
            return nil
        }
    }

    /// Does it on the file; nil where a worker listens.
    ///
    /// A worker listens first, then waits for the lock, then reads: one that does not listen yet will
    /// read what is written here.
    private static func write(
        _ order: GrantOrder,
        _ directory: StateDirectory,
        _ sync: LedgerSync,
        at now: Timestamp
    ) throws -> GrantAnswer? {
        let lock = try FileLock(directory.ledgerLockPath, owner: directory.owner)
        defer { withExtendedLifetime(lock) {} }
        guard try !ControlClient.isWorkerThere(stateDirectory: directory.path) else { return nil }
        try directory.prepareLedger()
        let ledger = try LedgerDatabase(directory.ledgerPath, sync: sync, instance: "command")
        return GrantAnswer(try order.fill(in: ledger, at: now))
    }
}
