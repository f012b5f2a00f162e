import Glibc
import Platform
import Testing

@testable import FastCGI

/// libfcgi's own client, cgi-fcgi: it shares no code with ours.
@Suite struct `An independent client` {
    private static let program = "/usr/bin/cgi-fcgi"
    private static let isInstalled = unsafe access(program, X_OK) == 0

    /// Runs cgi-fcgi once against a bench's listener: what it printed.
    private func run(
        on bench: Bench,
        _ environment: [String: String],
        body: [UInt8]
    ) throws -> [UInt8] {
        let input = bench.path + ".in"
        let output = bench.path + ".out"
        defer {
            unsafe unlink(input)
            unsafe unlink(output)
        }
        try write(body, to: input)
        let child = try spawn(
            ["cgi-fcgi", "-bind", "-connect", bench.path],
            environment.map { "\($0)=\($1)" },
            input: input,
            output: output
        )
        var status: CInt = -1
        let ended = bench.turn(within: .seconds(10)) {
            unsafe waitpid(child, &status, WNOHANG) == child
        }
        if !ended {
            kill(child, SIGKILL)
            unsafe waitpid(child, &status, 0)
        }
        #expect(ended && status == 0)
        return try read(output)
    }

    @Test(.enabled(if: isInstalled, "libfcgi-bin is not installed"))
    func `gets an answer`() throws {
        let bench = try Bench()
        bench.responder.ended = { request, responder in
            let path = request.parameter("REQUEST_URI") ?? "none"
            responder.writer?.write("Content-Type: text/plain\r\n\r\n")
            responder.writer?.write(path.utf8Span.span)
            responder.writer.take()?.finish()
        }
        let environment = ["REQUEST_METHOD": "GET", "REQUEST_URI": "/v1/models?x=%20"]
        let answer = try run(on: bench, environment, body: [])
        #expect(
            String(decoding: answer, as: UTF8.self)
                == "Content-Type: text/plain\r\n\r\n/v1/models?x=%20"
        )
        #expect(bench.responder.parameters.contains("REQUEST_METHOD=GET"))
        #expect(bench.turn { bench.listener.openConnectionCount == 0 })
    }

    @Test(.enabled(if: isInstalled, "libfcgi-bin is not installed"))
    func `posts a megabyte and gets it back`() throws {
        let bench = try Bench()
        bench.responder.began = { _, writer, responder in
            responder.writer = consume writer
            responder.writer?.write("Content-Type: x/y\r\n\r\n")
        }
        let body = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 13 &+ $0 >> 8) }
        let environment = [
            "REQUEST_METHOD": "POST", "CONTENT_LENGTH": "1000000", "LONG": longValue,
        ]
        let answer = try run(on: bench, environment, body: body)
        let isEcho = answer == Array("Content-Type: x/y\r\n\r\n".utf8) + body
        #expect(isEcho)
        #expect(bench.responder.parameters.contains("LONG=\(longValue)"))
        #expect(bench.responder.calls == ["began", "body", "ended"])
    }

    private let longValue = String(repeating: "v", count: 30_000)

    private func spawn(
        _ arguments: [String],
        _ environment: [String],
        input: String,
        output: String
    ) throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT, 0o600)
        var argv = unsafe arguments.map { unsafe strdup($0) } + [nil]
        var envp = unsafe environment.map { unsafe strdup($0) } + [nil]
        defer { unsafe (argv + envp).forEach { unsafe free($0) } }
        var child: pid_t = 0
        let code = unsafe posix_spawn(&child, Self.program, &actions, nil, &argv, &envp)
        try #require(code == 0)
        return child
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        let file = try FileDescriptor.open(path, O_WRONLY | O_CREAT)
        let count = unsafe Glibc.write(file.number, bytes, bytes.count)
        #expect(count == bytes.count)
    }

    private func read(_ path: String) throws -> [UInt8] {
        let file = try FileDescriptor.open(path, O_RDONLY)
        var bytes = [UInt8](repeating: 0, count: 2_000_000)
        let count = unsafe Glibc.read(file.number, &bytes, bytes.count)
        return Array(bytes[..<max(0, count)])
    }
}
