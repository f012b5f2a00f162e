import Testing

@testable import Platform

/// Work that is left to another thread.
@Suite struct BackgroundThreads {
    private final class Sum {
        var numbers: [Int] = []
    }

    @Test func `what is lent comes back with the work done, in order`() throws {
        let loop = try EventLoop()
        defer { loop.close() }
        let done = try Mailbox<Int>()
        let background = try BackgroundThread("test")
        let sums = (0..<100).map { _ in Sum() }
        var order: [Int] = []
        let receiver = try MailboxReceiver(done, on: loop) { index in
            order.append(index)
            if order.count == sums.count { loop.stop() }
        }
        for (index, sum) in sums.enumerated() {
            background.lend(sum) { sum in
                sum.numbers = Array(0...index)
                done.post(index)
            }
        }
        withExtendedLifetime(receiver) { loop.run() }
        #expect(order == Array(0..<100))
        #expect(sums.map { $0.numbers.count } == Array(1...100))
    }
}
