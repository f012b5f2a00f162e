import Glibc

/// The signals that the process listens to.
package enum Signal: Sendable, CaseIterable {
    case hup
    case term
    case int
    case usr1
    case usr2
    case child

    /// The kernel's number.
    package var number: CInt {
        switch self {
        case .hup: SIGHUP
        case .term: SIGTERM
        case .int: SIGINT
        case .usr1: SIGUSR1
        case .usr2: SIGUSR2
        case .child: SIGCHLD
        }
    }

    /// The signal of a number, or nil when the process does not listen to it.
    package init?(number: CInt) {
        guard let signal = Signal.allCases.first(where: { $0.number == number }) else { return nil }
        self = signal
    }
}
