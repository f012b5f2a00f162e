import CLinux
import Glibc
import Synchronization

/// The one way into a loop from another thread: a queue of messages and an eventfd that wakes it.
package final class Mailbox<Message: Sendable>: Sendable {
    private let waiting = Mutex<[Message]>([])
    fileprivate let wake: CInt

    /// An empty mailbox.
    package init() throws(SystemError) {
        wake = eventfd(0, CInt(EFD_CLOEXEC | EFD_NONBLOCK))
        guard wake >= 0 else { throw .last("eventfd") }
    }

    deinit {
        _ = Glibc.close(wake)
    }

    /// Adds a message.
    ///
    /// The loop is woken only when the mailbox was empty: it takes all at once.
    package func post(_ message: Message) {
        let wasEmpty = waiting.withLock { messages in
            defer { messages.append(message) }
            return messages.isEmpty
        }
        if wasEmpty { eventfd_write(wake, 1) }
    }

    fileprivate func takeAll() -> [Message] {
        var count: eventfd_t = 0
        _ = unsafe eventfd_read(wake, &count)
        return waiting.withLock { messages in
            defer { messages = [] }
            return messages
        }
    }
}

/// The receiving end of a ``Mailbox``, on the loop's thread.
package final class MailboxReceiver<Message: Sendable>: DescriptorHandler {
    private let mailbox: Mailbox<Message>
    private let receive: (Message) -> Void

    /// Starts receiving: `receive` is called on the loop's thread, once a message.
    package init(
        _ mailbox: Mailbox<Message>,
        on loop: EventLoop,
        receive: @escaping (Message) -> Void
    ) throws(SystemError) {
        self.mailbox = mailbox
        self.receive = receive
        try loop.watch(mailbox.wake, for: .readable, handler: self)
    }

    package func descriptorReady(_ descriptor: CInt, _ readiness: Readiness) {
        for message in mailbox.takeAll() {
            receive(message)
        }
    }
}
