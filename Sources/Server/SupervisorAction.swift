import Platform

/// What a supervisor is to do.
enum SupervisorAction: Equatable {
    /// Start a worker of the program that is at the path now.
    case start
    /// Tell a worker something.
    case say(WorkerOrder, to: Supervision.WorkerID)
    /// Send it a signal.
    case signal(Signal, Supervision.WorkerID)
    /// End it at once.
    case kill(Supervision.WorkerID)
    /// Close the listening socket and remove its file.
    case closeSocket
    /// Tell the operator.
    case log(SupervisorEvent)
    /// Nothing is left to supervise.
    case finish
}

/// What an operator is told of the workers.
enum SupervisorEvent: Equatable {
    case startFailed(String)
    case workerEnded(String)
    case handoverBegun
    case handoverDeclined(String)
    case handoverRefused(String)
    case handedOver(from: Supervision.WorkerID, to: Supervision.WorkerID)
    case drained(Supervision.WorkerID, String, isClean: Bool)
    case killed(Supervision.WorkerID)
}

/// How long a supervisor waits, and how many it suffers.
struct SupervisionLimits {
    /// How long a successor may take until it serves.
    var startTime: Duration = .seconds(30)
    /// How long a successor serves beside the old worker before that one drains.
    var provingTime: Duration = .seconds(1)
    /// How long a draining worker may take that did not say how long it will.
    var drainTime: Duration = .seconds(600)
    /// What a worker may take beyond its time before it is killed.
    var grace: Duration = .seconds(5)
    /// How long workers may take to answer each other.
    var answerTime: Duration = .seconds(20)
    /// A worker that lived so long did not die of its start.
    var healthyAge: Duration = .seconds(10)
    /// The pause before the second start in a row; it doubles up to the longest.
    var firstDelay: Duration = .milliseconds(100)
    var longestDelay: Duration = .seconds(5)
    /// Workers that drain at once; another hand-over waits until one has ended.
    var drainingWorkers = 4
    /// Messages that wait for an owner.
    var heldUses = 64
    /// Questions that wait for an owner: settlements and wishes of the requests of that moment.
    var heldQuestions = 20_000
}

/// A point in time, by the clock for waiting and by the clock on the wall.
struct Moment {
    let instant: ContinuousClock.Instant
    let unixSecond: Int
}

/// Questions of one worker to all others, and who has not answered yet.
struct Questions {
    private struct Open {
        let asker: Supervision.WorkerID
        let ticket: Int
        let deadline: ContinuousClock.Instant
        var waiting: Set<Supervision.WorkerID>
    }

    private var open: [Int: Open] = [:]
    private var next = 0

    /// When the first of them will not be waited for any longer.
    var nextDeadline: ContinuousClock.Instant? { open.values.map(\.deadline).min() }

    /// Puts a question to the others.
    mutating func ask(
        _ text: String,
        of others: [Supervision.WorkerID],
        by asker: Supervision.WorkerID,
        _ ticket: Int,
        until deadline: ContinuousClock.Instant
    ) -> [SupervisorAction] {
        guard !others.isEmpty else {
            return [.say(.complete(ticket: ticket, missing: 0), to: asker)]
        }
        next += 1
        open[next] = Open(
            asker: asker,
            ticket: ticket,
            deadline: deadline,
            waiting: Set(others)
        )
        return others.sorted().map { .say(.ask(ticket: next, text), to: $0) }
    }

    /// Hands an answer on.
    mutating func answer(
        _ number: Int,
        _ text: String,
        by worker: Supervision.WorkerID
    ) -> [SupervisorAction] {
        guard let question = open[number], question.waiting.contains(worker) else { return [] }
        let answer = SupervisorAction.say(
            .answer(ticket: question.ticket, text),
            to: question.asker
        )
        return [answer] + strike(worker, from: number)
    }

    /// A worker is gone: it answers nothing, which is right for one that serves nobody, and its own
    /// questions need no answer.
    mutating func forget(_ worker: Supervision.WorkerID) -> [SupervisorAction] {
        for (number, question) in open where question.asker == worker { open[number] = nil }
        return open.keys.sorted().flatMap { strike(worker, from: $0) }
    }

    /// Completes those whose time is up.
    mutating func expire(at now: ContinuousClock.Instant) -> [SupervisorAction] {
        var actions: [SupervisorAction] = []
        for (number, question) in open.sorted(by: { $0.key < $1.key })
        where question.deadline <= now {
            open[number] = nil
            let missing = question.waiting.count
            let complete = WorkerOrder.complete(ticket: question.ticket, missing: missing)
            actions.append(.say(complete, to: question.asker))
        }
        return actions
    }

    private mutating func strike(
        _ worker: Supervision.WorkerID,
        from number: Int
    ) -> [SupervisorAction] {
        guard open[number]?.waiting.remove(worker) != nil, let question = open[number],
            question.waiting.isEmpty
        else { return [] }
        open[number] = nil
        return [.say(.complete(ticket: question.ticket, missing: 0), to: question.asker)]
    }
}
