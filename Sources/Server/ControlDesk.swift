import ControlPlane
import Model
import Platform
import Storage

/// A request of the API, and who asks.
struct ControlQuestion: Sendable {
    let request: APIRequest
    let asker: Asker

    /// By what somebody may ask.
    enum Asker: Sendable {
        /// The token that came with the request.
        case holder(APICredential)
        /// That they could open `control.sock`.
        case local(APICaller)
    }

    /// What came over HTTP.
    init(_ request: APIRequest, with credential: APICredential) {
        self.request = request
        asker = .holder(credential)
    }

    /// What came from the command line.
    init(_ call: LocalCall, at moment: Timestamp) {
        request = call.request(at: moment)
        asker = .local(call.caller)
    }
}

/// What becomes of a request of the API, and who asked; nil for somebody unknown.
struct ControlReply: Sendable {
    let outcome: Outcome
    let caller: APICaller?

    /// What becomes of it.
    enum Outcome: Sendable {
        /// It is answered.
        case answer(APIAnswer)
        /// It is told of requests as they end.
        case events(LiveFilter)
    }

    /// An answer.
    init(_ answer: APIAnswer, to caller: APICaller? = nil) {
        self.init(.answer(answer), to: caller)
    }

    init(_ outcome: Outcome, to caller: APICaller?) {
        self.outcome = outcome
        self.caller = caller
    }

    /// The answer, for somebody who takes no stream.
    var answer: APIAnswer {
        switch outcome {
        case .answer(let answer): answer
        case .events: APIError.isStream.answer
        }
    }
}

/// What the control plane has done by the housekeeping thread.
struct ControlHelp: Sendable {
    /// Has a change taken over up to a line of the store, and tells what came of it.
    let takeOver:
        @Sendable (_ sequence: UInt64, _ tell: @escaping @Sendable (ReloadResult) -> Void) -> Void
    /// Has money given by whoever has the ledger, and tells what came of it.
    let grant: @Sendable (GrantOrder, _ tell: @escaping @Sendable (GrantAnswer) -> Void) -> Void
    /// Has the use of a management key noted.
    let used: @Sendable (KeyUse) -> Void
    /// Has the operator told of what came to light at a change.
    let note: @Sendable (String) -> Void
}

/// The way to the one thread that has the control plane.
///
/// The store is read when the first request comes: a gateway whose API nobody uses pays nothing.
final class ControlDesk: Sendable {
    private let jobs: Mailbox<Job>

    private enum Job: Sendable {
        case adopt(Configuration)
        case answer(ControlQuestion, tell: @Sendable (ControlReply) -> Void)
    }

    /// Starts the thread, which lasts as long as the process.
    init(_ configuration: Configuration, help: ControlHelp) throws(SystemError) {
        let jobs = try Mailbox<Job>()
        self.jobs = jobs
        try Thread("control") {
            ControlDesk.run(jobs, ControlClerk(configuration, help: help))
        }.detach()
    }

    /// From now on gateway.yaml says this.
    func adopt(_ configuration: Configuration) {
        jobs.post(.adopt(configuration))
    }

    /// Answers a request; a change is answered when it is in force.
    func answer(_ question: ControlQuestion, then tell: @escaping @Sendable (ControlReply) -> Void)
    {
        jobs.post(.answer(question, tell: tell))
    }

    private static func run(_ jobs: Mailbox<Job>, _ clerk: ControlClerk) {
        do {
            let loop = try EventLoop()
            let receiver = try MailboxReceiver(jobs, on: loop) { job in
                switch job {
                case .adopt(let configuration): clerk.adopt(configuration)
                case .answer(let question, let tell): clerk.answer(question, then: tell)
                }
            }
            // The loops' streams don't wait for it.
            ThisProcess.giveWayToOtherThreads()
            withExtendedLifetime(receiver) { loop.run() }
        } catch {
            // Whoever waits for an answer would wait for ever.
            fatalError("the thread of the API could not start: \(error)")
        }
    }
}

/// Who sits at the desk: it has the control plane, on its thread.
private final class ControlClerk {
    private var configuration: Configuration
    private let help: ControlHelp
    /// When uses of management keys were noted last, in seconds: no more often than is told.
    private var noted: [String: Int64] = [:]
    /// Nil until it is asked for, and while the store can't be read.
    private var plane: ControlPlane?

    init(_ configuration: Configuration, help: ControlHelp) {
        self.configuration = configuration
        self.help = help
    }

    func adopt(_ configuration: Configuration) {
        self.configuration = configuration
        plane?.adopt(configuration)
    }

    func answer(_ question: ControlQuestion, then tell: @escaping @Sendable (ControlReply) -> Void)
    {
        let reply: APIReply
        do throws(APIError) {
            reply = try self.reply(to: question)
        } catch {
            return tell(ControlReply(error.answer))
        }
        for note in plane?.takeNotes() ?? [] { help.note(note) }
        let caller = reply.caller
        switch reply.outcome {
        case .answer(let answer): tell(ControlReply(answer, to: caller))
        case .events(let filter): tell(ControlReply(.events(filter), to: caller))
        case .stored(let generation, let answer):
            help.takeOver(generation) { result in
                let problem = result.refusal.map { APIError.notInForce($0).answer }
                tell(ControlReply(problem ?? answer, to: caller))
            }
        case .grant(let order, let answer):
            help.grant(order) { tell(ControlReply(answer($0), to: caller)) }
        }
    }

    private func reply(to question: ControlQuestion) throws(APIError) -> APIReply {
        let plane = try openPlane()
        switch question.asker {
        case .holder(let credential):
            let reply = plane.answer(question.request, with: credential)
            if let caller = reply.caller {
                noteUse(of: caller.author, at: question.request.moment.unixSecond)
            }
            return reply
        case .local(let caller):
            return APIReply(plane.answer(question.request, from: caller), to: caller)
        }
    }

    private func noteUse(of id: String, at second: Int64) {
        let interval = Limits.lastUsedInterval.components.seconds
        if let last = noted[id], (last..<(last + interval)).contains(second) { return }
        if noted.count == ControlClerk.mostNoted { noted = [:] }
        noted[id] = second
        help.used((id, second))
    }

    /// The keys whose uses are remembered; with more of them some are noted oftener.
    private static let mostNoted = 1024

    private func openPlane() throws(APIError) -> ControlPlane {
        if let plane { return plane }
        do throws(StorageError) {
            let opened = try ControlPlane(configuration)
            plane = opened
            return opened
        } catch {
            throw APIError(error)
        }
    }
}
