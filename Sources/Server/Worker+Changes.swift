/// Changes of the store that wait until every loop of every worker serves by them.
struct WaitingChanges {
    private var waiting: [Change] = []
    private var isUnderWay = false

    /// A change, and whom to tell.
    struct Change {
        let sequence: UInt64
        let tell: (ReloadResult) -> Void
    }

    /// Adds one.
    mutating func add(_ change: Change) {
        waiting.append(change)
    }

    /// All that wait, to be taken over at once; none while others are.
    mutating func begin() -> [Change] {
        guard !isUnderWay, !waiting.isEmpty else { return [] }
        isUnderWay = true
        defer { waiting = [] }
        return waiting
    }

    /// Those that were taken over have been told.
    mutating func end() {
        isUnderWay = false
    }
}

extension Worker {
    /// Has a change in force on every loop of every worker, and tells.
    func takeOver(_ sequence: UInt64, then tell: @escaping (ReloadResult) -> Void) {
        changes.add(WaitingChanges.Change(sequence: sequence, tell: tell))
        takeOverNext()
    }

    private func takeOverNext() {
        let batch = changes.begin()
        guard let last = batch.map(\.sequence).max() else { return }
        reloadEverywhere(upTo: last) { [unowned self] result in
            changes.end()
            for change in batch { change.tell(result) }
            takeOverNext()
        }
    }
}
