import Glibc
import Platform
import Testing

/// Signals as events of a loop.
@Suite struct SignalReaderTests {
    /// Runs on a thread of its own, whose signal mask may change, and hands back what it made.
    private func onOwnThread<R: Sendable>(_ body: @escaping @Sendable () throws -> R) throws -> R {
        let mailbox = try Mailbox<Result<R, any Error>>()
        let thread = try Thread("signals") {
            SignalReader.blockAll()
            mailbox.post(Result { try body() })
        }
        thread.join()
        let loop = try EventLoop()
        var result: Result<R, any Error>?
        let receiver = try MailboxReceiver(mailbox, on: loop) { result = $0 }
        loop.turn(waiting: .seconds(5))
        return try withExtendedLifetime(receiver) { try #require(result).get() }
    }

    @Test(arguments: Signal.allCases)
    func `a signal is received on the loop`(signal: Signal) throws {
        let received = try onOwnThread {
            let loop = try EventLoop()
            var received: [Signal] = []
            let reader = try SignalReader(on: loop) { received.append($0) }
            pthread_kill(pthread_self(), signal.number)
            loop.turn(waiting: .seconds(5))
            reader.stop()
            return received
        }
        // Other tests end children meanwhile.
        #expect(Set(received).subtracting([.child]) == Set([signal]).subtracting([.child]))
        #expect(received.contains(signal))
    }

    @Test func `several signals come in one turn`() throws {
        let received = try onOwnThread {
            let loop = try EventLoop()
            var received: [Signal] = []
            let reader = try SignalReader(on: loop) { received.append($0) }
            for signal in [Signal.usr2, .hup, .term] { pthread_kill(pthread_self(), signal.number) }
            loop.turn(waiting: .seconds(5))
            reader.stop()
            return received
        }
        #expect(Set(received).subtracting([.child]) == [.hup, .term, .usr2])
    }

    @Test func `a broken pipe does not end the process`() throws {
        let code = try onOwnThread {
            var ends: [CInt] = [0, 0]
            let kind = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
            _ = unsafe socketpair(AF_UNIX, kind, 0, &ends)
            close(ends[0])
            let byte: UInt8 = 0
            let count = unsafe withUnsafeBytes(of: byte) {
                unsafe write(ends[1], $0.baseAddress, 1)
            }
            let code = errno
            close(ends[1])
            return count < 0 ? code : 0
        }
        #expect(code == EPIPE)
    }
}
