import Curl
import Platform
import Testing

/// Requests and answers over one connection or several.
@Suite struct ExchangeTests {
    @Test func `a GET is answered`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop, always: answer("hello"))
        let recorder = bench.perform(bench.get(upstream.url("/a?b=c")))
        #expect(recorder.outcome == .complete)
        #expect(recorder.status == 200)
        #expect(recorder.text == "hello")
        #expect(upstream.requests.first?.hasPrefix("GET /a?b=c HTTP/1.1\r\n") == true)
        #expect(bench.pool.activeCount == 0)
    }

    @Test func `only the given header lines go out, and the host`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop, always: answer(""))
        var request = bench.get(upstream.url())
        request.headers.append(name: "X-Empty", value: "")
        request.headers.append(name: "authorization", value: "Bearer x")
        _ = bench.perform(request)
        #expect(
            upstream.requests == [
                "GET / HTTP/1.1\r\nHost: 127.0.0.1:\(upstream.port)\r\nX-Empty:\r\n"
                    + "authorization: Bearer x\r\n\r\n"
            ]
        )
    }

    @Test(arguments: [HTTPMethod.post, .put, .patch, .delete])
    func `a body goes out byte for byte`(method: HTTPMethod) throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop, always: answer("ok"))
        let body = Array("{\"a\": 1}".utf8)
        unsafe body.withUnsafeBytes { bytes in
            var request = bench.get(upstream.url())
            request.method = method
            unsafe request.body = unsafe bytes
            request.headers.append(name: "Content-Type", value: "application/json")
            let recorder = bench.perform(request)
            #expect(recorder.text == "ok")
        }
        let sent = try #require(upstream.requests.first)
        #expect(sent.hasPrefix("\(method.rawValue) / HTTP/1.1\r\n"))
        #expect(sent.hasSuffix("Content-Length: 8\r\n\r\n{\"a\": 1}"))
        #expect(sent.contains("Content-Type: application/json\r\n"))
        #expect(!sent.contains("Expect"))
    }

    @Test func `an empty body is sent as one`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop, always: answer("ok"))
        var request = bench.get(upstream.url())
        request.method = .post
        unsafe request.body = UnsafeRawBufferPointer(start: nil, count: 0)
        #expect(bench.perform(request).text == "ok")
        #expect(upstream.requests.first?.hasSuffix("Content-Length: 0\r\n\r\n") == true)
    }

    @Test func `a body of two megabytes goes out whole`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop, always: answer("ok"))
        let body = [UInt8](repeating: UInt8(ascii: "x"), count: 2 << 20)
        unsafe body.withUnsafeBytes { bytes in
            var request = bench.get(upstream.url())
            request.method = .post
            unsafe request.body = unsafe bytes
            #expect(bench.perform(request).text == "ok")
        }
        #expect(upstream.requests.first?.hasSuffix("xxx") == true)
        #expect((upstream.requests.first?.utf8.count ?? 0) > body.count)
    }

    @Test func `a HEAD answer has no body`() throws {
        let bench = try Bench()
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
        let upstream = try ScriptedUpstream(on: bench.loop, always: head)
        var request = bench.get(upstream.url())
        request.method = .head
        let recorder = bench.perform(request)
        #expect(recorder.outcome == .complete)
        #expect(recorder.byteCount == 0)
        #expect(recorder.values(of: "content-length") == ["5"])
    }

    @Test func `one handle serves all methods in turn`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop)
        upstream.answer = { peer, text in
            let isHead = text.hasPrefix("HEAD")
            peer.send(isHead ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" : answer("ok"))
        }
        let body = Array("12".utf8)
        for method in [HTTPMethod.head, .get, .post, .get, .delete, .head, .post, .options] {
            unsafe body.withUnsafeBytes { bytes in
                var request = bench.get(upstream.url())
                request.method = method
                if method == .post { unsafe request.body = unsafe bytes }
                #expect(bench.perform(request).outcome == .complete)
            }
        }
        #expect(upstream.peers.count == 1)
        let lines = upstream.requests.map { $0.prefix { $0 != " " } }
        #expect(lines == ["HEAD", "GET", "POST", "GET", "DELETE", "HEAD", "POST", "OPTIONS"])
        #expect(upstream.requests.filter { $0.contains("Content-Length") }.count == 2)
    }

    @Test func `a connection is used again`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop, always: answer("hello"))
        for round in 0..<5 {
            let recorder = Recorder()
            let transfer = bench.start(bench.get(upstream.url()), recorder)
            bench.run { recorder.outcome != nil }
            #expect(recorder.text == "hello")
            #expect(transfer.timings.reusedConnection == (round > 0))
            #expect(transfer.timings.firstByte > .zero)
            #expect((transfer.timings.connect > .zero) == (round == 0))
        }
        #expect(upstream.peers.count == 1)
        #expect(upstream.requests.count == 5)
    }

    @Test func `a fresh connection is neither taken from nor given to others`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop, always: answer("hello"))
        var fresh = bench.get(upstream.url())
        fresh.requiresFreshConnection = true
        _ = bench.perform(bench.get(upstream.url()))
        _ = bench.perform(fresh)
        _ = bench.perform(bench.get(upstream.url()))
        _ = bench.perform(bench.get(upstream.url()))
        #expect(upstream.peers.map(\.requests.count) == [3, 1])
        bench.run { upstream.peers[1].wasClosedByPeer }
        #expect(upstream.peers.map(\.wasClosedByPeer) == [false, true])
    }

    @Test func `many transfers run at once`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop, always: answer("hello"))
        let recorders = (0..<50).map { _ in Recorder() }
        for recorder in recorders { bench.start(bench.get(upstream.url()), recorder) }
        #expect(bench.pool.activeCount == 50)
        #expect(recorders.allSatisfy { $0.endCount == 0 })
        bench.run { recorders.allSatisfy { $0.outcome != nil } }
        #expect(recorders.allSatisfy { $0.text == "hello" && $0.endCount == 1 })
        #expect(bench.pool.activeCount == 0)
    }

    @Test func `a chunked stream arrives event by event`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop)
        upstream.answer = { peer, _ in
            peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")
            peer.send("Transfer-Encoding: chunked\r\n\r\n")
        }
        let recorder = Recorder()
        bench.start(bench.get(upstream.url()), recorder)
        bench.run { recorder.status != nil }
        let peer = try #require(upstream.peers.first)
        for number in 1...3 {
            peer.send("9\r\ndata: \(number)\n\n\r\n")
            #expect(bench.run { recorder.text.hasSuffix("data: \(number)\n\n") })
            #expect(recorder.outcome == nil)
        }
        peer.send("0\r\nX-Trailer: 1\r\n\r\n")
        bench.run { recorder.outcome != nil }
        #expect(recorder.outcome == .complete)
        #expect(recorder.text == "data: 1\n\ndata: 2\n\ndata: 3\n\n")
        #expect(recorder.values(of: "x-trailer").isEmpty)
        #expect(recorder.headCount == 1)
    }

    @Test func `an answer may end with the connection`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop)
        upstream.answer = { peer, _ in
            peer.send("HTTP/1.1 200 OK\r\n\r\nuntil the end")
            peer.close()
        }
        let recorder = bench.perform(bench.get(upstream.url()))
        #expect(recorder.outcome == .complete)
        #expect(recorder.text == "until the end")
    }

    @Test func `a redirect is an answer like any other`() throws {
        let bench = try Bench()
        let redirect = answer("", status: "302 Found", fields: "Location: /elsewhere\r\n")
        let upstream = try ScriptedUpstream(on: bench.loop, always: redirect)
        let recorder = bench.perform(bench.get(upstream.url()))
        #expect(recorder.status == 302)
        #expect(upstream.requests.count == 1)
    }
}
