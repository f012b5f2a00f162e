import JSON
import Platform

/// What only one worker may have, and how it goes from one to the next.
///
/// The owner answers at `control.sock` and writes `last-used.jsonl`. Before another one takes over,
/// it writes out what it has and says so; what it sees of uses afterwards it sends to the owner.
extension Worker {
    /// Tells the supervisor that it could serve, or begins where there is none.
    func getReady(_ storeResult: ReloadResult) {
        guard let supervisor else { return own(isShared: false) }
        courier.instance = { [unowned self] in ledger.name }
        courier.ask = { [unowned self] in askOwner($0, then: $1) }
        supervisor.receive = { [unowned self] in receive($0) }
        supervisor.ended = { [unowned self] in supervisorEnded() }
        switch storeResult {
        case .done: supervisor.say(.prepared(problem: nil))
        case .refused(let reason): supervisor.say(.prepared(problem: reason))
        }
    }

    /// Writes or sends what only this worker knows: the last thing it does.
    func letGo() {
        writeUses()
        warnNoMore()
        ledger.end()
        guard isOwner, control != nil else { return }
        // Before the socket is closed: afterwards the file may be another worker's.
        ListeningSocket.removeFile(reloader.controlPath)
    }

    private func receive(_ order: WorkerOrder) {
        switch order {
        case .own(let isShared): own(isShared: isShared)
        case .release:
            writeUses()
            if let text = reloader.healthText() { supervisor?.say(.health(text)) }
            isOwner = false
            warnNoMore()
            ledger.release { [unowned self] in supervisor?.say(.released) }
        case .yieldControl: yieldControl()
        case .drain: drain(.wait)
        case .ask(let ticket, let text): answer(ticket, text)
        case .answer(let ticket, let text): questions.answered(ticket, text)
        case .complete(let ticket, let missing):
            let done = questions.complete(ticket, missing: missing)
            done?()
        case .uses(let text): reloader.addUses(Uses.decode(text))
        case .health(let text): reloader.adoptHealth(text)
        case .handover(let result): lastHandover = result
        }
    }

    private func own(isShared: Bool) {
        isOwner = true
        do {
            if control == nil { try listenForControl(isShared: isShared) }
        } catch {
            return fail(error)
        }
        ledger.open(reloader.ledgerTerms) { [unowned self] in serveAsOwner() }
    }

    private func serveAsOwner() {
        warn()
        do {
            if loops.isEmpty {
                // A change stored before a caller could reach this worker is in force when it serves.
                lastReload = reloader.readStore()
                setBudgets()
                try startLoops()
            } else {
                reload { _ in }
            }
            supervisor?.say(.opened)
        } catch {
            fail(error)
        }
    }

    private func listenForControl(isShared: Bool) throws {
        let path = reloader.controlPath
        let other = reloader.controlPath(ofWorker: ThisProcess.id)
        do {
            control = try ControlServer(
                path: path,
                inPlaceOf: isShared ? .ours(madeAt: other) : .gone,
                on: loop
            ) { [unowned self] in
                handle($0, from: $1)
            }
        } catch {
            // A worker that has requests goes on without.
            guard !loops.isEmpty else { throw error }
            log.error("control.sock can't be taken", ["reason": "\(error)"])
        }
    }

    private func fail(_ error: any Error) {
        failure = error
        supervisor?.say(.failed("\(error)"))
        log.error("the worker can't serve", ["reason": "\(error)"])
        loop.stop()
    }

    private func yieldControl() {
        control?.stop()
        control = nil
    }

    /// Another gateway may be started in its place: nothing may be in its way.
    ///
    /// The socket's file stays: it may be the other gateway's by now.
    private func supervisorEnded() {
        log.warning("the supervisor is gone", [:])
        writeUses()
        yieldControl()
        drain(.close)
    }

    /// Writes times of use to the file, or sends them to the worker that does.
    func writeUses() {
        guard let supervisor, !isOwner else { return reloader.writeLastUsed() }
        for text in Uses.encode(reloader.takeUses()) { supervisor.say(.uses(text)) }
    }
}

/// Times of use on their way to the owner: objects of seconds by key.
enum Uses {
    /// The keys of one message.
    private static let longest = 1000

    /// Texts without a newline.
    static func encode(_ uses: [KeyUse]) -> [String] {
        stride(from: 0, to: uses.count, by: longest).map { start in
            var writer = JSONWriter()
            writer.beginObject()
            for use in uses[start..<min(start + longest, uses.count)] {
                writer.key(use.id)
                writer.integer(Int(use.unixSecond))
            }
            writer.endObject()
            return String(decoding: writer.bytes, as: UTF8.self)
        }
    }

    /// Nothing from a text that is none.
    static func decode(_ text: String) -> [KeyUse] {
        do throws(JSONParseError) {
            return try JSONDocument.parse(Array(text.utf8).span).root.members
                .compactMap { name, value in value.integer.map { (name, $0) } }
        } catch {
            return []
        }
    }
}
