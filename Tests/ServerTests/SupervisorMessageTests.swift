import Testing

@testable import Server

@Suite struct SupervisorMessageTests {
    @Test(arguments: [
        WorkerReport.prepared(problem: nil), .prepared(problem: "store.jsonl:1: not JSON"),
        .released, .opened, .failed("gateway.yaml:3:1: unknown key"),
        .draining(milliseconds: 600_000), .ask(ticket: 7, #"{"command":"status"}"#),
        .askOwner(ticket: 8, #"{"command":"settle"}"#), .answer(ticket: 7, ""),
        .answer(ticket: 7, "{}"), .uses(#"{"ak_1":5}"#),
        .health("{}"),
    ])
    func `a report is read as it was written`(report: WorkerReport) {
        #expect(WorkerReport(line: Array(report.line.utf8)) == report)
    }

    @Test(arguments: [
        WorkerOrder.own(isShared: false), .own(isShared: true), .release, .yieldControl, .drain,
        .ask(ticket: 1, "{}"), .answer(ticket: 2, "{}"), .complete(ticket: 3, missing: 1),
        .uses("{}"), .health("{}"),
        .handover(HandoverResult(reason: nil, unixSecond: 1_800_000_000)),
        .handover(HandoverResult(reason: "exit code 1", unixSecond: 0)),
    ])
    func `an order is read as it was written`(order: WorkerOrder) {
        #expect(WorkerOrder(line: Array(order.line.utf8)) == order)
    }

    @Test(arguments: [
        "", "later words", "ask", "ask x y", "ask-owner", "draining soon", "draining -1", "\u{0}",
    ])
    func `what another version may say is passed over`(line: String) {
        #expect(WorkerReport(line: Array(line.utf8)) == nil)
    }

    @Test func `a text of several lines stays one message`() {
        let line = WorkerReport.failed("gateway.yaml:1: one\ngateway.yaml:2: two\r\n").line
        #expect(!line.utf8.contains(UInt8(ascii: "\n")))
        #expect(line == "failed gateway.yaml:1: one gateway.yaml:2: two ")
    }

    @Test func `uses come through in parts`() {
        let uses = (0..<2500).map { (id: "ak_\($0)", unixSecond: Int64($0)) }
        let texts = Uses.encode(uses)
        #expect(texts.count == 3)
        let read = texts.flatMap(Uses.decode)
        #expect(read.map(\.id) == uses.map(\.id))
        #expect(read.map(\.unixSecond) == uses.map(\.unixSecond))
        #expect(Uses.encode([]).isEmpty)
        #expect(Uses.decode("no object").isEmpty)
    }
}
