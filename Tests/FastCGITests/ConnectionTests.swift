import Testing

@testable import FastCGI

@Suite struct `A connection` {
    @Test func `echoes a request, in one record and its end`() throws {
        let bench = try Bench()
        let peer = try bench.connect()
        peer.send(Wire.request([("REQUEST_URI", "/x"), ("EMPTY", "")], body: Array("hello".utf8)))
        peer.expect(Wire.answer(Array("hello".utf8)))
        #expect(bench.responder.calls == ["began", "body", "ended"])
        #expect(bench.responder.parameters == ["REQUEST_URI=/x", "EMPTY="])
        #expect(bench.listener.activeRequestCount == 0)
        peer.expectSilence()
    }

    @Test func `serves one request after another, split at every byte`() throws {
        let bench = try Bench()
        bench.responder.received = { _, _, _ in }
        bench.responder.ended = { _, responder in
            responder.writer?.write(responder.body.span)
            responder.writer.take()?.finish()
        }
        let peer = try bench.connect()
        let body = Array("body".utf8)
        let request =
            Wire.begin() + Wire.stream(4, Wire.pairs([("A", "b")]), recordLength: 2, padding: 3)
            + Wire.stream(5, body, recordLength: 3, padding: 1)
        for split in 0...request.count {
            peer.send(Array(request[..<split]))
            bench.settle()
            peer.send(Array(request[split...]))
            peer.expect(Wire.answer(body))
            #expect(bench.responder.parameters == ["A=b"])
        }
        #expect(bench.listener.openConnectionCount == 1)
    }

    @Test func `serves requests that came in one piece`() throws {
        let bench = try Bench()
        let peer = try bench.connect()
        peer.send(
            Wire.request(id: 1, body: [1]) + Wire.request(id: 2, body: [2])
                + Wire.request(id: 1, body: [3])
        )
        peer.expect(
            Wire.answer(id: 1, [1]) + Wire.answer(id: 2, [2]) + Wire.answer(id: 1, [3])
        )
    }

    @Test func `is closed after the answer unless it is to be kept`() throws {
        let bench = try Bench()
        let peer = try bench.connect()
        peer.send(Wire.request(flags: 0, body: [7]))
        peer.expect(Wire.answer([7]))
        peer.expectClosed()
        #expect(bench.listener.openConnectionCount == 0)
    }

    @Test(arguments: [0, 1, 127, 128, 4096, 65_535, 65_536])
    func `takes parameters of any length up to the limit`(count: Int) throws {
        let bench = try Bench()
        let peer = try bench.connect()
        let value = String(repeating: "v", count: count)
        peer.send(Wire.request([("P", value)], body: [1]))
        peer.expect(Wire.answer([1]))
        #expect(bench.responder.parameters == ["P=\(value)"])
        #expect(bench.responder.calls == ["began", "body", "ended"])
    }

    @Test func `takes a request without parameters`() throws {
        let bench = try Bench()
        let peer = try bench.connect()
        peer.send(Wire.request([], body: [1]))
        peer.expect(Wire.answer([1]))
        #expect(bench.responder.parameters.isEmpty)
    }

    @Test func `ends a request whose parameters are too long as overloaded, and goes on`() throws {
        var limits = FastCGILimits()
        limits.parameterBytes = 1000
        let bench = try Bench(limits: limits)
        let peer = try bench.connect()
        peer.send(Wire.request([("P", String(repeating: "v", count: 1000))], body: [1]))
        peer.expect(Wire.end(protocolStatus: 2))
        #expect(bench.responder.calls.isEmpty)
        #expect(bench.listener.activeRequestCount == 0)
        peer.send(Wire.request(body: [2]))
        peer.expect(Wire.answer([2]))
    }

    @Test(arguments: [[1], [1, 9], [0xff, 0xff, 0xff, 0xff, 0], [3, 3, 65]] as [[UInt8]])
    func `is closed by parameters that are cut`(parameters: [UInt8]) throws {
        let bench = try Bench()
        let peer = try bench.connect()
        peer.send(Wire.begin() + Wire.stream(4, parameters))
        peer.expectClosed()
        #expect(bench.responder.calls.isEmpty)
        #expect(bench.listener.activeRequestCount == 0)
    }

    @Test(
        arguments: [
            nil, "", "-1", "0", "3", "4", "5", "99999999999999999999", "x",
        ] as [String?]
    )
    func `takes as body what comes, whatever CONTENT_LENGTH says`(length: String?) throws {
        let bench = try Bench()
        let peer = try bench.connect()
        var parameters = [("REQUEST_METHOD", "POST")]
        if let length { parameters.append(("CONTENT_LENGTH", length)) }
        peer.send(Wire.request(parameters, body: Array("body".utf8)))
        peer.expect(Wire.answer(Array("body".utf8)))
    }

