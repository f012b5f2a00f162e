import FastCGI

/// Notes what it is told, and does what the test says; by default it echoes the body.
final class ScriptedResponder: Responder {
    var began: (Request, consuming ResponseWriter, ScriptedResponder) -> Void = {
        request,
        writer,
        responder in
        responder.writer = consume writer
    }
    var received: (Request, [UInt8], ScriptedResponder) -> Void = { _, bytes, responder in
        responder.writer?.write(bytes.span)
    }
    var ended: (Request, ScriptedResponder) -> Void = { _, responder in
        responder.writer.take()?.finish()
    }

    /// The writer of the request in progress.
    var writer: ResponseWriter?
    /// The writer of a second connection's request.
    var otherWriter: ResponseWriter?
    var request: Request?
    private(set) var calls: [String] = []
    private(set) var body: [UInt8] = []
    private(set) var parameters: [String] = []

    func requestBegan(_ request: Request, _ writer: consuming ResponseWriter) {
        calls.append("began")
        body = []
        parameters = []
        self.request = request
        request.forEachParameter { name, value in
            parameters.append("\(text(name))=\(text(value))")
        }
        began(request, writer, self)
    }

    func requestReceivedBody(_ request: Request, _ bytes: Span<UInt8>) {
        if calls.last != "body" { calls.append("body") }
        let copy = bytes.indices.map { bytes[$0] }
        body += copy
        received(request, copy, self)
    }

    func requestBodyEnded(_ request: Request) {
        calls.append("ended")
        ended(request, self)
    }

    func requestAborted(_ request: Request) {
        calls.append("aborted")
    }

    func requestDrained(_ request: Request) {
        calls.append("drained")
    }

    func forgetCalls() {
        calls = []
    }

    private func text(_ bytes: Span<UInt8>) -> String {
        String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
}
