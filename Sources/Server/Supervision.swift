import Platform

/// What a supervisor decides: inputs are what happened, outputs are what to do.
///
/// It holds no process, no socket and no clock. One worker serves; at a hand-over its successor is
/// started beside it, takes over what has one owner, and serves too; only when it has proved itself
/// is the old one told to drain. Until then every failure of the successor leaves the old one as it
/// was.
struct Supervision {
    typealias Instant = ContinuousClock.Instant
    /// The kernel's number of a worker, which is not reused before its ending was seen.
    typealias WorkerID = Int32

    /// The workers that run.
    var workers: [WorkerID: Worker] = [:]
    /// Who has what only one may have.
    var owner = Owner.nobody
    var isStopping = false
    /// Whether a hand-over was asked for while the first worker was being started: it may be of the
    /// program of before.
    var isHandoverAwaited = false
    /// How the last hand-over ended.
    var lastHandover: HandoverResult?
    let limits: SupervisionLimits
    var questions = Questions()
    var actions: [SupervisorAction] = []
    var heldUses: [String] = []
    /// What is asked of the next owner.
    var heldQuestions: [OwnerQuestion] = []
    /// What the last owner knew of health, for the next.
    var heldHealth: String?
    var restartAt: Instant?
    var restartDelay = Duration.zero

    init(_ limits: SupervisionLimits) {
        self.limits = limits
    }

    /// One worker.
    struct Worker: Equatable {
        var phase: Phase
        let startedAt: Instant
        /// When it has to have come further.
        var deadline: Instant?
        /// What it said of its failure.
        var failure: String?
        /// It was given up and killed; its ending tells nothing new.
        var isGivenUp = false
    }

    /// How far a worker has come.
    ///
    /// starting -> ready, given up; ready (could serve) -> opening; opening (takes over) -> proving,
    /// serving, given up; proving (serves beside the old one) -> serving; serving -> draining;
    /// draining -> its end. From each it may end.
    enum Phase {
        case starting
        case ready
        case opening
        case proving
        case serving
        case draining

        /// Whether it may have requests.
        var hasRequests: Bool {
            switch self {
            case .starting, .ready, .opening: false
            case .proving, .serving, .draining: true
            }
        }
    }

    /// Who has what only one may have.
    ///
    /// nobody -> opening; opening (was told to take it) -> held, nobody; held -> releasing, nobody;
    /// releasing (was told to let go) -> nobody.
    enum Owner: Equatable {
        case nobody
        case opening(WorkerID)
        case held(WorkerID)
        case releasing(WorkerID)

        /// The worker that it is about.
        var worker: WorkerID? {
            switch self {
            case .nobody: nil
            case .opening(let id), .held(let id), .releasing(let id): id
            }
        }
    }

    // MARK: Who is what

    /// The worker that serves and was not told to end.
    var serving: WorkerID? { first { $0.phase == .serving } }
    /// The worker that is to take its place.
    var successor: WorkerID? {
        first { worker in
            guard !worker.isGivenUp else { return false }
            switch worker.phase {
            case .starting, .ready, .opening, .proving: return true
            case .serving, .draining: return false
            }
        }
    }

    var drainingCount: Int { workers.values.count { $0.phase == .draining } }

    func first(where matches: (Worker) -> Bool) -> WorkerID? {
        workers.first { matches($0.value) }?.key
    }

    /// When ``timePassed(at:)`` is to be called next.
    var nextDeadline: Instant? {
        let deadlines =
            workers.values.compactMap(\.deadline)
            + [restartAt, questions.nextDeadline]
            .compactMap { $0 }
        return deadlines.min()
    }

    // MARK: Starting

    /// The first worker is to be started.
    mutating func begin() -> [SupervisorAction] {
        actions.append(.start)
        return takeActions()
    }

    /// A worker was started.
    mutating func started(_ id: WorkerID, at now: Moment) -> [SupervisorAction] {
        // With nobody to fall back to, a slow start is better than none.
        let deadline = serving == nil ? nil : now.instant + limits.startTime
        workers[id] = Worker(phase: .starting, startedAt: now.instant, deadline: deadline)
        return takeActions()
    }

    /// A worker could not be started.
    mutating func startFailed(_ reason: String, at now: Moment) -> [SupervisorAction] {
        if serving != nil {
            refuseHandover(reason, at: now)
        } else {
            actions.append(.log(.startFailed(reason)))
            scheduleRestart(lastStart: now.instant, at: now)
        }
        return takeActions()
    }

    /// At once after a healthy life, then later and later.
    mutating func scheduleRestart(lastStart: Instant, at now: Moment) {
        if now.instant - lastStart >= limits.healthyAge { restartDelay = .zero }
        restartAt = now.instant + restartDelay
        restartDelay = min(max(restartDelay * 2, limits.firstDelay), limits.longestDelay)
    }

    // MARK: What workers say

