import Platform
import Testing

@testable import Server

@Suite struct `Questions to the owner` {
    @Test func `what is asked of the owner goes to it, or waits for the next`() {
        var bench = Bench()
        bench.serves(1)
        bench.says(1, .askOwner(ticket: 5, "mine"))
        #expect(bench.taken() == [.say(.ask(ticket: 1, "mine"), to: 1)])
        bench.says(1, .answer(ticket: 1, "yes"))
        #expect(
            bench.taken() == [
                .say(.answer(ticket: 5, "yes"), to: 1),
                .say(.complete(ticket: 5, missing: 0), to: 1),
            ]
        )
        bench.gets(.usr2)
        bench.started(2)
        bench.says(2, .prepared(problem: nil))
        bench.taken()
        bench.says(1, .askOwner(ticket: 6, "first"))
        bench.says(1, .released)
        bench.says(1, .askOwner(ticket: 7, "second"))
        #expect(bench.taken() == [.say(.own(isShared: true), to: 2)])
        bench.says(2, .opened)
        #expect(
            bench.taken() == [
                .say(.yieldControl, to: 1), .say(.ask(ticket: 2, "first"), to: 2),
                .say(.ask(ticket: 3, "second"), to: 2),
            ]
        )
        bench.ends(2)
        let told = bench.taken()
        #expect(told.contains(.say(.complete(ticket: 6, missing: 0), to: 1)))
        #expect(told.contains(.say(.complete(ticket: 7, missing: 0), to: 1)))
    }

    @Test func `what a worker told the owner outlives it`() {
        var bench = Bench()
        bench.serves(1)
        bench.gets(.usr2)
        bench.started(2)
        bench.says(2, .prepared(problem: nil))
        bench.says(1, .askOwner(ticket: 6, "settle"))
        bench.ends(1)
        bench.taken()
        bench.says(2, .opened)
        #expect(bench.taken().contains(.say(.ask(ticket: 1, "settle"), to: 2)))
    }
}
