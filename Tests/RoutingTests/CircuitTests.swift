import Testing

@testable import Routing

@Suite struct `A circuit` {
    private let start = ContinuousClock.now

    /// A circuit after attempts at one moment: `f` failed, `s` served.
    private func circuit(_ ends: String, at now: ContinuousClock.Instant? = nil) -> Circuit {
        var circuit = Circuit()
        for end in ends { circuit.note(end == "f", at: now ?? start) }
        return circuit
    }

    private func times(_ text: String, _ count: Int) -> String {
        String(repeating: text, count: count)
    }

    @Test func `opens at the tenth failure in a row`() {
        #expect(!circuit(times("f", 9)).isOpen)
        #expect(circuit(times("f", 10)).isOpen)
        #expect(!circuit(times("f", 9) + "s" + times("f", 9)).isOpen)
    }

    @Test func `opens when half of at least twenty attempts failed`() {
        #expect(!circuit(times("fs", 9) + "s").isOpen)
        #expect(circuit(times("sf", 10)).isOpen)
        #expect(!circuit(times("ssf", 30)).isOpen)
        #expect(circuit(times("s", 12) + times("ssffff", 6)).isOpen)
    }

    @Test func `forgets what is older than two seconds`() {
        var circuit = circuit(times("ffs", 6) + "s")
        #expect(!circuit.isOpen)
        circuit.note(true, at: start + .milliseconds(2100))
        #expect(!circuit.isOpen)
        #expect(!circuit.isForgotten(at: start + .milliseconds(2200)))
        circuit.note(false, at: start + .milliseconds(2200))
        #expect(circuit.isForgotten(at: start + .milliseconds(4500)))
    }

    /// Whether each of requests that come at these milliseconds tries it in its turn.
    private func admitted(_ circuit: inout Circuit, _ moments: [Int]) -> [Bool] {
        moments.map { circuit.admits(at: start + .milliseconds($0)) }
    }

    @Test func `admits one probe a second while it is open`() {
        var circuit = circuit(times("f", 10))
        let admitted = admitted(&circuit, [0, 999, 1000, 1000, 1999, 2000, 2500, 9000, 9001])
        #expect(admitted == [false, false, true, false, false, true, false, true, false])
        #expect(!circuit.isForgotten(at: start + .seconds(60)))
    }

    @Test func `stays open when a probe fails and closes when one succeeds`() {
        var circuit = circuit(times("f", 10))
        #expect(admitted(&circuit, [1000]) == [true])
        circuit.note(true, at: start + .seconds(1))
        #expect(circuit.isOpen)
        #expect(admitted(&circuit, [1500, 2000]) == [false, true])
        circuit.note(false, at: start + .seconds(2))
        #expect(!circuit.isOpen)
        #expect(admitted(&circuit, [2000, 2001]) == [true, true])
        for _ in 1...9 { circuit.note(true, at: start + .seconds(2)) }
        #expect(!circuit.isOpen)
    }
}

@Suite struct `A bounded table` {
    private let start = ContinuousClock.now

    @Test func `makes room by forgetting, and looks for it once a second`() {
        var table = BoundedTable<Bool>(limit: 2)
        var searches = 0
        func hasRoom(after milliseconds: Int) -> Bool {
            table.hasRoom(at: start + .milliseconds(milliseconds)) { isForgotten in
                searches += 1
                return isForgotten
            }
        }
        let empty = hasRoom(after: 0)
        table[1] = false
        table[2] = false
        let (full, atOnce) = (hasRoom(after: 0), hasRoom(after: 999))
        #expect(searches == 2)
        table[2] = true
        let later = hasRoom(after: 1000)
        #expect([empty, full, atOnce, later] == [true, false, false, true])
        #expect(table.entries == [1: false])
    }
}

@Suite struct `A cool-down` {
    private let start = ContinuousClock.now

    @Test func `doubles from a second to a minute`() {
        var now = start
        var coolDown = CoolDown(retryAfter: nil, at: now)
        var lengths: [Duration] = []
        for _ in 1...9 {
            lengths.append(coolDown.end - now)
            now = coolDown.end
            coolDown.refuse(retryAfter: nil, at: now)
        }
        #expect(lengths == [1, 2, 4, 8, 16, 32, 60, 60, 60].map { .seconds($0) })
    }

    @Test func `is as long as the provider says`() {
        var coolDown = CoolDown(retryAfter: .seconds(17), at: start)
        #expect(coolDown.isCooling(at: start + .milliseconds(16_999)))
        #expect(!coolDown.isCooling(at: start + .seconds(17)))
        coolDown.refuse(retryAfter: .seconds(3), at: start)
        #expect(coolDown.end == start + .seconds(17))
        #expect(!CoolDown(retryAfter: .zero, at: start).isCooling(at: start))
    }

    @Test func `counts refusals of one moment once`() {
        var coolDown = CoolDown(retryAfter: nil, at: start)
        for _ in 1...20 { coolDown.refuse(retryAfter: nil, at: start + .milliseconds(500)) }
        #expect(coolDown.end == start + .seconds(1))
        coolDown.refuse(retryAfter: nil, at: start + .seconds(1))
        #expect(coolDown.end == start + .seconds(3))
    }
}
