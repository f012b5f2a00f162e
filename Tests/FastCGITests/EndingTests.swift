import Testing

@testable import FastCGI

/// How far a request has come when something happens to it.
enum Stage: CaseIterable {
    case begun
    case someParameters
    case inHeader
    case parameters
    case someBody
    case body
    case answering

    var bytes: [UInt8] {
        let begin = Wire.begin()
        let parameters = begin + Wire.stream(4, Wire.pairs([("A", "b")]))
        switch self {
        case .begun: return begin
        case .someParameters: return begin + Wire.record(4, [1, 1, 65])
        case .inHeader: return begin + [1, 4, 0, 1]
        case .parameters: return parameters
        case .someBody: return parameters + Wire.record(5, [1, 2])
        case .body, .answering: return parameters + Wire.stream(5, [1, 2])
        }
    }

    var calls: [String] {
        switch self {
        case .begun, .someParameters, .inHeader: []
        case .parameters: ["began", "aborted"]
        case .someBody: ["began", "body", "aborted"]
        case .body, .answering: ["began", "body", "ended", "aborted"]
        }
    }
}

@Suite struct `A request` {
    private func makeBench(limits: FastCGILimits = FastCGILimits()) throws -> Bench {
        let bench = try Bench(limits: limits)
        bench.responder.received = { _, _, _ in }
        bench.responder.ended = { _, _ in }
        return bench
    }

    private func reach(_ stage: Stage, _ bench: Bench, _ peer: Peer) {
        peer.send(stage.bytes)
        bench.settle()
        if stage == .answering {
            bench.responder.writer?.write([42].span)
            peer.expect(Wire.record(6, [42]))
        }
    }

    @Test(arguments: Stage.allCases.filter { $0 != .inHeader })
    func `can be aborted at every stage, and the connection serves the next`(stage: Stage) throws {
        let bench = try makeBench()
        let peer = try bench.connect()
        reach(stage, bench, peer)
        let old = bench.responder.writer.take()
        peer.send(Wire.abort())
        peer.expect(Wire.answer([]))
        #expect(bench.responder.calls == stage.calls)
        #expect(bench.listener.activeRequestCount == 0)
        #expect(bench.responder.request?.context == nil)

        // What the old writer still does concerns nobody.
        if var writer = old {
            let isOpen = writer.isOpen
            #expect(!isOpen)
            writer.write([13].span)
            writer.finish()
        }
        bench.responder.ended = { _, responder in
            responder.writer?.write([1].span)
            responder.writer.take()?.finish()
        }
        peer.send(Wire.stream(5, [9]) + Wire.request(body: [2]))
        peer.expect(Wire.answer([1]))
    }

    @Test func `that is aborted ends the connection when it is not to be kept`() throws {
        let bench = try makeBench()
        let peer = try bench.connect()
        peer.send(Wire.begin(flags: 0) + Wire.stream(4, []) + Wire.abort())
        peer.expect(Wire.answer([]))
        peer.expectClosed()
    }

    @Test(arguments: Stage.allCases)
    func `is aborted at once when its peer leaves`(stage: Stage) throws {
        let bench = try makeBench()
        let peer = try bench.connect()
        reach(stage, bench, peer)
        peer.close()
        bench.settle()
        #expect(bench.responder.calls == stage.calls)
        #expect(bench.listener.openConnectionCount == 0)
        #expect(bench.listener.activeRequestCount == 0)
        bench.responder.writer?.write([13].span)
        bench.responder.writer.take()?.finish()
        bench.settle()
        #expect(bench.responder.calls == stage.calls)
    }

    @Test(arguments: Stage.allCases)
    func `is aborted at once when its peer shuts the writing side`(stage: Stage) throws {
        let bench = try makeBench()
        let peer = try bench.connect()
        reach(stage, bench, peer)
        peer.shutWriting()
        peer.expectClosed()
        #expect(bench.responder.calls == stage.calls)
    }

    @Test func `is not begun for a peer that sends it and leaves`() throws {
        let bench = try makeBench()
        for bytes in [[], Wire.begin(), Wire.request(body: [1])] {
            let peer = try bench.connect()
            peer.send(bytes)
            peer.close()
        }
        bench.settle()
        #expect(bench.listener.openConnectionCount == 0)
        #expect(!bench.responder.calls.contains("ended"))
    }

    @Test func `may follow a peer that left between requests`() throws {
        let bench = try Bench()
        for _ in 0..<3 {
            let peer = try bench.connect()
            peer.send(Wire.request(body: [1]))
            peer.expect(Wire.answer([1]))
            peer.close()
        }
        #expect(bench.turn { bench.listener.openConnectionCount == 0 })
        #expect(!bench.responder.calls.contains("aborted"))
    }

    // MARK: The writer

    @Test func `answered before its body ended is ended when the body has been read`() throws {
        let bench = try makeBench()
        bench.responder.began = { _, writer, _ in
            var writer = writer
            writer.write("refused")
            writer.finish()
        }
        let peer = try bench.connect()
        for _ in 0..<2 {
            peer.send(Stage.someBody.bytes)
            peer.expect(Wire.record(6, Array("refused".utf8)))
            peer.expectSilence()
            #expect(bench.listener.activeRequestCount == 1)
            peer.send(Wire.record(5, [UInt8](repeating: 7, count: 60_000)))
            peer.expectSilence()
            peer.send(Wire.record(5))
            peer.expect(Wire.record(6) + Wire.end())
            #expect(bench.listener.activeRequestCount == 0)
        }
        #expect(bench.responder.calls == ["began", "began"])
    }

