import Platform
import Storage

/// What the service manager is told, in the words of sd_notify(3).
enum ServiceNotice: Equatable {
    /// Requests are served, or served again after a reload.
    case ready(String)
    /// Configuration and keys are read again; ``ready(_:)`` follows, whatever comes of it.
    case reloading(microsecond: Int64)
    /// The end has begun, and takes no longer than this.
    case stopping(within: Duration)
    /// How it goes, in a line for people.
    case status(String)

    /// The lines of the datagram.
    var text: String {
        switch self {
        case .ready(let status): "READY=1\nSTATUS=\(ServiceNotice.line(status))\n"
        case .reloading(let microsecond): "RELOADING=1\nMONOTONIC_USEC=\(microsecond)\n"
        case .stopping(let time):
            "STOPPING=1\nSTATUS=draining: running answers finish first\n"
                + "EXTEND_TIMEOUT_USEC=\(ServiceNotice.microseconds(time))\n"
        case .status(let status): "STATUS=\(ServiceNotice.line(status))\n"
        }
    }

    /// A text that can't add a line of its own.
    private static func line(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private static func microseconds(_ time: Duration) -> Int64 {
        time.components.seconds * 1_000_000 + time.components.attoseconds / 1_000_000_000_000
    }
}

/// Tells the service manager that started us, if one did.
struct ServiceReporter {
    private let socket = NotifySocket(ConfigurationSources.processEnvironment["NOTIFY_SOCKET"])

    /// Sends a notice; one that does not arrive is worth a warning and no more.
    func tell(_ notice: ServiceNotice, log: OperationalLog) {
        guard let socket else { return }
        do throws(SystemError) {
            try socket.send(notice.text)
        } catch {
            log.warning("the service manager was not told", ["reason": error.description])
        }
    }

    /// Says that a reload begins.
    func tellReloading(log: OperationalLog) {
        tell(.reloading(microsecond: NotifySocket.monotonicMicroseconds()), log: log)
    }
}
