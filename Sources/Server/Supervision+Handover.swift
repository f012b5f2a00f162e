import Platform

/// One worker taking the place of another.
extension Supervision {
    mutating func beginHandover(at now: Moment) {
        if serving == nil, successor != nil {
            isHandoverAwaited = true
        } else if successor != nil {
            actions.append(.log(.handoverDeclined("another worker is being started already")))
        } else if drainingCount >= limits.drainingWorkers {
            refuseHandover("\(drainingCount) workers are draining still", at: now)
        } else {
            if serving != nil { actions.append(.log(.handoverBegun)) }
            restartAt = nil
            actions.append(.start)
        }
    }

    mutating func refuseHandover(_ reason: String, at now: Moment) {
        actions.append(.log(.handoverRefused(reason)))
        tell(HandoverResult(reason: reason, unixSecond: now.unixSecond))
    }

    mutating func tell(_ result: HandoverResult) {
        lastHandover = result
        if case .held(let id) = owner { actions.append(.say(.handover(result), to: id)) }
    }

    /// A successor that came to nothing.
    mutating func giveUp(_ id: WorkerID, _ reason: String, at now: Moment) {
        workers[id]?.isGivenUp = true
        workers[id]?.deadline = nil
        actions.append(.kill(id))
        refuseHandover(reason, at: now)
    }

    /// The successor has lived long enough: it takes the old one's place.
    mutating func promote(_ id: WorkerID, at now: Moment) {
        let old = serving
        workers[id]?.phase = .serving
        workers[id]?.deadline = nil
        guard let old else { return }
        drain(old, at: now)
        actions.append(.say(.drain, to: old))
        actions.append(.log(.handedOver(from: old, to: id)))
        tell(HandoverResult(reason: nil, unixSecond: now.unixSecond))
    }

    mutating func drain(_ id: WorkerID, at now: Moment) {
        let latest = now.instant + limits.drainTime + limits.grace
        workers[id]?.phase = .draining
        workers[id]?.deadline = latest
    }
}
