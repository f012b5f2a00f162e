import Curl
import Platform
import Testing

/// TLS and HTTP/2 against nginx on loopback.
@Suite(.enabled(if: TLSUpstream.isAvailable)) struct TLSTests {
    private let upstream: TLSUpstream
    private let bench: Bench

    init() throws {
        upstream = try TLSUpstream()
        var settings = TransferSettings()
        settings.caFile = upstream.caFile
        bench = try Bench(settings: settings)
    }

    /// The words of an answer: protocol, connection, session.
    private func words(_ recorder: Recorder) throws -> [String] {
        #expect(recorder.outcome == .complete)
        let words = recorder.text.split(separator: " ").map(String.init)
        return try #require(words.count == 3 ? words : nil)
    }

    @Test func `a known authority's certificate is taken, over HTTP 1`() throws {
        let recorder = Recorder()
        let transfer = bench.start(bench.get(upstream.url(isHTTP2: true)), recorder)
        bench.run { recorder.outcome != nil }
        #expect(try words(recorder)[0] == "HTTP/1.1")
        #expect(transfer.timings.connect > .zero)
        #expect(transfer.timings.firstByte >= transfer.timings.connect)
    }

    @Test func `an unknown authority's certificate is refused`() throws {
        let recorder = try Bench().perform(bench.get(upstream.url()))
        guard case .failed(.tls(let text)) = recorder.outcome else {
            Issue.record("\(String(describing: recorder.outcome))")
            return
        }
        #expect(text.contains("certificate"))
    }

    @Test func `a certificate of another name is refused`() throws {
        let recorder = bench.perform(bench.get(upstream.url(host: "127.0.0.1")))
        guard case .failed(.tls) = recorder.outcome else {
            Issue.record("\(String(describing: recorder.outcome))")
            return
        }
    }

    @Test func `a peer that speaks no TLS is refused`() throws {
        let plain = try ScriptedUpstream(on: bench.loop)
        let recorder = Recorder()
        bench.start(bench.get("https://localhost:\(plain.port)/"), recorder)
        bench.run { plain.peers.count == 1 }
        plain.peers.first?.send("HTTP/1.1 400 Bad Request\r\n\r\n")
        bench.run { recorder.outcome != nil }
        guard case .failed(.tls) = recorder.outcome else {
            Issue.record("\(String(describing: recorder.outcome))")
            return
        }
    }

    @Test func `a connection alone shakes hands too`() throws {
        var request = bench.get(upstream.url())
        request.connectsOnly = true
        #expect(bench.perform(request).outcome == .complete)
        guard case .failed(.tls) = try Bench().perform(request).outcome else {
            Issue.record("an unknown authority was believed")
            return
        }
    }

    @Test func `new connections use the session of earlier ones`() throws {
        var request = bench.get(upstream.url())
        request.requiresFreshConnection = true
        let sessions = try (0..<3).map { _ in try words(bench.perform(request))[2] }
        #expect(sessions == [".", "r", "r"])
    }

    @Test func `an account's transfer never takes the operator's connection`() throws {
        var request = bench.get(upstream.url())
        let first = try words(bench.perform(request))[1]
        request.addressRule = .allow([try #require(CIDR("127.0.0.0/8")), try #require(CIDR("::1"))])
        let second = try words(bench.perform(request))[1]
        #expect(try words(bench.perform(request))[1] == second)
        #expect(first != second)
        request.addressRule = .operatorProvider(isPlainHTTP: false)
        #expect(try words(bench.perform(request))[1] == first)
        // The ranges were taken back: what was opened under them is not used any more.
        request.addressRule = .accountProvider
        guard case .failed(.addressRefused) = bench.perform(request).outcome else {
            Issue.record("a connection outlived its rule")
            return
        }
    }

    @Test func `transfers share an HTTP 2 connection`() throws {
        var request = bench.get(upstream.url(isHTTP2: true))
        request.usesHTTP2 = true
        let recorders = (0..<10).map { _ in Recorder() }
        for recorder in recorders { bench.start(request, recorder) }
        bench.run { recorders.allSatisfy { $0.outcome != nil } }
        let answers = try recorders.map { try words($0) }
        #expect(Set(answers.map { $0[0] }) == ["HTTP/2.0"])
        #expect(Set(answers.map { $0[1] }).count == 1)
        #expect(recorders.allSatisfy { $0.headCount == 1 && $0.status == 200 })
    }

    @Test func `no more than the set number share a connection`() throws {
        var request = bench.get(upstream.url("/large", isHTTP2: true))
        request.usesHTTP2 = true
        var newConnections = 0
        for _ in 0..<45 {
            let recorder = Recorder()
            let transfer = bench.start(request, recorder)
            bench.run { recorder.status != nil }
            if !transfer.timings.reusedConnection { newConnections += 1 }
        }
        #expect(newConnections == 3)
        bench.pool.close()
    }

    @Test func `cancelling one stream leaves the others alone`() throws {
        var request = bench.get(upstream.url("/large", isHTTP2: true))
        request.usesHTTP2 = true
        let cancelled = Recorder()
        cancelled.onBytes = { $0.cancel() }
        bench.start(request, cancelled)
        let paused = Recorder()
        paused.onHead = { $0.pause() }
        let held = bench.start(request, paused)
        bench.run { bench.pool.activeCount == 1 && paused.status != nil }
        request.url = upstream.url("/", isHTTP2: true)
        let first = try words(bench.perform(request))
        let second = try words(bench.perform(request))
        #expect(first[1] == second[1])
        #expect(cancelled.endCount == 0)
        #expect(paused.byteCount == 0)
        held.resume()
        bench.run { paused.byteCount > 100_000 }
        #expect(paused.byteCount > 100_000)
    }

    @Test func `an HTTP 2 server may answer before it has read a large body`() throws {
        let body = [UInt8](repeating: 7, count: 700_000)
        for isHTTP2 in [false, true] {
            unsafe body.withUnsafeBytes { bytes in
                var request = bench.get(upstream.url("/missing/", isHTTP2: isHTTP2))
                request.method = .put
                request.usesHTTP2 = isHTTP2
                unsafe request.body = unsafe bytes
                let recorder = bench.perform(request)
                #expect(recorder.outcome == .complete)
                #expect(recorder.status == 200)
            }
        }
    }
}
