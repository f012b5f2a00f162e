import Glibc
import Platform

@testable import FastCGI

extension FuzzTarget {
    /// Takes any request, answers with its body, and counts what begins and ends.
    private final class Echo: Responder {
        var writer: ResponseWriter?
        var isInRequest = false

        func requestBegan(_ request: Request, _ writer: consuming ResponseWriter) {
            demand(!isInRequest, "two requests at once")
            isInRequest = true
            self.writer = consume writer
            request.forEachParameter { _, _ in }
        }

        func requestReceivedBody(_ request: Request, _ bytes: Span<UInt8>) {
            demand(isInRequest, "a body without a request")
            writer?.write(bytes)
        }

        func requestBodyEnded(_ request: Request) {
            demand(isInRequest, "the end of a body without a request")
            isInRequest = false
            writer.take()?.finish()
        }

        func requestAborted(_ request: Request) {
            isInRequest = false
            writer = nil
        }

        func requestDrained(_ request: Request) {}
    }

    /// A connection lives through any bytes, and nothing of it is left when its peer is gone.
    func feedConnection(_ input: Span<UInt8>) {
        do {
            try converse(input.asOneAndInPieces.last ?? [])
        } catch {
            fatalError("no socket: \(error)")
        }
    }

    private func converse(_ pieces: [[UInt8]]) throws {
        let path = "/tmp/lockkeeper-fuzz-\(getpid()).sock"
        let loop = try EventLoop()
        let echo = Echo()
        let listener = try Listener(
            loop: loop,
            descriptor: try ListeningSocket.unix(path: path),
            responder: echo
        )
        defer {
            listener.closeAll()
            ListeningSocket.removeFile(path)
        }
        guard let peer = try SocketAddress.unix(path)?.connect() else { return }
        loop.turn(waiting: .zero)
        var room = [UInt8](repeating: 0, count: 64 * 1024)
        for piece in pieces.prefix(64) {
            let sent = unsafe send(peer.number, piece, piece.count, CInt(MSG_NOSIGNAL))
            guard sent == piece.count else { break }
            loop.turn(waiting: .zero)
            while unsafe recv(peer.number, &room, room.count, CInt(MSG_DONTWAIT)) > 0 {}
        }
        _ = shutdown(peer.number, CInt(SHUT_RDWR))
        for _ in 0..<8 where listener.openConnectionCount > 0 { loop.turn(waiting: .zero) }
        demand(listener.openConnectionCount == 0, "a connection outlived its peer")
        demand(listener.activeRequestCount == 0, "a request outlived its connection")
        demand(!echo.isInRequest, "a request was not told its end")
    }
}
