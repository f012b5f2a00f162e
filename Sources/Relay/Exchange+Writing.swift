import Dialects
import Model
import Routing

/// What an attempt sends as its body where that is not the client's own: it is written here or, where
/// it is long, on another thread.
extension Exchange {
    /// The bytes of memory that the client's request takes beside its body, where it was translated.
    package var translationBytes: Int { writer?.heldBytes ?? 0 }

    /// Has the body written for a candidate: here, or elsewhere where that takes long.
    ///
    /// - Parameter other: what is sent instead of the client's own body.
    mutating func write(
        _ fitting: BodyFitting,
        for planned: PlannedAttempt,
        instead other: ByteBuffer?,
        at now: ContinuousClock.Instant
    ) -> Step {
        let writer = writer(of: other)
        writer.prepare(fitting)
        if fitting.isLong((other ?? body.bytes).count) {
            state = .writing(planned, fitting.asking, writer)
            longWork = writer
            return Step(.workElsewhere)
        }
        writer.run()
        return startWritten(planned, fitting.asking, writer, at: now)
    }

    /// What writes the client's body, or another one; the client's own is read once.
    func writer(of other: ByteBuffer?) -> RequestWriter {
        if other == nil, let writer { return writer }
        return RequestWriter(
            other ?? body.bytes,
            of: RequestWriter.Client(
                dialect: dialect,
                isStream: isStreamInPath,
                wantsEstimate: dialect == .anthropicMessages && isStreamAsked
            )
        )
    }

    /// Whether a stream is wanted, where the path says it: Gemini's bodies don't.
    private var isStreamInPath: Bool? {
        guard case .geminiVerb = endpoint?.purpose else { return nil }
        return isStreamAsked
    }

    /// Begins the attempt for which a body was written, or passes its candidate over.
    mutating func startWritten(
        _ planned: PlannedAttempt,
        _ asking: Asking,
        _ writer: RequestWriter,
        at now: ContinuousClock.Instant
    ) -> Step {
        if brokenAt == nil { self.writer = writer }
        switch writer.result {
        case .success(let fitted):
            let answer = answer(to: fitted, writer)
            return begin(planned, asking, sending: fitted, answer: answer, at: now)
        case .failure(let fault): return passOver(planned, fault, at: now)
        case nil: preconditionFailure("a request that nobody wrote")
        }
    }

    /// Goes on with the candidate after one in whose dialect the request can't be said; when there
    /// is none the client is told what stood in the way.
    private mutating func passOver(
        _ planned: PlannedAttempt,
        _ fault: RequestBody.Malformed,
        at now: ContinuousClock.Instant
    ) -> Step {
        release(incomingFunds.take())
        rejected.append("\(planned.candidate.displayName) (\(fault.message))")
        if let next = plan?.passOver(planned, at: now) {
            return brokenAt == nil ? startAttempt(next, at: now) : refuseContinuation()
        }
        if record.attempts.isEmpty {
            rejected.removeLast()
            return refuse(fault)
        }
        return brokenAt == nil
            ? refuse(.everyCandidateFailed(record.attempts)) : refuseContinuation()
    }

    /// A turn that was added by the gateway could not be said: the answer stays broken.
    mutating func refuseContinuation() -> Step {
        breakOff(Refusal.brokenOff(.streamEnded, record.attempts[...recordIndex]))
    }
}
