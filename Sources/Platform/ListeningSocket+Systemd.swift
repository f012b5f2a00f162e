import Glibc

/// Sockets that systemd opened (sd_listen_fds(3)): they are descriptors 3 and up, LISTEN_FDS of
/// them, for the process LISTEN_PID.
extension ListeningSocket {
    /// Takes the one socket that systemd hands over, given LISTEN_PID and LISTEN_FDS.
    package static func systemd(
        listenPID: String?,
        listenFDs: String?,
        firstDescriptor: CInt = 3
    ) throws(ListeningSocketError) -> FileDescriptor {
        guard let listenPID, let listenFDs else {
            throw .notFromSystemd("LISTEN_PID or LISTEN_FDS is not set")
        }
        guard pid_t(listenPID) == getpid() else {
            throw .notFromSystemd("LISTEN_PID is \(listenPID), not this process")
        }
        guard listenFDs == "1" else { throw .notFromSystemd("LISTEN_FDS is \(listenFDs), not 1") }
        return try inherited(firstDescriptor)
    }

    /// Takes the socket that systemd opened at a path; nil when it handed this process none at all.
    package static func systemd(
        path: String,
        listenPID: String?,
        listenFDs: String?,
        firstDescriptor: CInt = 3
    ) throws(ListeningSocketError) -> FileDescriptor? {
        guard let listenPID, pid_t(listenPID) == getpid(),
            let count = listenFDs.flatMap({ CInt($0) }), (1...most).contains(count)
        else { return nil }
        let descriptors = firstDescriptor..<firstDescriptor + count
        let paths = descriptors.map { SocketAddress.path(ofNumber: $0) }
        guard let place = paths.firstIndex(of: path) else {
            // Whoever connects to a socket that nobody accepts from waits for ever.
            let others = paths.map { $0 ?? "no path" }.joined(separator: ", ")
            throw .notFromSystemd("it is at \(others), not at \(path)")
        }
        return try inherited(descriptors[descriptors.startIndex + CInt(place)])
    }

    /// More sockets than any unit hands over.
    private static let most: CInt = 64
}
