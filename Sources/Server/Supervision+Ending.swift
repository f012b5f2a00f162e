import Platform

/// Workers that end.
extension Supervision {
    /// A worker has ended, and said all that it had to say.
    mutating func ended(
        _ id: WorkerID,
        _ ending: String,
        isClean: Bool,
        at now: Moment
    ) -> [SupervisorAction] {
        guard let worker = workers.removeValue(forKey: id) else { return [] }
        actions += questions.forget(id)
        if owner.worker == id { owner = .nobody }
        if isStopping {
            if workers.isEmpty { actions.append(.finish) }
        } else if !worker.isGivenUp {
            let how = worker.failure ?? ending
            switch worker.phase {
            case .starting, .ready, .opening:
                if serving != nil {
                    refuseHandover(worker.failure ?? "\(ending) before it served", at: now)
                } else {
                    replace(worker, how, at: now)
                }
            case .proving: refuseHandover("\(how) just after it began to serve", at: now)
            case .serving: replace(worker, how, at: now)
            case .draining: actions.append(.log(.drained(id, how, isClean: isClean)))
            }
        }
        reconcile(at: now)
        return takeActions()
    }

    /// Sees to it that there is a worker that serves, now that one is gone.
    private mutating func replace(_ worker: Worker, _ how: String, at now: Moment) {
        actions.append(.log(.workerEnded(how)))
        guard let successor else { return scheduleRestart(lastStart: worker.startedAt, at: now) }
        if workers[successor]?.phase == .proving {
            promote(successor, at: now)
        } else {
            workers[successor]?.deadline = nil
        }
    }
}
