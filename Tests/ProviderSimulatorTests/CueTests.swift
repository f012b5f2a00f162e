import Testing

@testable import provider_simulator

@Suite struct CueTests {
    @Test func `a name without cues asks for nothing`() throws {
        #expect(try Cue.parse("sim") == Cue())
        #expect(try Cue.parse("gpt-4o") == Cue())
    }

    @Test func `cues are read after the model`() throws {
        let cue = try Cue.parse("sim+events=5+interval=20ms+delay=2s+first-delay=1m+size=64KB")
        #expect(cue.events == 5)
        #expect(cue.interval == .milliseconds(20))
        #expect(cue.delay == .seconds(2))
        #expect(cue.firstDelay == .seconds(60))
        #expect(cue.size == 64_000)
        #expect(!cue.isFast)
    }

    @Test(arguments: ["openai/sim-fast+events=2", "openai:sim-fast+events=2", "sim-fast+events=2"])
    func `an author or a provider may stand before the model`(name: String) throws {
        let cue = try Cue.parse(name)
        #expect(cue.isFast)
        #expect(cue.events == 2)
    }

    @Test func `faults are read`() throws {
        let cue = try Cue.parse(
            "sim+stall=3+cut=4+status=429+retry-after=2+garbage=1+empty=1+hugeline=1MB"
                + "+error-event=0+bytes=500MB+hostile=1+stamp=1+fail-keys=sk-a,sk-b"
        )
        #expect(cue.stall == 3)
        #expect(cue.cut == .afterEvents(4))
        #expect(cue.status == 429)
        #expect(cue.retryAfter == "2")
        #expect(cue.isGarbage && cue.isEmpty && cue.isHostile && cue.isStamped)
        #expect(cue.hugeLine == 1_000_000)
        #expect(cue.errorEvent == 0)
        #expect(cue.bytes == 500_000_000)
        #expect(cue.failKeys == ["sk-a", "sk-b"])
        #expect(try Cue.parse("sim+cut=head").cut == .beforeHead)
    }

    @Test(
        arguments: [
            "sim+evnts=5", "sim+events", "sim+events=", "sim+events=-1", "sim+events=x",
            "sim+interval=5", "sim+interval=5h", "sim+delay=99999999999999999999s",
            "sim+size=5TB", "sim+status=99", "sim+garbage=yes", "sim+", "sim+retry-after=a\r\nb",
        ]
    )
    func `a slip is told, not ignored`(name: String) {
        #expect(throws: CueError.self) { try Cue.parse(name) }
    }
}
