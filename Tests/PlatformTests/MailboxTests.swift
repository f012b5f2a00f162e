import Platform
import Testing

@Suite struct `A mailbox` {
    @Test func `brings the messages of one sender in order`() throws {
        let loop = try EventLoop()
        let mailbox = try Mailbox<Int>()
        var received: [Int] = []
        let receiver = try MailboxReceiver(mailbox, on: loop) { received.append($0) }
        defer { withExtendedLifetime(receiver) {} }
        for number in 0..<5 { mailbox.post(number) }
        loop.turn()
        #expect(received == [0, 1, 2, 3, 4])
        loop.turn(waiting: .zero)
        mailbox.post(5)
        loop.turn()
        #expect(received.last == 5)
    }

    @Test func `takes a message that its receiver posts while it receives`() throws {
        let loop = try EventLoop()
        let mailbox = try Mailbox<Int>()
        var received: [Int] = []
        let receiver = try MailboxReceiver(mailbox, on: loop) { number in
            received.append(number)
            if number < 3 { mailbox.post(number + 1) }
        }
        defer { withExtendedLifetime(receiver) {} }
        mailbox.post(0)
        for _ in 0..<4 { loop.turn(waiting: .seconds(1)) }
        #expect(received == [0, 1, 2, 3])
    }

    @Test func `loses nothing of many threads`() throws {
        let loop = try EventLoop()
        let mailbox = try Mailbox<Int>()
        var sum = 0
        var count = 0
        let receiver = try MailboxReceiver(mailbox, on: loop) { [unowned loop] number in
            sum += number
            count += 1
            if count == 4 * 10_000 { loop.stop() }
        }
        defer { withExtendedLifetime(receiver) {} }
        let send: @Sendable () -> Void = {
            for number in 1...10_000 { mailbox.post(number) }
        }
        let first = try Thread("first", send)
        let second = try Thread("second", send)
        let third = try Thread("third", send)
        let fourth = try Thread("fourth", send)
        loop.run()
        #expect(sum == 4 * 10_000 * 10_001 / 2)
        first.join()
        second.join()
        third.join()
        fourth.join()
    }

    @Test func `stops a loop that runs on a thread`() throws {
        let mailbox = try Mailbox<String>()
        let replies = try Mailbox<String>()
        let thread = try Thread("a loop with a long name") {
            do throws(SystemError) {
                let loop = try EventLoop()
                let receiver = try MailboxReceiver(mailbox, on: loop) { [unowned loop] message in
                    replies.post("got \(message)")
                    loop.stop()
                }
                withExtendedLifetime(receiver) { loop.run() }
            } catch {
                replies.post("\(error)")
            }
        }
        mailbox.post("stop")
        thread.join()
        let loop = try EventLoop()
        var answer = ""
        let receiver = try MailboxReceiver(replies, on: loop) { answer = $0 }
        withExtendedLifetime(receiver) { loop.turn(waiting: .seconds(5)) }
        #expect(answer == "got stop")
    }
}
