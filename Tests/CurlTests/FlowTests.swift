import Curl
import Platform
import Testing

/// Pausing, resuming, cancelling, and doing so from inside the callbacks.
@Suite struct FlowTests {
    /// An upstream that never stops sending; `chunked` or until the end of the connection.
    private func endless(on bench: Bench, isChunked: Bool) throws -> ScriptedUpstream {
        let upstream = try ScriptedUpstream(on: bench.loop)
        upstream.answer = { peer, _ in
            let coding = isChunked ? "Transfer-Encoding: chunked\r\n" : ""
            peer.send("HTTP/1.1 200 OK\r\n\(coding)\r\n")
        }
        return upstream
    }

    /// Sends until the kernel has taken nothing more for a while.
    private func flood(_ peer: Peer, _ piece: [UInt8], on bench: Bench) {
        var quietTurns = 0
        while quietTurns < 10, peer.sentCount < 64 << 20 {
            let before = peer.sentCount
            peer.send(piece)
            bench.loop.turn(waiting: .milliseconds(1))
            quietTurns = peer.sentCount == before ? quietTurns + 1 : 0
        }
    }

    @Test(arguments: [true, false])
    func `a paused transfer leaves the stream in the kernel`(isChunked: Bool) throws {
        let bench = try Bench()
        let upstream = try endless(on: bench, isChunked: isChunked)
        let recorder = Recorder()
        recorder.keepsBody = false
        recorder.onBytes = { $0.pause() }
        bench.start(bench.get(upstream.url()), recorder)
        bench.run { recorder.status != nil }
        let peer = upstream.peers[0]
        peer.limitSendBuffer(to: 16384)
        let line = String(repeating: "x", count: 0x10000)
        let piece = Array((isChunked ? "10000\r\n\(line)\r\n" : line).utf8)
        flood(peer, piece, on: bench)
        #expect(recorder.byteCount <= 8192)
        let waiting = try #require(unreadCount(ofSocketOn: peer.remotePort))
        #expect(waiting > 0)
        #expect(peer.sentCount - waiting < 256 * 1024)
    }

    @Test(arguments: [1, 3, 64])
    func `each byte is delivered once whatever the pauses`(chunkSize: Int) throws {
        let bench = try Bench()
        let upstream = try endless(on: bench, isChunked: true)
        let recorder = Recorder()
        recorder.onBytes = { $0.pause() }
        let transfer = bench.start(bench.get(upstream.url()), recorder)
        bench.run { recorder.status != nil }
        let expected = (0..<3000).map { "\($0)," }.joined()
        var rest = expected[...]
        var wire = ""
        while !rest.isEmpty {
            let piece = rest.prefix(chunkSize)
            rest = rest.dropFirst(chunkSize)
            wire += String(piece.utf8.count, radix: 16) + "\r\n" + piece + "\r\n"
        }
        upstream.peers[0].send(wire + "0\r\n\r\n")
        let isOver = bench.run {
            if transfer.isPaused { transfer.resume() }
            return recorder.outcome != nil
        }
        #expect(isOver)
        #expect(recorder.outcome == .complete)
        #expect(recorder.text == expected)
    }

