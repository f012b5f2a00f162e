import Glibc
import Platform
import Testing

@testable import FastCGI

@Suite struct `A listener` {
    @Test func `serves many connections at once`() throws {
        let bench = try Bench()
        let peers = try (0..<50).map { _ in try bench.connect() }
        for (index, peer) in peers.enumerated() { peer.send(Wire.request(body: [UInt8(index)])) }
        for (index, peer) in peers.enumerated() { peer.expect(Wire.answer([UInt8(index)])) }
        #expect(bench.listener.openConnectionCount == 50)
    }

    @Test func `lets further connections wait when it is full`() throws {
        var limits = FastCGILimits()
        limits.connections = 2
        let bench = try Bench(limits: limits)
        let peers = try (0..<4).map { _ in try bench.connect() }
        for peer in peers { peer.send(Wire.request(body: [1])) }
        peers[0].expect(Wire.answer([1]))
        peers[1].expect(Wire.answer([1]))
        peers[2].expectSilence()
        #expect(bench.listener.openConnectionCount == 2)
        peers[1].close()
        peers[2].expect(Wire.answer([1]))
        peers[0].close()
        peers[3].expect(Wire.answer([1]))
        #expect(bench.listener.openConnectionCount == 2)
    }

    @Test func `shares a socket with the listeners of other loops`() throws {
        let bench = try Bench()
        let socket = try ListeningSocket.unix(path: bench.path + "-shared")
        defer { unsafe unlink(bench.path + "-shared") }
        var listeners: [Listener] = []
        for _ in 0..<3 {
            let copy = try ListeningSocket.duplicate(socket)
            listeners.append(
                try Listener(loop: bench.loop, descriptor: copy, responder: bench.responder)
            )
        }
        let address = try #require(SocketAddress.unix(bench.path + "-shared"))
        for _ in 0..<30 {
            let peer = Peer(try address.connect(), bench)
            peer.send(Wire.request(flags: 0, body: [1]))
            peer.expect(Wire.answer([1]))
        }
        listeners[0].stopAccepting()
        listeners[1].stopAccepting()
        let peer = Peer(try address.connect(), bench)
        peer.send(Wire.request(body: [2]))
        peer.expect(Wire.answer([2]))
        #expect(listeners[2].openConnectionCount == 1)
        listeners[2].closeAll()
    }

    @Test func `drains: each connection ends after its next answer, none before`() throws {
        let bench = try Bench(limits: impatient)
        bench.responder.ended = { _, _ in }
        let idle = try bench.connect()
        let fresh = try bench.connect()
        let busy = try bench.connect()
        idle.send(Wire.request(body: [1]))
        bench.turn { bench.responder.calls.last == "ended" }
        bench.responder.writer.take()?.finish()
        idle.expect(Wire.answer([1]))
        busy.send(Wire.request(body: [2]))
        bench.settle()

        var idleCalls = 0
        bench.listener.onIdle = { idleCalls += 1 }
        bench.listener.drain()
        #expect(throws: SystemError.self) { try bench.connect() }
        bench.responder.writer.take()?.finish()
        // nginx does not keep a connection on which something follows END_REQUEST.
        busy.expect(Wire.answer([2]) + Wire.farewell)
        busy.expectClosed()
        idle.expectSilence()
        bench.responder.ended = { _, responder in responder.writer.take()?.finish() }
        idle.send(Wire.request(body: [3]))
        idle.expect(Wire.answer([3]) + Wire.farewell)
        idle.expectClosed()
        #expect(idleCalls == 0)
        #expect(bench.listener.openConnectionCount == 1)

        bench.listener.closeIdleConnections()
        fresh.expectClosed()
        #expect(bench.turn { idleCalls == 1 })
        bench.settle()
        #expect(idleCalls == 1)
    }

    @Test func `that has no connection is idle at once when it drains`() throws {
        let bench = try Bench()
        var idleCalls = 0
        bench.listener.onIdle = { idleCalls += 1 }
        bench.listener.drain()
        #expect(idleCalls == 0)
        bench.loop.turn(waiting: .zero)
        #expect(idleCalls == 1)
    }

