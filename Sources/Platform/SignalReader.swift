import CLinux
import Glibc

/// Turns signals into calls on an event loop (signalfd): nothing ever runs inside a signal handler.
package final class SignalReader: DescriptorHandler {
    private let loop: EventLoop
    private let descriptor: FileDescriptor
    private let receive: (Signal) -> Void

    /// Blocks the signals of ``Signal``, and SIGPIPE, in the calling thread and in those that it
    /// starts: to be called before the first thread starts.
    package static func blockAll() {
        var set = signalSet()
        unsafe sigaddset(&set, SIGPIPE)
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Starts receiving on the loop's thread; several signals of a kind may come as one.
    package init(
        on loop: EventLoop,
        receive: @escaping (Signal) -> Void
    ) throws(SystemError) {
        var set = SignalReader.signalSet()
        let number = unsafe signalfd(-1, &set, CInt(SFD_CLOEXEC | SFD_NONBLOCK))
        guard number >= 0 else { throw .last("signalfd") }
        descriptor = FileDescriptor(taking: number)
        self.loop = loop
        self.receive = receive
        try loop.watch(number, for: .readable, handler: self)
    }

    /// Stops receiving; the signals stay blocked.
    package func stop() {
        loop.unwatch(descriptor.number)
    }

    package func descriptorReady(_ descriptor: CInt, _ readiness: Readiness) {
        var info = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        while unsafe read(descriptor, &info, size) == size {
            if let signal = Signal(number: CInt(bitPattern: info.ssi_signo)) { receive(signal) }
        }
    }

    /// Every signal of ``Signal``.
    static func signalSet() -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in Signal.allCases { unsafe sigaddset(&set, signal.number) }
        return set
    }
}
