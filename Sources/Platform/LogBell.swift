import CLinux
import Glibc
import Synchronization

/// What wakes the ``LogThread``: a system call only when it sleeps with nothing to do, or must
/// not sleep on.
final class LogBell: Sendable {
    private let isIdle = Atomic<Bool>(false)
    private let descriptor: CInt

    init() throws(SystemError) {
        descriptor = eventfd(0, CInt(EFD_CLOEXEC | EFD_NONBLOCK))
        guard descriptor >= 0 else { throw .last("eventfd") }
    }

    deinit {
        _ = Glibc.close(descriptor)
    }

    /// Something is to be done: at once, or when the thread next looks.
    func ring(isUrgent: Bool) {
        let wasIdle =
            isIdle.load(ordering: .sequentiallyConsistent)
            && isIdle.exchange(false, ordering: .sequentiallyConsistent)
        if wasIdle || isUrgent { eventfd_write(descriptor, 1) }
    }

    /// Waits until somebody rings, if there is still nothing to do once that is announced.
    func waitIdly(unless hasWork: () -> Bool) {
        isIdle.store(true, ordering: .sequentiallyConsistent)
        if hasWork() {
            isIdle.store(false, ordering: .sequentiallyConsistent)
        } else {
            wait(milliseconds: -1)
        }
    }

    /// Waits for a time, or until somebody rings urgently.
    func wait(milliseconds: CInt) {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&watched, 1, milliseconds) > 0 else { return }
        var count: eventfd_t = 0
        _ = unsafe eventfd_read(descriptor, &count)
    }
}