    /// Limits under which a fresh connection is not waited for long.
    private var impatient: FastCGILimits {
        var limits = FastCGILimits()
        limits.firstRequestTimeout = .milliseconds(20)
        return limits
    }

    @Test func `serves what was sent before it closes idle connections`() throws {
        let bench = try Bench()
        let kept = try bench.connect()
        let silent = try bench.connect()
        for peer in [kept, silent] {
            peer.send(Wire.request(body: [1]))
            peer.expect(Wire.answer([1]))
        }
        #expect(kept.trySend(Wire.request(body: [2])) > 0)
        bench.listener.drain()
        bench.listener.closeIdleConnections()
        kept.expect(Wire.answer([2]) + Wire.farewell)
        kept.expectClosed()
        silent.expectClosed()
    }

    @Test func `waits for the request of a peer that has just connected`() throws {
        let bench = try Bench()
        let fresh = try bench.connect()
        let begun = try bench.connect()
        begun.send(Array(Wire.request(body: [1]).prefix(3)))
        bench.settle()
        bench.listener.drain()
        bench.listener.closeIdleConnections()
        for (peer, sent) in [(fresh, 0), (begun, 3)] {
            peer.expectSilence()
            peer.send(Array(Wire.request(body: [1]).dropFirst(sent)))
            peer.expect(Wire.answer([1]) + Wire.farewell)
            peer.expectClosed()
        }
    }

    @Test func `closes idle connections only, or all`() throws {
        let bench = try Bench(limits: impatient)
        bench.responder.ended = { _, _ in }
        let idle = try bench.connect()
        let busy = try bench.connect()
        busy.send(Wire.request())
        bench.turn { bench.responder.calls.last == "ended" }
        bench.settle()
        bench.listener.closeIdleConnections()
        idle.expectClosed()
        busy.expectSilence()
        bench.listener.closeAll()
        busy.expectClosed()
        #expect(bench.responder.calls == ["began", "ended", "aborted"])
    }

    @Test func `rests when the process is out of descriptors, then goes on`() async {
        await #expect(processExitsWith: .success) {
            var limits = FastCGILimits()
            limits.acceptPause = .milliseconds(10)
            let bench = try Bench(limits: limits)
            let first = try bench.connect()
            first.send(Wire.request(body: [1]))
            first.expect(Wire.answer([1]))
            let second = try bench.connect()
            var taken: [CInt] = []
            var limit = rlimit(rlim_cur: 64, rlim_max: 64)
            _ = unsafe setrlimit(__rlimit_resource_t(7), &limit)
            while true {
                let copy = dup(0)
                if copy < 0 { break }
                taken.append(copy)
            }
            try #require(errno == EMFILE)
            second.send(Wire.request(body: [2]))
            second.expectSilence()
            first.send(Wire.request(body: [3]))
            first.expect(Wire.answer([3]))
            for descriptor in taken { close(descriptor) }
            second.expect(Wire.answer([2]))
        }
    }

    @Test func `gives the memory of large answers back, within a stream too`() throws {
        let bench = try Bench()
        bench.responder.ended = { _, _ in }
        let large = [UInt8](repeating: 1, count: 50_000)
        let peer = try bench.connect()
        peer.send(Wire.request())
        #expect(bench.turn { bench.responder.calls.last == "ended" })
        for _ in 0..<3 {
            bench.responder.writer?.write(large.span)
            #expect(bench.listener.outputMemory >= large.count)
            peer.expect(Wire.record(6, large))
            #expect(bench.listener.outputMemory == 0)
            bench.responder.writer?.write([1].span)
            peer.expect(Wire.record(6, [1]))
            #expect(bench.listener.outputMemory <= 1024)
        }
        bench.responder.writer?.write(large.span)
        bench.responder.writer.take()?.finish()
        peer.expect(Wire.answer(large))
        #expect(bench.listener.outputMemory == 0)
    }
}