    /// A worker said something.
    mutating func heard(
        _ report: WorkerReport,
        from id: WorkerID,
        at now: Moment
    ) -> [SupervisorAction] {
        guard workers[id] != nil else { return [] }
        switch report {
        case .prepared(let problem): prepared(id, problem, at: now)
        case .released: if owner == .releasing(id) { owner = .nobody }
        case .opened: opened(id, at: now)
        case .failed(let reason): workers[id]?.failure = reason
        case .draining(let milliseconds):
            if isStopping || workers[id]?.phase == .draining {
                let time = Duration.milliseconds(milliseconds) + limits.grace
                workers[id]?.deadline = now.instant + time
            }
        case .ask(let ticket, let text):
            let others = workers.filter { $0.key != id && $0.value.phase.hasRequests }.map(\.key)
            actions += questions.ask(
                text,
                of: others,
                by: id,
                ticket,
                until: now.instant + limits.answerTime
            )
        case .askOwner(let ticket, let text):
            askOwner(OwnerQuestion(asker: id, ticket: ticket, text: text), at: now)
        case .answer(let ticket, let text):
            actions += questions.answer(ticket, text, by: id)
        case .uses(let text): deliver(uses: text, from: id)
        case .health(let text): if owner == .releasing(id) { heldHealth = text }
        }
        reconcile(at: now)
        return takeActions()
    }

    private mutating func prepared(_ id: WorkerID, _ problem: String?, at now: Moment) {
        guard let worker = workers[id], worker.phase == .starting, !worker.isGivenUp else { return }
        if let problem, serving != nil {
            // The old one has read everything once and serves by it.
            giveUp(id, problem, at: now)
        } else {
            workers[id]?.phase = .ready
        }
    }

    private mutating func opened(_ id: WorkerID, at now: Moment) {
        guard owner == .opening(id), let worker = workers[id] else { return }
        owner = .held(id)
        for other in workers.keys.sorted()
        where other != id && workers[other]?.phase.hasRequests == true {
            actions.append(.say(.yieldControl, to: other))
        }
        for uses in heldUses { actions.append(.say(.uses(uses), to: id)) }
        heldUses = []
        askWhatWaited(at: now)
        guard worker.phase == .opening else { return }
        let isAlone = serving == nil
        let proven = now.instant + limits.provingTime
        workers[id]?.phase = isAlone ? .serving : .proving
        workers[id]?.deadline = isAlone ? nil : proven
        guard isAlone, isHandoverAwaited else { return }
        isHandoverAwaited = false
        beginHandover(at: now)
    }

    /// Uses go to the owner; while there is none they wait for the next.
    private mutating func deliver(uses text: String, from id: WorkerID) {
        if case .held(let holder) = owner, holder != id {
            actions.append(.say(.uses(text), to: holder))
        } else if heldUses.count < limits.heldUses {
            heldUses.append(text)
        }
    }

    // MARK: Signals and time

    /// The supervisor got a signal; the endings of children are told otherwise.
    mutating func received(_ signal: Signal, at now: Moment) -> [SupervisorAction] {
        switch signal {
        case .hup, .usr1:
            for id in workers.keys.sorted() { actions.append(.signal(signal, id)) }
        case .usr2: if !isStopping { beginHandover(at: now) }
        case .term, .int: stop(at: now)
        case .child: break
        }
        return takeActions()
    }

    /// New connections are refused at once; workers end their requests first.
    private mutating func stop(at now: Moment) {
        guard !isStopping else { return }
        isStopping = true
        restartAt = nil
        actions.append(.closeSocket)
        let latest = now.instant + limits.drainTime + limits.grace
        if workers.isEmpty { return actions.append(.finish) }
        for id in workers.keys.sorted() {
            switch workers[id]?.phase {
            case .starting, .ready:
                // It holds no request, and may be a program that ends for nothing else.
                actions.append(.kill(id))
                workers[id]?.deadline = nil
            case .opening, .proving, .serving, .draining, nil:
                actions.append(.signal(.term, id))
                workers[id]?.deadline = latest
            }
        }
        reconcile(at: now)
    }

    /// A deadline has come, perhaps.
    mutating func timePassed(at now: Moment) -> [SupervisorAction] {
        if let restartAt, restartAt <= now.instant {
            self.restartAt = nil
            actions.append(.start)
        }
        actions += questions.expire(at: now.instant)
        for (id, worker) in workers.sorted(by: { $0.key < $1.key }) {
            guard let deadline = worker.deadline, deadline <= now.instant else { continue }
            overdue(id, worker, at: now)
        }
        reconcile(at: now)
        return takeActions()
    }

    private mutating func overdue(_ id: WorkerID, _ worker: Worker, at now: Moment) {
        if isStopping || worker.phase == .draining {
            workers[id]?.deadline = nil
            actions.append(.log(.killed(id)))
            actions.append(.kill(id))
            return
        }
        switch worker.phase {
        case .starting, .ready, .opening: giveUp(id, "not ready after \(limits.startTime)", at: now)
        case .proving: promote(id, at: now)
        case .serving, .draining: break
        }
    }

    mutating func takeActions() -> [SupervisorAction] {
        defer { actions = [] }
        return actions
    }
}