    @Test func `answered before its body ended may be aborted, and its peer may leave`() throws {
        let bench = try makeBench()
        bench.responder.began = { _, writer, _ in writer.finish() }
        let peer = try bench.connect()
        peer.send(Stage.someBody.bytes + Wire.abort())
        peer.expect(Wire.answer([]))
        peer.send(Stage.someBody.bytes)
        peer.expectSilence()
        peer.close()
        bench.settle()
        #expect(bench.responder.calls == ["began", "began"])
        #expect(bench.listener.activeRequestCount == 0)
    }

    @Test func `abandoned ends the connection after what was written`() throws {
        let bench = try makeBench()
        let peer = try bench.connect()
        reach(.body, bench, peer)
        bench.responder.writer?.write([4, 2].span)
        bench.responder.writer.take()?.abandon()
        peer.expect(Wire.record(6, [4, 2]) + Wire.nothing)
        peer.expectClosed()
        #expect(bench.responder.calls == ["began", "body", "ended"])
        #expect(bench.listener.activeRequestCount == 0)
    }

    @Test func `abandoned before a byte of its answer is just closed`() throws {
        let bench = try makeBench()
        let peer = try bench.connect()
        reach(.body, bench, peer)
        bench.responder.writer.take()?.abandon()
        peer.expectClosed()
    }

    @Test func `abandoned is broken off for a peer that reads slowly too`() throws {
        let bench = try makeBench()
        let peer = try bench.connect()
        reach(.body, bench, peer)
        let size = 1 << 20
        bench.responder.writer?.write([UInt8](repeating: 7, count: size).span)
        bench.responder.writer.take()?.abandon()
        bench.settle()
        let received = peer.readToEnd()
        #expect(received.count > size)
        #expect(Array(received.suffix(9)) == [7] + Wire.nothing)
    }

    @Test(arguments: [Stage.body, .answering])
    func `whose answer has begun is broken off when everything is closed`(stage: Stage) throws {
        let bench = try makeBench()
        let peer = try bench.connect()
        reach(stage, bench, peer)
        bench.listener.closeAll()
        peer.expect(stage == .answering ? Wire.nothing : [])
        peer.expectClosed()
        #expect(bench.responder.calls == stage.calls)
    }

    @Test func `whose writer is dropped is abandoned`() throws {
        let bench = try makeBench()
        bench.responder.began = { _, writer, _ in
            var writer = writer
            writer.write([4].span)
        }
        let peer = try bench.connect()
        peer.send(Stage.parameters.bytes)
        peer.expect(Wire.record(6, [4]) + Wire.nothing)
        peer.expectClosed()
        #expect(bench.responder.calls == ["began"])
    }

    @Test func `lets go of its context when it ends`() throws {
        final class Context {}
        let bench = try makeBench()
        let peer = try bench.connect()
        weak var context: Context?
        bench.responder.began = { request, writer, responder in
            let made = Context()
            context = made
            request.context = made
            responder.writer = consume writer
        }
        peer.send(Stage.body.bytes)
        #expect(bench.turn { bench.responder.calls.last == "ended" })
        #expect(context != nil)
        bench.responder.writer.take()?.finish()
        #expect(context == nil)
    }

    @Test func `finds its parameters by name until they are discarded`() throws {
        let bench = try makeBench()
        let peer = try bench.connect()
        peer.send(Wire.begin() + Wire.stream(4, Wire.pairs([("A", "1"), ("AB", "2"), ("A", "3")])))
        #expect(bench.turn { bench.responder.request != nil })
        let request = try #require(bench.responder.request)
        #expect(request.parameter("A") == "1")
        #expect(request.parameter("AB") == "2")
        #expect(request.parameter("B") == nil)
        request.discardParameters()
        #expect(request.parameter("A") == nil)
    }

    // MARK: Peers that do nothing

    @Test(arguments: [.inHeader, .begun, .someParameters, .parameters, .someBody] as [Stage])
    func `that stops arriving is given up after a while`(stage: Stage) throws {
        var limits = FastCGILimits()
        limits.requestReadTimeout = .milliseconds(20)
        let bench = try makeBench(limits: limits)
        let peer = try bench.connect()
        reach(stage, bench, peer)
        peer.expectClosed()
        #expect(bench.responder.calls == stage.calls)
        #expect(bench.listener.openConnectionCount == 0)
    }

    @Test func `in progress, paused or to come has no read timeout`() throws {
        var limits = FastCGILimits()
        limits.requestReadTimeout = .milliseconds(4)
        let bench = try makeBench(limits: limits)
        let silent = try bench.connect()
        let answering = try bench.connect()
        reach(.answering, bench, answering)
        let paused = try bench.connect()
        bench.responder.began = { request, writer, responder in
            responder.otherWriter = consume writer
            request.pauseReading()
        }
        paused.send(Stage.parameters.bytes)
        bench.settle()
        bench.responder.began = { _, _, _ in }
        let stalled = try bench.connect()
        stalled.send(Stage.begun.bytes)
        stalled.expectClosed()
        bench.turn(within: .milliseconds(30)) { false }
        for peer in [silent, answering, paused] { peer.expectSilence() }
        #expect(bench.listener.openConnectionCount == 3)
    }

    @Test func `whose answer is not taken is given up after a while`() throws {
        var limits = FastCGILimits()
        limits.answerSendTimeout = .milliseconds(20)
        let bench = try makeBench(limits: limits)
        let peer = try bench.connect()
        reach(.body, bench, peer)
        bench.responder.writer?.write([UInt8](repeating: 1, count: 8_000_000).span)
        bench.responder.writer.take()?.finish()
        #expect(bench.turn { bench.listener.openConnectionCount == 0 })
    }
}
