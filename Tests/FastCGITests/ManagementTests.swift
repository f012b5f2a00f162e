import Testing

@testable import FastCGI

@Suite struct `Management records` {
    private func question(_ names: [String]) -> [UInt8] {
        Wire.record(9, id: 0, Wire.pairs(names.map { ($0, "") }), padding: 2)
    }

    private func answer(_ values: [(String, String)]) -> [UInt8] {
        Wire.record(10, id: 0, Wire.pairs(values))
    }

    @Test func `GET_VALUES tells what the listener can do`() throws {
        var limits = FastCGILimits()
        limits.connections = 77
        let bench = try Bench(limits: limits)
        let peer = try bench.connect()
        peer.send(question(["FCGI_MPXS_CONNS", "OTHER", "FCGI_MAX_REQS", "FCGI_MAX_CONNS"]))
        peer.expect(
            answer([("FCGI_MAX_CONNS", "77"), ("FCGI_MAX_REQS", "77"), ("FCGI_MPXS_CONNS", "0")])
        )
        peer.send(question(["FCGI_MPXS_CONNS", "FCGI_MPXS_CONNS"]))
        peer.expect(answer([("FCGI_MPXS_CONNS", "0")]))
        peer.send(question(["OTHER"]) + question([]))
        peer.expect(answer([]) + answer([]))
    }

    @Test func `GET_VALUES may be split anywhere, within a request too`() throws {
        let bench = try Bench()
        let peer = try bench.connect()
        let asked = question(["FCGI_MPXS_CONNS"])
        peer.send(Wire.begin())
        for split in 0...asked.count {
            peer.send(Array(asked[..<split]))
            bench.settle()
            peer.send(Array(asked[split...]))
            peer.expect(answer([("FCGI_MPXS_CONNS", "0")]))
        }
        peer.send(Wire.stream(4, []) + Wire.stream(5, [1]))
        peer.expect(Wire.answer([1]))
    }

    @Test func `a question that is too long closes the connection`() throws {
        let bench = try Bench()
        let peer = try bench.connect()
        peer.send(question([String(repeating: "N", count: 5000)]))
        peer.expectClosed()
    }

    @Test(arguments: [1, 2, 4, 5, 12, 200, 255] as [UInt8])
    func `a type that is not known is answered with UNKNOWN_TYPE`(type: UInt8) throws {
        let bench = try Bench()
        let peer = try bench.connect()
        let unknown = Wire.record(11, id: 0, [type, 0, 0, 0, 0, 0, 0, 0])
        peer.send(Wire.record(type, id: 0))
        peer.expect(unknown)
        peer.send(Wire.begin() + Wire.record(type, id: 0, Array(0..<100), padding: 7))
        peer.expect(unknown)
        peer.send(Wire.stream(4, []) + Wire.stream(5, [1]))
        peer.expect(Wire.answer([1]))
    }

    @Test func `a flood of them is not read faster than it is answered`() throws {
        let bench = try Bench()
        let peer = try bench.connect()
        let question = Wire.record(99, id: 0)
        let flood = [UInt8]((0..<16_384).map { _ in question }.joined())
        // Nobody reads: the sockets fill, then the listener stops reading, and the peer is stuck.
        var sent = 0
        while peer.trySend(flood) > 0 {
            sent += 1
            bench.settle()
            try #require(sent < 1000)
        }
        let pending = try #require(bench.listener.longestQueue)
        let mark = bench.listener.limits.highWaterBytes
        // An answer is twice as long as its question.
        #expect(pending <= mark + 2 * bench.listener.limits.readBytes)
    }
}
