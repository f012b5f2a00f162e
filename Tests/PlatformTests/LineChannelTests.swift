import Glibc
import Platform
import Testing

/// Lines between two processes, both ends in one here.
@Suite struct LineChannelTests {
    /// What one end was told.
    private final class End {
        var lines: [String] = []
        var endings = 0
        var channel: LineChannel?

        init(_ socket: consuming FileDescriptor, on loop: EventLoop) throws {
            channel = try LineChannel(socket, on: loop) { [unowned self] in
                lines.append(String(decoding: $0, as: UTF8.self))
            } ended: { [unowned self] in
                endings += 1
            }
        }

        // The loop holds a channel until then.
        deinit { channel?.close() }
    }

    private func ends(_ loop: EventLoop) throws -> (End, End) {
        let pair = try LineChannel.makePair()
        let other = fcntl(pair.theirs.number, F_DUPFD_CLOEXEC, 0)
        let theirs = try End(FileDescriptor(taking: other), on: loop)
        return (try End(pair.takeOurs(), on: loop), theirs)
    }

    private func turn(_ loop: EventLoop, until condition: () -> Bool) {
        let deadline = ContinuousClock.now + .seconds(10)
        while !condition(), ContinuousClock.now < deadline {
            loop.turn(waiting: .milliseconds(10))
        }
        #expect(condition())
    }

    @Test func `lines arrive whole and in order, both ways`() throws {
        let loop = try EventLoop()
        let (one, other) = try ends(loop)
        one.channel?.send("first")
        one.channel?.send("")
        one.channel?.send("third line")
        other.channel?.send("answer")
        turn(loop) { other.lines.count == 3 && one.lines.count == 1 }
        #expect(other.lines == ["first", "", "third line"])
        #expect(one.lines == ["answer"])
    }

    @Test func `more than the socket takes waits its turn`() throws {
        let loop = try EventLoop()
        let (one, other) = try ends(loop)
        let line = String(repeating: "x", count: 500_000)
        for _ in 0..<4 { one.channel?.send(line) }
        turn(loop) { other.lines.count == 4 }
        #expect(other.lines.allSatisfy { $0 == line })
    }

    @Test func `what was said before the end is heard, then the end, once`() throws {
        let loop = try EventLoop()
        let (one, other) = try ends(loop)
        one.channel?.send("last words")
        one.channel?.close()
        one.channel = nil
        // Nobody takes this any more.
        other.channel?.send("too late")
        turn(loop) { other.endings == 1 }
        #expect(other.lines == ["last words"])
        other.channel?.send("later")
        loop.turn(waiting: .zero)
        #expect(other.endings == 1)
    }

    @Test func `what waits unread can be had at once`() throws {
        let loop = try EventLoop()
        let (one, other) = try ends(loop)
        one.channel?.send("why")
        other.channel?.receiveRest()
        #expect(other.lines == ["why"])
    }

    @Test func `a line without end ends the channel`() throws {
        let loop = try EventLoop()
        let (one, other) = try ends(loop)
        one.channel?.send(String(repeating: "x", count: LineChannel.longestLine + 70_000))
        turn(loop) { other.endings == 1 }
        #expect(other.lines.isEmpty)
    }
}
