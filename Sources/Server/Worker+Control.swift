import ControlPlane
import JSON
import Model
import Platform
import Relay

/// What is asked of the worker over `control.sock`, by SIGHUP, and by other workers.
extension Worker {
    func handle(_ request: ControlRequest, from caller: ControlConnection) {
        switch request {
        case .reload(let sequence): reloadEverywhere(upTo: sequence) { caller.answer($0.line) }
        case .status: collectStatus { caller.answer($0) }
        case .metrics: collectReports { [unowned self] _ in caller.answer(metricsLine()) }
        case .watch(let filter): streams.begin(filter, for: caller)
        case .call(let call): answer(call) { caller.answer($0.line) }
        case .grant, .ledger: answerForLedger(request) { caller.answer($0) }
        }
    }

    /// Answers another worker's question.
    func answer(_ ticket: Int, _ text: String) {
        let tell = { [unowned self] (bytes: [UInt8]) in
            let text = String(decoding: bytes, as: UTF8.self)
            supervisor?.say(.answer(ticket: ticket, text))
        }
        guard let request = ControlRequest(line: Array(text.utf8).span) else { return tell([]) }
        answer(request, then: tell)
    }

    private func answer(_ request: ControlRequest, then tell: @escaping ([UInt8]) -> Void) {
        switch request {
        case .reload(let sequence): reload(upTo: sequence) { tell($0.line) }
        case .status: collectReports { [unowned self] in tell(brief($0)) }
        // Each worker measures for itself: the one that is asked serves. Who watches asks each, and
        // the command line has one of them answer.
        case .metrics, .watch, .call: tell([])
        case .grant(let order): counter.grant(order, then: tell)
        case .ledger(let request):
            if case .reserve(_, let name) = request { ledger.watch(name) }
            counter.serve(request, then: tell)
        }
    }

    /// Has a caller's request to the ledger done by whoever has it.
    private func answerForLedger(
        _ request: ControlRequest,
        then tell: @escaping ([UInt8]) -> Void
    ) {
        guard !isOwner else { return answer(request, then: tell) }
        askOwner(request.line) { line in
            tell(line ?? GrantAnswer.refused("no worker has the ledger; try again").line)
        }
    }

    /// Has money given by whoever has the ledger.
    func grant(_ order: GrantOrder, then tell: @escaping (GrantAnswer) -> Void) {
        answerForLedger(.grant(order)) { line in
            tell(GrantAnswer(line: line.span) ?? .refused("the ledger's answer can't be read"))
        }
    }

    /// Puts a line to the worker that has the ledger: its answer, nil where there is none.
    func askOwner(_ line: [UInt8], then done: @escaping ([UInt8]?) -> Void) {
        guard let supervisor else { return done(nil) }
        let ticket = questions.open { answers, _ in done(answers.first.map { Array($0.utf8) }) }
        supervisor.say(.askOwner(ticket: ticket, String(decoding: line, as: UTF8.self)))
    }

    private func askOthers(
        _ request: ControlRequest,
        then done: @escaping (_ answers: [String], _ missing: Int) -> Void
    ) {
        guard let supervisor else { return done([], 0) }
        let ticket = questions.open(then: done)
        let text = String(decoding: request.line, as: UTF8.self)
        supervisor.say(.ask(ticket: ticket, text))
    }

    /// Has the control plane do what somebody at the command line asks for.
    private func answer(_ call: LocalCall, then tell: @escaping (APIAnswer) -> Void) {
        let number = calls.open(tell)
        let now = Timestamp(milliseconds: WallClock.milliseconds())
        desk.answer(ControlQuestion(call, at: now)) { [mailbox] in
            mailbox.post(.called(number, $0.answer))
        }
    }

    // MARK: Reload

    /// Reloads here and in the workers that drain, and tells when all serve by it.
    func reloadEverywhere(
        upTo sequence: UInt64?,
        then tell: @escaping (ReloadResult) -> Void
    ) {
        askOthers(.reload(sequence: sequence)) { [unowned self] answers, missing in
            let others = answers.map { ReloadResult(line: Array($0.utf8).span) }
            reload(upTo: sequence) { tell($0.joined(by: others, missing: missing)) }
        }
    }

    /// Reads configuration and store again, and tells when every loop serves by them.
    ///
    /// With a sequence number it is for a change of the store, which is read alone.
    func reload(
        upTo sequence: UInt64? = nil,
        then tell: @escaping (ReloadResult) -> Void
    ) {
        // A change of one key is no reload that a service manager would want to follow.
        if sequence == nil, !isDraining { reporter.tellReloading(log: log) }
        let finish: (ReloadResult) -> Void = { [unowned self] result in
            reportReadiness()
            tell(result)
        }
        let stored = sequence.flatMap { storeResult(upTo: $0) }
        let result = stored ?? reloadResult()
        // What kept a reload from being taken over may be gone, or still has to be told.
        let isMended = stored == nil || lastReload?.refusal == nil
        lastReload = isMended ? result : reloadResult()
        guard case .done(let generation, _) = result else { return finish(result) }
        if let sequence, generation < sequence {
            return finish(.refused("the store was read up to line number \(generation) only"))
        }
        adoptLedgerTerms { [unowned self] in
            warn()
            setBudgets()
            let ticket = tickets.open(waitingFor: loops.map(\.index)) { [unowned self] _ in
                reloader.closeRetiredLogs()
                finish(result)
            }
            for running in loops {
                let settings = reloader.makeSettings(ledger.cashierInUse)
                running.mailbox.post(.adopt(settings, ticket: ticket))
            }
        }
    }

