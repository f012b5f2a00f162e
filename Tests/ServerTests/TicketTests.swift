import Platform
import Testing

@testable import Server

@Suite struct TicketTests {
    private func report(_ index: Int) -> LoopReport {
        LoopReport(
            index: index,
            activeRequests: 0,
            connections: 0,
            transfers: 0,
            bodyMemory: 0,
            turns: TurnTimes()
        )
    }

    @Test func `a ticket is done when the last loop has answered`() {
        var tickets = Tickets()
        var done: [[Int]] = []
        let ticket = tickets.open(waitingFor: 2) { done.append($0.map(\.index)) }
        tickets.resolve(ticket, with: report(1))
        #expect(done.isEmpty)
        tickets.resolve(ticket, with: report(0))
        #expect(done == [[1, 0]])
    }

    @Test func `an answer too many changes nothing`() {
        var tickets = Tickets()
        var count = 0
        let ticket = tickets.open(waitingFor: 1) { _ in count += 1 }
        tickets.resolve(ticket, with: nil)
        tickets.resolve(ticket, with: nil)
        tickets.resolve(99, with: nil)
        #expect(count == 1)
    }

    @Test func `tickets do not mix`() {
        var tickets = Tickets()
        var done: [String] = []
        let first = tickets.open(waitingFor: 1) { _ in done.append("first") }
        let second = tickets.open(waitingFor: 1) { _ in done.append("second") }
        tickets.resolve(second, with: nil)
        tickets.resolve(first, with: nil)
        #expect(done == ["second", "first"])
    }
}
