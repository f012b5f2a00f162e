import Access
import Accounting
import Dialects
import Model
import Routing

/// The body: received, read, and what is answered when it is there.
extension Exchange {
    /// Takes a part of the body.
    package mutating func receiveBody(_ bytes: Span<UInt8>) {
        guard case .reading = state else { return }
        guard body.bytes.count + bytes.count <= snapshot.maxBodyBytes else {
            dropBody()
            state = .discarding(.refusal(.bodyTooLong(snapshot.maxBodyBytes)))
            return
        }
        if isGettingLong(by: bytes.count) {
            body.bytes.reserve(min(head.declaredLength, snapshot.maxBodyBytes))
        }
        body.bytes.append(bytes)
    }

    /// Whether so much has come that what was announced is believed: memory for all of it at once
    /// spares the moving of what there is.
    private func isGettingLong(by count: Int) -> Bool {
        let held = body.bytes.count
        return held < Limits.bodyBytesOnLoop && held + count >= Limits.bodyBytesOnLoop
    }

    /// Whether body bytes are kept: what they count against the memory of all bodies.
    package var keepsBody: Bool {
        if case .reading = state { true } else { false }
    }

    /// Refuses for a reason that the shell knows: no memory or place is left.
    ///
    /// What is answered without a provider is answered all the same: it takes no place.
    package mutating func refuseForCapacity(_ what: String) {
        guard case .reading = state else { return }
        dropBody()
        state = .discarding(.refusal(.capacity(what)))
    }

    /// The body is complete.
    package mutating func bodyEnded(at now: ContinuousClock.Instant) -> Step {
        switch state {
        case .discarding(let answer): return give(answer)
        case .reading: return resolve(at: now)
        case .new, .examining, .counting, .writing, .reserving, .attempting, .translatingAnswer,
            .pausing,
            .answering, .settling, .finished:
            preconditionFailure("a body ended in \(state)")
        }
    }

    /// What was done elsewhere is done.
    package mutating func workDone(at now: ContinuousClock.Instant) -> Step {
        longWork = nil
        switch state {
        case .examining(let long):
            body = long.body
            if let traits = long.traits { note(traits) }
            terms = long.terms
            if let fault = long.fault { return refuse(fault) }
            return makePlan(modelInPath ?? body.model, body.models, at: now)
        case .counting(let long, let next): return counted(long, next, at: now)
        case .writing(let planned, let asking, let writer):
            return startWritten(planned, asking, writer, at: now)
        case .translatingAnswer(let long):
            guard let answer = long.answer, let translated else {
                preconditionFailure("a translation that nobody made")
            }
            return giveWhole(answer, translated, at: now)
        case .new, .reading, .discarding, .reserving, .attempting, .pausing, .answering, .settling,
            .finished:
            return Step(.wait)
        }
    }

    private mutating func dropBody() {
        body = RequestBody()
        upstreamBody = body.bytes
    }

    private mutating func give(_ answer: LocalAnswer) -> Step {
        switch answer {
        case .refusal(let refusal): return refuse(refusal)
        case .json(let body): return finishLocal(head.method == .head ? [] : body)
        case .authorized(let key): return authorize(key)
        }
    }

    /// Answers without a provider.
    ///
    /// - Parameter candidate: the one that the answer is about, if it is about one.
    mutating func finishLocal(_ body: [UInt8], by candidate: Candidate? = nil) -> Step {
        record.finish(.served, status: 200)
        let additions = ResponseHead.Additions(
            requestID: requestID,
            model: candidate?.displayName,
            rejected: rejected,
            contentType: "application/json"
        )
        return end(Step(.finish, sending: ResponseHead(status: 200).lines(additions) + body))
    }

    /// 200 lets the web server go on; `Variable-` headers become its variables (FastCGI 1.0, 6.3).
    private mutating func authorize(_ key: KeyReference) -> Step {
        state = .finished
        record.finish(.served, status: 200)
        let id = snapshot.keys?.id(of: key) ?? ""
        let lines = "Status: 200 OK\r\nVariable-LOCKKEEPER_KEY_ID: \(headerValue(id))\r\n\r\n"
        return Step(.finish, sending: Array(lines.utf8))
    }

    private mutating func resolve(at now: ContinuousClock.Instant) -> Step {
        guard let endpoint else { preconditionFailure("a body without an endpoint") }
        if onlyConnects { return resolveRealtime(at: now) }
        let readsTraits =
            gateway?.readsTraits == true || endpoint.operation?.onlyCounts == true
            || snapshot.credits.mode == .prepaid
        let isLong = body.bytes.count > Limits.bodyBytesOnLoop
        if let model = modelInPath {
            if isLong { return examine(as: .unread, readsTraits, to: endpoint) }
            body.lookForTraces(in: endpoint.dialect)
            return makePlan(model, [], at: now)
        }
        do throws(RequestBody.Malformed) {
            let form = try form(of: endpoint)
            if isLong { return examine(as: form, readsTraits, to: endpoint) }
            try body.read(as: form, in: endpoint.dialect)
        } catch {
            return refuse(error)
        }
        return makePlan(body.model, body.models, at: now)
    }

    /// Has the body read elsewhere.
    private mutating func examine(
        as form: RequestBody.Form,
        _ readsTraits: Bool,
        to endpoint: Endpoint
    ) -> Step {
        let long = LongBody(
            body,
            as: form,
            to: endpoint,
            readsTraits: readsTraits,
            readsTerms: snapshot.credits.mode != .off
        )
        longWork = long
        state = .examining(long)
        return Step(.workElsewhere)
    }

    /// The model of a Gemini request, which stands in its path.
    private var modelInPath: String? {
        guard case .geminiVerb(let model, _) = endpoint?.purpose else { return nil }
        return model
    }

    mutating func refuse(_ fault: RequestBody.Malformed) -> Step {
        refuse(Refusal(.bodyInvalid, fault.message, parameter: fault.parameter))
    }

    private func form(of endpoint: Endpoint) throws(RequestBody.Malformed) -> RequestBody.Form {
        guard endpoint.operation?.takesForm == true,
            head.withContentType({ FormBoundary.isForm($0) })
        else { return .json }
        guard let boundary = head.withContentType({ FormBoundary(contentType: $0) }) else {
            throw RequestBody.Malformed(
                message: "Content-Type names no boundary, or one that is none",
                parameter: nil
            )
        }
        return .parts(boundary)
    }
}
