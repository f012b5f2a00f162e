import Model
import Synchronization

/// What waits to be written: filled by whoever settles, emptied by the ledger's thread.
///
/// Settlements are bounded by the holds that are open. A usage event that comes without one is not:
/// beyond a limit such events are dropped, and counted.
final class LedgerQueue: Sendable {
    /// What is written together, and who is told then.
    struct Batch {
        var records: [LedgerRecord] = []
        var tellings: [@Sendable () -> Void] = []
        var jobs: [LedgerThread.Job] = []

        var isEmpty: Bool { records.isEmpty && tellings.isEmpty && jobs.isEmpty }

        /// Adds what came later.
        mutating func add(_ later: Batch) {
            if isEmpty {
                self = later
            } else {
                records += later.records
                tellings += later.tellings
                jobs += later.jobs
            }
        }
    }

    private struct State {
        var waiting = Batch()
        /// The records that were taken and are not written yet.
        var taken = 0
        /// The usage events that were dropped ever.
        var dropped = 0
        /// Whether the thread will look at it by itself.
        var isSeen = true
    }

    private let state = Mutex(State())

    /// How many records are not written yet.
    var count: Int { state.withLock { $0.waiting.records.count + $0.taken } }

    /// How many usage events were dropped ever.
    var droppedCount: Int { state.withLock { $0.dropped } }

    /// Adds records; whether the thread is to be woken for them.
    func append(_ records: [LedgerRecord], _ told: (@Sendable () -> Void)?) -> Bool {
        let isDroppable = !records.isEmpty && records.allSatisfy(\.isUsage)
        return state.withLock { state in
            let count = state.waiting.records.count + state.taken
            if isDroppable, count + records.count > Limits.waitingUsageEvents {
                state.dropped += records.count
            } else {
                state.waiting.records += records
            }
            if let told { state.waiting.tellings.append(told) }
            defer { state.isSeen = true }
            return !state.isSeen
        }
    }

    /// Adds something to do; whether the thread is to be woken for it.
    func append(_ job: @escaping LedgerThread.Job) -> Bool {
        state.withLock { state in
            state.waiting.jobs.append(job)
            defer { state.isSeen = true }
            return !state.isSeen
        }
    }

    /// Takes all that waits.
    func take() -> Batch {
        state.withLock { state in
            var batch = Batch()
            swap(&batch, &state.waiting)
            state.taken += batch.records.count
            return batch
        }
    }

    /// Notes that what was taken is written; whether more waits.
    ///
    /// If not, the next record wakes the thread.
    func takenIsWritten() -> Bool {
        state.withLock { state in
            state.taken = 0
            state.isSeen = !state.waiting.isEmpty
            return state.isSeen
        }
    }
}

extension LedgerRecord {
    /// Whether it is an event that nothing is charged by.
    fileprivate var isUsage: Bool {
        switch self {
        case .usage: true
        case .change, .orphanCharge, .lent: false
        }
    }
}
