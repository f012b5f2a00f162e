import JSON
import Platform
import Relay

/// What is asked of the worker over `control.sock`, and by SIGHUP.
extension Worker {
    func handle(_ request: ControlRequest, from caller: ControlConnection) {
        switch request {
        case .reload(let sequence): reload(upTo: sequence) { caller.answer($0.line) }
        case .status: collectReports { [unowned self] in caller.answer(status($0)) }
        }
    }

    /// Reads configuration and store again, and tells when every loop serves by them.
    func reload(
        upTo sequence: UInt64? = nil,
        then tell: @escaping (ReloadResult) -> Void
    ) {
        let result = reloader.reload()
        lastReload = result
        guard case .done(let generation, _) = result else { return tell(result) }
        if let sequence, generation < sequence {
            return tell(.refused("the store was read up to line number \(generation) only"))
        }
        let ticket = tickets.open(waitingFor: loops.count) { [unowned self] _ in
            reloader.closeRetiredLogs()
            tell(result)
        }
        for mailbox in loops { mailbox.post(.adopt(reloader.makeSettings(), ticket: ticket)) }
    }

    private func collectReports(then tell: @escaping ([LoopReport]) -> Void) {
        let ticket = tickets.open(waitingFor: loops.count) { reports in
            tell(reports.sorted { $0.index < $1.index })
        }
        for mailbox in loops { mailbox.post(.report(ticket: ticket)) }
    }

    private func status(_ reports: [LoopReport]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("pid")
        writer.integer(Int(ThisProcess.id))
        writer.key("uptime_s")
        writer.integer(Int(clamping: (loop.now - startedAt).components.seconds))
        writer.key("draining")
        writer.bool(isDraining)
        writer.key("generation")
        writer.integer(Int(clamping: reloader.generation))
        writer.key("access_keys")
        writer.integer(reloader.accessKeyCount)
        writer.key("active_requests")
        writer.integer(reports.reduce(0) { $0 + $1.activeRequests })
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
        writer.key("loops")
        writer.beginArray()
        for report in reports { report.write(into: &writer) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
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

/// What waits until every loop has answered.
struct Tickets {
    private struct Open {
        var missing: Int
        var reports: [LoopReport] = []
        let done: ([LoopReport]) -> Void
    }

    private var open: [Int: Open] = [:]
    private var next = 0

    /// A number under which so many loops will answer.
    mutating func open(
        waitingFor count: Int,
        then done: @escaping ([LoopReport]) -> Void
    ) -> Int {
        next += 1
        open[next] = Open(missing: count, done: done)
        return next
    }

    /// One loop has answered; the last one's answer completes the ticket.
    mutating func resolve(_ ticket: Int, with report: LoopReport?) {
        guard var entry = open[ticket] else { return }
        entry.missing -= 1
        if let report { entry.reports.append(report) }
        open[ticket] = entry.missing > 0 ? entry : nil
        if entry.missing == 0 { entry.done(entry.reports) }
    }
}
