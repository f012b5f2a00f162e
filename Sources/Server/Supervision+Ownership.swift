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

    /// Puts a question to the owner; while there is none it waits for the next.
    mutating func askOwner(_ question: OwnerQuestion, at now: Moment) {
        if case .held(let holder) = owner {
            actions += questions.ask(
                question.text,
                of: [holder],
                by: question.asker,
                question.ticket,
                until: now.instant + limits.answerTime
            )
        } else if heldQuestions.count < limits.heldQuestions {
            heldQuestions.append(question)
        } else {
            let complete = WorkerOrder.complete(ticket: question.ticket, missing: 1)
            actions.append(.say(complete, to: question.asker))
        }
    }

    /// Puts what waited to the owner that there is now, those of workers that are no more too.
    mutating func askWhatWaited(at now: Moment) {
        let waiting = heldQuestions
        heldQuestions = []
        for question in waiting { askOwner(question, at: now) }
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

/// A question of one worker to the owner.
struct OwnerQuestion: Equatable {
    let asker: Supervision.WorkerID
    let ticket: Int
    let text: String
}