    @Test func `ignores records of ids that have no request`() throws {
        let bench = try Bench()
        let peer = try bench.connect()
        peer.send(Wire.abort(id: 9) + Wire.stream(4, id: 9, [1, 1, 65, 65]) + Wire.stream(5, [9]))
        peer.send(Wire.begin(id: 2) + Wire.stream(4, id: 1, [1, 1, 65, 65]))
        peer.send(Wire.stream(4, id: 2, []) + Wire.stream(5, id: 1, [9]) + Wire.abort(id: 1))
        peer.send(Wire.record(200, id: 2, [1]) + Wire.record(8, id: 2, [1]))
        peer.send(Wire.stream(5, id: 2, [2]))
        peer.expect(Wire.answer(id: 2, [2]))
        #expect(bench.responder.calls == ["began", "body", "ended"])
    }

    @Test func `refuses a second request while one is in progress`() throws {
        let bench = try Bench()
        let peer = try bench.connect()
        peer.send(Wire.begin(id: 1) + Wire.begin(id: 2))
        peer.expect(Wire.end(id: 2, protocolStatus: 1))
        peer.send(Wire.stream(4, id: 2, []) + Wire.stream(4, id: 1, []))
        peer.send(Wire.begin(id: 3, flags: 0) + Wire.stream(5, id: 1, [5]))
        peer.expect(Wire.end(id: 3, protocolStatus: 1) + Wire.answer(id: 1, [5]))
        peer.expectSilence()
    }

    @Test func `ignores what comes after the streams' ends`() throws {
        let bench = try Bench()
        bench.responder.ended = { _, _ in }
        let peer = try bench.connect()
        peer.send(Wire.request() + Wire.stream(5, [2]) + Wire.stream(4, [1, 1, 65, 65]))
        #expect(bench.turn { bench.responder.calls.last == "ended" })
        peer.expectSilence()
        bench.responder.writer.take()?.finish(appStatus: 3)
        peer.expect(Wire.answer([], appStatus: 3))
        #expect(bench.responder.calls == ["began", "ended"])
    }

    @Test(arguments: [
        Wire.begin() + Wire.begin(),
        Wire.begin() + Wire.record(5, [1]),
        Wire.begin() + Wire.record(5),
        Wire.record(1, [0, 1, 1]),
        Wire.record(1),
        Array("GET / HTTP/1.1\r\n\r\n".utf8),
        [1, 1, 0, 1, 0, 0, 0, 0],
    ])
    func `is closed by records that make no sense`(bytes: [UInt8]) throws {
        let bench = try Bench()
        let peer = try bench.connect()
        peer.send(bytes)
        peer.expectClosed()
        #expect(bench.responder.calls.isEmpty)
        #expect(bench.listener.activeRequestCount == 0)
        #expect(bench.listener.openConnectionCount == 0)
    }

    @Test(arguments: [0, 3, 255] as [UInt8])
    func `refuses a role that is not served`(role: UInt8) throws {
        let bench = try Bench()
        let peer = try bench.connect()
        peer.send(Wire.begin(role: role) + Wire.stream(4, []) + Wire.stream(5, [1]))
        peer.expect(Wire.end(protocolStatus: 3))
        peer.send(Wire.request(body: [2]))
        peer.expect(Wire.answer([2]))
        peer.send(Wire.begin(role: role, flags: 0))
        peer.expect(Wire.end(protocolStatus: 3))
        peer.expectClosed()
    }

    @Test func `serves an authorizer, which has no body`() throws {
        let bench = try Bench()
        bench.responder.ended = { request, responder in
            #expect(request.role == .authorizer)
            responder.writer?.write("Status: 200 OK\r\n\r\n")
            responder.writer.take()?.finish()
        }
        let peer = try bench.connect()
        let request = Wire.begin(role: 2) + Wire.stream(4, Wire.pairs([("A", "b")]))
        for _ in 0..<2 {
            peer.send(request)
            peer.expect(Wire.answer(Array("Status: 200 OK\r\n\r\n".utf8)))
        }
        peer.send(request + Wire.stream(5, []))
        peer.expect(Wire.answer(Array("Status: 200 OK\r\n\r\n".utf8)))
        #expect(bench.responder.calls == ["began", "ended", "began", "ended", "began", "ended"])
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `never traps on damaged requests`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let bench = try Bench()
        for _ in 0..<10 {
            let peer = try bench.connect()
            var bytes =
                Wire.record(9, id: 0, Wire.pairs([("FCGI_MAX_CONNS", "")]))
                + Wire.request([("A", "b")], body: Array(0..<50)) + Wire.abort()
                + Wire.request(body: [1])
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                bytes[place] = UInt8.random(in: 0...255, using: &random)
            }
            peer.send(bytes)
            bench.settle()
            peer.read()
            peer.close()
        }
        #expect(bench.turn { bench.listener.openConnectionCount == 0 })
        #expect(bench.listener.activeRequestCount == 0)
    }
}
