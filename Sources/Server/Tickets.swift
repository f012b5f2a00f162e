/// What waits until every loop has answered.
struct Tickets {
    private struct Open {
        var missing: Set<Int>
        var reports: [LoopReport] = []
        let done: ([LoopReport]) -> Void
    }

    private var open: [Int: Open] = [:]
    private var next = 0

    /// A number under which these loops will answer; done at once where there are none.
    mutating func open(
        waitingFor loops: [Int],
        then done: @escaping ([LoopReport]) -> Void
    ) -> Int {
        next += 1
        if loops.isEmpty {
            done([])
        } else {
            open[next] = Open(missing: Set(loops), done: done)
        }
        return next
    }

    /// One loop has answered; the last one's answer completes the ticket.
    mutating func resolve(_ ticket: Int, by loop: Int, with report: LoopReport? = nil) {
        guard open[ticket]?.missing.remove(loop) != nil, var entry = open[ticket] else { return }
        if let report { entry.reports.append(report) }
        open[ticket] = entry.missing.isEmpty ? nil : entry
        if entry.missing.isEmpty { entry.done(entry.reports) }
    }

    /// A loop has ended and answers no more.
    mutating func forget(_ loop: Int) {
        for ticket in open.keys.sorted() { resolve(ticket, by: loop) }
    }
}
