import Testing

@testable import FastCGI

@Suite struct `The flow of bytes` {
    private let megabyte = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 9) }

    @Test func `carries a body of a megabyte both ways`() throws {
        let bench = try Bench()
        let peer = try bench.connect()
        for recordLength in [65_535, 8192, 1000] {
            let body = Wire.stream(5, megabyte, recordLength: recordLength, padding: 5)
            peer.send(Wire.begin() + Wire.stream(4, []) + body, reading: true)
            #expect(
                bench.turn {
                    peer.read()
                    return peer.received.suffix(16) == Wire.end()[...]
                }
            )
            let records = WireRecord.all(of: peer.receive(peer.received.count))
            let isEcho = records.filter { $0.type == 6 }.flatMap(\.content) == megabyte
            #expect(isEcho)
        }
    }

    @Test func `tells the responder when waiting output has drained`() throws {
        let bench = try Bench()
        bench.responder.ended = { _, _ in }
        let peer = try bench.connect()
        peer.send(Wire.request())
        #expect(bench.turn { bench.responder.calls.last == "ended" })

        bench.responder.writer?.write([UInt8](repeating: 1, count: 1000).span)
        bench.settle()
        #expect(bench.responder.writer?.isAboveHighWater == false)
        bench.responder.writer?.write([UInt8](repeating: 2, count: 2_000_000).span)
        #expect(bench.responder.writer?.isAboveHighWater == true)
        #expect((bench.responder.writer?.pendingByteCount ?? 0) > 2_000_000)
        bench.settle()
        #expect(bench.responder.calls.last == "ended")
        #expect(
            bench.turn {
                peer.read()
                return bench.responder.calls.last == "drained"
            }
        )
        let pending = bench.responder.writer?.pendingByteCount ?? .max
        #expect(pending < bench.listener.limits.lowWaterBytes)
        #expect(bench.responder.writer?.isAboveHighWater == false)

        bench.responder.writer.take()?.finish()
        let all = 8 + 1000 + 31 * 8 + 2_000_000 + 8 + 16
        bench.turn {
            peer.read()
            return peer.received.count >= all
        }
        #expect(peer.received.count == all)
        #expect(bench.responder.calls == ["began", "ended", "drained"])
    }

    @Test func `gives up a responder that never pauses`() throws {
        var limits = FastCGILimits()
        limits.pendingBytes = 1_000_000
        let bench = try Bench(limits: limits)
        bench.responder.ended = { _, _ in }
        let peer = try bench.connect()
        peer.send(Wire.request())
        #expect(bench.turn { bench.responder.calls.last == "ended" })
        for _ in 0..<30 { bench.responder.writer?.write(megabyte.span) }
        bench.settle()
        #expect(bench.responder.calls == ["began", "ended", "aborted"])
        #expect(bench.listener.openConnectionCount == 0)
    }

    @Test func `stops reading a body while the responder pauses`() throws {
        var limits = FastCGILimits()
        limits.readBytes = 1000
        let bench = try Bench(limits: limits)
        bench.responder.began = { request, writer, responder in
            responder.writer = consume writer
            request.pauseReading()
        }
        bench.responder.received = { _, _, _ in }
        let peer = try bench.connect()
        peer.send(Wire.begin() + Wire.stream(4, []) + Wire.stream(5, Array(megabyte.prefix(5000))))
        bench.settle()
        // What came in the same read as the parameters is delivered all the same.
        let early = bench.responder.body.count
        #expect(early < 1000)
        bench.settle()
        #expect(bench.responder.body.count == early)
        bench.responder.request?.resumeReading()
        #expect(bench.turn { bench.responder.calls.last == "ended" })
        #expect(bench.responder.body == Array(megabyte.prefix(5000)))
        peer.expect(Wire.answer([]))
    }

    @Test func `notices that the peer leaves while the responder pauses`() throws {
        let bench = try Bench()
        bench.responder.began = { request, writer, responder in
            responder.writer = consume writer
            request.pauseReading()
        }
        let peer = try bench.connect()
        peer.send(Wire.begin() + Wire.stream(4, []))
        bench.settle()
        peer.send(Wire.record(5, [1]))
        bench.settle()
        #expect(bench.responder.calls == ["began"])
        peer.close()
        bench.settle()
        #expect(bench.responder.calls == ["began", "aborted"])
    }

    @Test func `reads on after a paused request was finished`() throws {
        let bench = try Bench()
        bench.responder.began = { request, writer, _ in
            request.pauseReading()
            writer.finish()
        }
        let peer = try bench.connect()
        peer.send(Wire.begin() + Wire.stream(4, []))
        bench.settle()
        peer.send(Wire.stream(5, megabyte))
        peer.expect(Wire.answer([]))
    }
}
