/// Why there is no listening socket.
package enum ListeningSocketError: Error, Equatable, CustomStringConvertible {
    /// The path is empty or longer than a socket's may be.
    case badPath(String)
    /// The folder that the socket's file belongs into is not there.
    case noFolder(String)
    /// Another process answers there.
    case inUse(String)
    /// Something that is no socket stands at the path; it is left alone.
    case notASocket(String)
    /// No such group.
    case unknownGroup(String)
    /// Not a numeric address of this machine's loopback.
    case notLoopback(String)
    /// The descriptor that was handed over does not listen.
    case notListening(descriptor: CInt)
    /// systemd did not hand over exactly one socket to this process.
    case notFromSystemd(String)
    /// The kernel refused.
    case system(SystemError)

    /// One line for an operator.
    package var description: String {
        switch self {
        case .badPath(let path): "a socket can't have the path '\(path)' (1 to 107 bytes)"
        case .noFolder(let folder):
            "there is no folder \(folder) for the socket; make it: "
                + "install -d -o USER -g GROUP -m 0750 \(folder)"
        case .inUse(let place): "another process listens on \(place)"
        case .notASocket(let path): "\(path) exists and is not a socket"
        case .unknownGroup(let name): "no group is named '\(name)'"
        case .notLoopback(let address): "'\(address)' is not a loopback address"
        case .notListening(let descriptor): "descriptor \(descriptor) is no listening socket"
        case .notFromSystemd(let reason): "no socket from systemd: \(reason)"
        case .system(let error): error.description
        }
    }
}