    @Test func `the end waits for the resume`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop, always: answer("hello"))
        let recorder = Recorder()
        recorder.onHead = { $0.pause() }
        let transfer = bench.start(bench.get(upstream.url()), recorder)
        bench.run { recorder.status != nil }
        bench.run(for: .milliseconds(30))
        #expect(recorder.outcome == nil && recorder.byteCount == 0)
        transfer.resume()
        #expect(recorder.byteCount == 0, "nothing is delivered from inside resume()")
        bench.run { recorder.outcome != nil }
        #expect(recorder.text == "hello")
    }

    @Test func `a transfer that is paused before it connects keeps its body back`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop, always: answer("hello"))
        let recorder = Recorder()
        let transfer = bench.start(bench.get(upstream.url()), recorder)
        transfer.pause()
        bench.run { recorder.status != nil }
        bench.run(for: .milliseconds(30))
        #expect(recorder.byteCount == 0)
        transfer.resume()
        bench.run { recorder.outcome != nil }
        #expect(recorder.text == "hello")
    }

    @Test func `a connection that breaks during a pause is seen after it`() throws {
        let bench = try Bench()
        let upstream = try endless(on: bench, isChunked: true)
        let recorder = Recorder()
        recorder.onBytes = { $0.pause() }
        let transfer = bench.start(bench.get(upstream.url()), recorder)
        bench.run { recorder.status != nil }
        upstream.peers[0].send("5\r\nhello\r\n")
        bench.run { recorder.byteCount > 0 }
        upstream.peers[0].close()
        bench.run(for: .milliseconds(30))
        transfer.resume()
        bench.run { recorder.outcome != nil }
        guard case .failed(.cut) = recorder.outcome else {
            Issue.record("\(String(describing: recorder.outcome))")
            return
        }
    }

    @Test func `a cancelled transfer is silent and its connection closed`() throws {
        let bench = try Bench()
        let upstream = try endless(on: bench, isChunked: false)
        let recorder = Recorder()
        let transfer = bench.start(bench.get(upstream.url()), recorder)
        bench.run { recorder.status != nil }
        transfer.cancel()
        #expect(bench.pool.activeCount == 0)
        #expect(!transfer.isRunning)
        upstream.peers[0].send("more")
        #expect(bench.run { upstream.peers[0].wasClosedByPeer })
        #expect(recorder.byteCount == 0)
        #expect(recorder.endCount == 0)
        transfer.cancel()
        transfer.resume()
    }

    /// When a handler cancels.
    enum Moment: CaseIterable {
        case started, head, bytes, end
    }

    @Test(arguments: Moment.allCases)
    func `a handler may cancel its own transfer`(moment: Moment) throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop, always: answer("hello"))
        let recorder = Recorder()
        if moment == .head { recorder.onHead = { $0.cancel() } }
        if moment == .bytes { recorder.onBytes = { $0.cancel() } }
        if moment == .end { recorder.onEnd = { transfer, _ in transfer.cancel() } }
        let transfer = bench.start(bench.get(upstream.url()), recorder)
        if moment == .started { transfer.cancel() }
        bench.run { bench.pool.activeCount == 0 }
        bench.run(for: .milliseconds(20))
        #expect(recorder.endCount == (moment == .end ? 1 : 0))
        #expect(recorder.byteCount == (moment == .end || moment == .bytes ? 5 : 0))
        let after = bench.perform(bench.get(upstream.url()))
        #expect(after.text == "hello")
    }

    @Test func `a handler may cancel others`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop)
        let recorders = (0..<8).map { _ in Recorder() }
        var transfers: [Transfer] = []
        for recorder in recorders {
            recorder.onBytes = { mine in
                for other in transfers where other !== mine { other.cancel() }
            }
            transfers.append(bench.start(bench.get(upstream.url()), recorder))
        }
        bench.run { upstream.requests.count == 8 }
        for peer in upstream.peers { peer.send(answer("hello")) }
        bench.run { bench.pool.activeCount == 0 }
        bench.run(for: .milliseconds(20))
        #expect(recorders.reduce(0) { $0 + $1.endCount } == 1)
        #expect(recorders.reduce(0) { $0 + $1.byteCount } == 5)
    }

    @Test func `a handler may start the next transfer`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop, always: answer("hello"))
        let last = Recorder()
        let second = Recorder()
        second.onBytes = { _ in bench.start(bench.get(upstream.url("/3")), last) }
        let first = Recorder()
        first.onEnd = { _, _ in bench.start(bench.get(upstream.url("/2")), second) }
        bench.start(bench.get(upstream.url("/1")), first)
        #expect(bench.run { last.outcome == .complete && second.outcome == .complete })
        #expect(upstream.requests.map { $0.prefix(6) } == ["GET /1", "GET /2", "GET /3"])
    }

    @Test func `a transfer started and cancelled in one callback leaves nothing`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop, always: answer("hello"))
        let recorder = Recorder()
        let other = Recorder()
        recorder.onBytes = { _ in bench.start(bench.get(upstream.url()), other).cancel() }
        bench.start(bench.get(upstream.url()), recorder)
        bench.run { bench.pool.activeCount == 0 }
        #expect(recorder.endCount == 1)
        #expect(other.endCount == 0)
        #expect(upstream.requests.count == 1)
    }

    @Test(arguments: [true, false])
    func `a pool may be closed at any time`(isInsideCallback: Bool) throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop)
        let recorders = (0..<4).map { _ in Recorder() }
        for recorder in recorders {
            if isInsideCallback { recorder.onBytes = { _ in bench.pool.close() } }
            bench.start(bench.get(upstream.url()), recorder)
        }
        bench.run { upstream.requests.count == 4 }
        for peer in upstream.peers { peer.send(answer("hello")) }
        if !isInsideCallback { bench.pool.close() }
        #expect(bench.run { upstream.peers.allSatisfy(\.wasClosedByPeer) })
        #expect(recorders.allSatisfy { $0.endCount == 0 })
        #expect(bench.pool.activeCount == 0)
    }

    @Test func `an idle connection that the upstream closes is dropped from the loop`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop, always: answer("hello"))
        _ = bench.perform(bench.get(upstream.url()))
        upstream.peers[0].close()
        bench.loop.turn(waiting: .milliseconds(20))
        // A socket that stayed watched would end each of these waits at once.
        let start = ContinuousClock.now
        bench.loop.turn(waiting: .milliseconds(30))
        #expect(ContinuousClock.now - start > .milliseconds(20))
    }
}
