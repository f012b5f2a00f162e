import Platform

/// Ownership of what only one worker may have: `control.sock`, the file of the times of use.
extension Supervision {
    /// Moves on what waits: there is an owner whenever anybody can be it.
    mutating func reconcile(at now: Moment) {
        let ready = first { $0.phase == .ready && !$0.isGivenUp }
        if let ready, !isStopping {
            switch owner {
            case .nobody:
                workers[ready]?.phase = .opening
                give(to: ready)
            case .held(let holder):
                owner = .releasing(holder)
                actions.append(.say(.release, to: holder))
            case .opening, .releasing: break
            }
        } else if owner == .nobody, let heir {
            give(to: heir)
        }
    }

    /// Who is to be the owner when the last one is gone.
    private var heir: WorkerID? {
        let candidates = workers.filter { $0.value.phase.hasRequests }
        let rank = { (phase: Phase) in
            switch phase {
            case .proving: 2
            case .serving: 1
            case .starting, .ready, .opening, .draining: 0
            }
        }
        return candidates.max { one, other in
            (rank(one.value.phase), one.value.startedAt, one.key)
                < (rank(other.value.phase), other.value.startedAt, other.key)
        }?.key
    }

    private mutating func give(to id: WorkerID) {
        owner = .opening(id)
        if let lastHandover { actions.append(.say(.handover(lastHandover), to: id)) }
        if let heldHealth { actions.append(.say(.health(heldHealth), to: id)) }
        heldHealth = nil
        let isShared = workers.contains { $0.key != id && $0.value.phase.hasRequests }
        actions.append(.say(.own(isShared: isShared), to: id))
    }
}
