import Platform
import Synchronization
import Testing

@testable import Server

@Suite struct ControlSocketTests {
    /// A directory of its own, gone with the test.
    private func withDirectory(_ body: (String) throws -> Void) throws {
        var random = SystemRandomNumberGenerator()
        let path = "/tmp/lockkeeper-control-\(random.next())"
        try TestDirectory.make(path)
        defer { TestDirectory.remove(path) }
        try body(path)
    }

    @Test func `where no worker runs there is nothing to wait for`() throws {
        try withDirectory { path in
            #expect(try ControlClient.reload(stateDirectory: path) == nil)
            #expect(try ControlClient.status(stateDirectory: path) == nil)
            try ControlClient.awaitGeneration(stateDirectory: path, sequence: 5)
        }
    }

    @Test(arguments: [
        ReloadResult.done(generation: 9, notes: ["a note"]), .refused("store.jsonl:2: not JSON"),
    ])
    func `a reload is answered with its result`(result: ReloadResult) throws {
        try withDirectory { path in
            let mailbox = try Mailbox<Bool>()
            let asked = Mutex<[ControlRequest]>([])
            let isListening = try Mailbox<Bool>()
            let thread = try Thread("control") {
                do {
                    try serve(path, result, until: mailbox, ready: isListening) { request in
                        asked.withLock { $0.append(request) }
                    }
                } catch {
                    Issue.record("\(error)")
                }
            }
            try waitUntilReady(isListening)
            let answer = Result { () throws(ControlClient.Failure) -> [String]? in
                try ControlClient.reload(stateDirectory: path, sequence: 9)
            }
            mailbox.post(true)
            thread.join()
            #expect(asked.withLock { $0 } == [.reload(sequence: 9)])
            switch (result, answer) {
            case (.done(_, let notes), .success(let told)): #expect(told == notes)
            case (.refused(let reason), .failure(let failure)):
                #expect(failure == .refused(reason))
            default: Issue.record("\(result) was answered as \(answer)")
            }
        }
    }

    private func waitUntilReady(_ mailbox: Mailbox<Bool>) throws {
        let loop = try EventLoop()
        var isReady = false
        let receiver = try MailboxReceiver(mailbox, on: loop) { isReady = $0 }
        let deadline = ContinuousClock.now + .seconds(10)
        while !isReady, ContinuousClock.now < deadline { loop.turn(waiting: .milliseconds(100)) }
        withExtendedLifetime(receiver) { #expect(isReady) }
    }
}

private func serve(
    _ path: String,
    _ result: ReloadResult,
    until mailbox: Mailbox<Bool>,
    ready: Mailbox<Bool>,
    asked: @escaping (ControlRequest) -> Void
) throws {
    let loop = try EventLoop()
    let server = try ControlServer(path: path + "/control.sock", on: loop) { request, caller in
        asked(request)
        caller.answer(result.line)
    }
    // The loop holds both: neither may hold it, or it outlives this call.
    let receiver = try MailboxReceiver(mailbox, on: loop) { [unowned loop] _ in loop.stop() }
    ready.post(true)
    withExtendedLifetime(receiver) { loop.run() }
    server.stop()
}