    /// Reads the store alone; nil where it can't be used as it is by what was configured last: a
    /// master key may have come since.
    private func storeResult(upTo sequence: UInt64) -> ReloadResult? {
        let result = reloader.readStore()
        guard case .done(let generation, _) = result, generation >= sequence else { return nil }
        return result
    }

    /// The ledger is opened or closed as the configuration has it now.
    private func adoptLedgerTerms(then done: @escaping () -> Void) {
        guard !isOwner else { return ledger.open(reloader.ledgerTerms, then: done) }
        ledger.adopt(reloader.ledgerTerms)
        done()
    }

    /// Tells the service manager that requests are served, and by what.
    func reportReadiness() {
        // The last it hears of a service that ends is that it ends.
        guard !isDraining else { return }
        let problem = lastReload.flatMap(\.refusal).map { "; not taken over: \($0)" } ?? ""
        let status = "\(reloader.accessKeyCount) access keys, generation \(reloader.generation)"
        reporter.tell(.ready(status + problem), log: log)
    }

    /// A worker that was handed over may be too old to understand the configuration; keys that are
    /// revoked are revoked in it all the same.
    private func reloadResult() -> ReloadResult {
        let result = reloader.reload()
        if case .done = result { desk.adopt(reloader.configuration) }
        guard !isOwner || isDraining, !loops.isEmpty, case .refused(let reason) = result,
            case .done(let generation, let notes) = reloader.readStore()
        else { return result }
        let note = "worker \(ThisProcess.id), which is being replaced, took over the keys only"
        return .done(generation: generation, notes: notes + ["\(note): \(reason)"])
    }

    // MARK: Status

    private func collectReports(then tell: @escaping ([LoopReport]) -> Void) {
        let ticket = tickets.open(waitingFor: loops.map(\.index)) { reports in
            tell(reports.sorted { $0.index < $1.index })
        }
        for running in loops { running.mailbox.post(.report(ticket: ticket)) }
    }

    private func collectStatus(then tell: @escaping ([UInt8]) -> Void) {
        askOthers(.status) { [unowned self] others, _ in
            collectReports { [unowned self] in tell(status($0, others: others)) }
        }
    }

    private func metricsLine() -> [UInt8] {
        var writer = JSONWriter()
        metrics.report().write(into: &writer)
        return writer.bytes
    }

    /// What one worker is doing, in a few numbers.
    private func brief(_ reports: [LoopReport]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writeBrief(reports, into: &writer)
        writer.endObject()
        return writer.bytes
    }

    private func writeBrief(_ reports: [LoopReport], into writer: inout JSONWriter) {
        writer.key("pid")
        writer.integer(Int(ThisProcess.id))
        writer.key("uptime_s")
        writer.integer(Int(clamping: (loop.now - startedAt).components.seconds))
        writer.key("draining")
        writer.bool(isDraining)
        writer.key("generation")
        writer.integer(Int(clamping: reloader.generation))
        writer.key("active_requests")
        writer.integer(reports.reduce(0) { $0 + $1.activeRequests })
        writer.key("connections")
        writer.integer(reports.reduce(0) { $0 + $1.connections })
    }

    private func status(_ reports: [LoopReport], others: [String]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writeBrief(reports, into: &writer)
        writer.key("access_keys")
        writer.integer(reloader.accessKeyCount)
        writer.key("restart_settings")
        writer.beginObject()
        for (key, value) in reloader.restartSettings {
            writer.key(key)
            writer.string(value)
        }
        writer.endObject()
        writer.key("last_reload")
        writer.beginObject()
        lastReload?.write(into: &writer)
        writer.endObject()
        writer.key("ledger")
        ledger.write(into: &writer)
        writer.key("watchers")
        writer.integer(live.count)
        writer.key("last_handover")
        writeHandover(into: &writer)
        writer.key("loops")
        writer.beginArray()
        for report in reports { report.write(into: &writer) }
        writer.endArray()
        writer.key("other_workers")
        writer.beginArray()
        for other in others where !other.isEmpty { writer.raw(Array(other.utf8).span) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    private func writeHandover(into writer: inout JSONWriter) {
        guard let lastHandover else { return writer.null() }
        writer.beginObject()
        writer.key("result")
        writer.string(lastHandover.reason == nil ? "done" : "refused")
        if let reason = lastHandover.reason {
            writer.key("reason")
            writer.string(reason)
        }
        writer.key("at")
        writer.string(Timestamp(unixSecond: Int64(lastHandover.unixSecond)).description)
        writer.endObject()
    }
}

extension ReloadResult {
    /// This worker's result and those of all others as one: done when all have taken it over.
    fileprivate func joined(by others: [ReloadResult?], missing: Int) -> ReloadResult {
        guard case .done(let generation, var notes) = self else { return self }
        for other in others {
            switch other {
            case .done(_, let more): notes += more.filter { !notes.contains($0) }
            case .refused(let reason): return .refused("a worker that drains: \(reason)")
            case nil: return .refused("a worker that drains is of another version")
            }
        }
        guard missing == 0 else { return .refused("a worker that drains did not answer") }
        return .done(generation: generation, notes: notes)
    }
}

extension LoopReport {
    fileprivate func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("index")
        writer.integer(index)
        writer.key("active_requests")
        writer.integer(activeRequests)
        writer.key("connections")
        writer.integer(connections)
        writer.key("transfers")
        writer.integer(transfers)
        writer.key("body_bytes")
        writer.integer(bodyMemory)
        writer.key("turn_p99_us")
        writer.integer(turns.percentile(permille: 990))
        writer.key("turn_max_us")
        writer.integer(turns.longest)
        writer.endObject()
    }
}
