import CLinux
import Glibc

/// A program started with `posix_spawn`: never a fork without an exec.
///
/// The child begins with no signal blocked, unless asked for, and the usual dispositions. It has the standard streams
/// and the descriptors that it is given; all others of ours are closed on exec.
package final class ChildProcess {
    /// How a child ended.
    package enum Ending: Sendable, Equatable {
        /// By itself, with this code.
        case exited(CInt)
        /// By a signal.
        case killed(by: CInt)
    }

    /// How a child receives its first signals.
    package enum Signals: Sendable {
        /// None is blocked.
        case open
        /// Those of ``Signal`` wait until the child reads them.
        case waiting
    }

    /// The kernel's number, which is free for others once the ending was seen.
    package let identifier: Int32
    private var ending: Ending?

    private init(identifier: pid_t) {
        self.identifier = identifier
    }

    /// Starts the program at a path.
    ///
    /// `arguments` begin after the program's name; `descriptors` says which of ours becomes which
    /// number of the child's. A program of ours is started with our signals blocked: they wait until
    /// it reads them, and none ends it before it can.
    package static func start(
        _ path: String,
        arguments: [String],
        environment: [String: String],
        descriptors: [(childNumber: CInt, descriptor: CInt)] = [],
        signals: Signals = .open
    ) throws(SystemError) -> ChildProcess {
        // Moved out of the way first: a number may be both a source and a target.
        var copies: [CInt] = []
        defer { for copy in copies { _ = Glibc.close(copy) } }
        let first = max(64, (descriptors.map(\.childNumber).max() ?? 0) + 1)
        for entry in descriptors {
            let copy = fcntl(entry.descriptor, F_DUPFD_CLOEXEC, first)
            guard copy >= 0 else { throw .last("fcntl", on: path) }
            copies.append(copy)
        }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (entry, copy) in zip(descriptors, copies) {
            unsafe posix_spawn_file_actions_adddup2(&actions, copy, entry.childNumber)
        }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        restoreSignals(&attributes, signals)
        let entries = environment.map { "\($0.key)=\($0.value)" }
        var child = pid_t()
        let code = unsafe withCStrings([path] + arguments) { arguments in
            unsafe withCStrings(entries) { entries in
                unsafe posix_spawn(&child, path, &actions, &attributes, arguments, entries)
            }
        }
        guard code == 0 else { throw SystemError("posix_spawn", on: path, code: code) }
        return ChildProcess(identifier: child)
    }

    /// How the child ended, or nil while it runs.
    ///
    /// Never waits.
    package func checkEnding() -> Ending? {
        if let ending { return ending }
        var status: CInt = 0
        guard unsafe waitpid(identifier, &status, WNOHANG) == identifier else { return nil }
        let signal = clinux_ending_signal(status)
        ending = signal == 0 ? .exited(clinux_exit_code(status)) : .killed(by: signal)
        return ending
    }

    /// Sends a signal, unless the child's ending was seen.
    package func send(_ signal: Signal) {
        send(number: signal.number)
    }

    /// Ends the child at once (SIGKILL), unless its ending was seen.
    package func kill() {
        send(number: SIGKILL)
    }

    private func send(number: CInt) {
        guard checkEnding() == nil else { return }
        _ = Glibc.kill(identifier, number)
    }

    private static func restoreSignals(
        _ attributes: inout posix_spawnattr_t,
        _ signals: Signals
    ) {
        var blocked = sigset_t()
        switch signals {
        case .open: unsafe sigemptyset(&blocked)
        case .waiting: blocked = SignalReader.signalSet()
        }
        var all = sigset_t()
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &blocked)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        let flags = Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
        unsafe posix_spawnattr_setflags(&attributes, flags)
    }

    private static func withCStrings<R>(
        _ texts: [String],
        _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R
    ) -> R {
        var pointers = unsafe texts.map { unsafe strdup($0) }
        unsafe pointers.append(nil)
        defer { unsafe pointers.forEach { unsafe free($0) } }
        return unsafe body(pointers)
    }
}
