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
        let ticket = tickets.open(waitingFor: [0, 1]) { done.append($0.map(\.index)) }
        tickets.resolve(ticket, by: 1, with: report(1))
        #expect(done.isEmpty)
        tickets.resolve(ticket, by: 0, with: report(0))
        #expect(done == [[1, 0]])
    }

    @Test func `an answer too many changes nothing`() {
        var tickets = Tickets()
        var count = 0
        let ticket = tickets.open(waitingFor: [0]) { _ in count += 1 }
        tickets.resolve(ticket, by: 0)
        tickets.resolve(ticket, by: 0)
        tickets.resolve(99, by: 0)
        #expect(count == 1)
    }

    @Test func `tickets do not mix`() {
        var tickets = Tickets()
        var done: [String] = []
        let first = tickets.open(waitingFor: [0]) { _ in done.append("first") }
        let second = tickets.open(waitingFor: [0]) { _ in done.append("second") }
        tickets.resolve(second, by: 0)
        tickets.resolve(first, by: 0)
        #expect(done == ["second", "first"])
    }

    @Test func `a loop that ends is not waited for`() {
        var tickets = Tickets()
        var done: [[Int]] = []
        let ticket = tickets.open(waitingFor: [0, 1]) { done.append($0.map(\.index)) }
        tickets.resolve(ticket, by: 1, with: report(1))
        tickets.forget(0)
        #expect(done == [[1]])
    }

    @Test func `where no loop runs all is done at once`() {
        var tickets = Tickets()
        var count = 0
        _ = tickets.open(waitingFor: []) { _ in count += 1 }
        #expect(count == 1)
    }
}
