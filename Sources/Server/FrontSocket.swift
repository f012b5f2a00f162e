import Platform
import Storage

/// The socket that nginx connects to: opened here, inherited, or systemd's.
struct FrontSocket: ~Copyable {
    private let socket: FileDescriptor
    /// Its file, where it is ours to remove.
    private let ownPath: String?

    /// Opens the socket that a configuration names, or takes it where it is open already.
    init(_ configuration: Configuration) throws(ListeningSocketError) {
        let environment = ConfigurationSources.processEnvironment
        let pid = environment["LISTEN_PID"]
        let count = environment["LISTEN_FDS"]
        var ownPath: String?
        switch configuration.listen {
        case .unix(let path):
            let handed = try ListeningSocket.systemd(path: path, listenPID: pid, listenFDs: count)
            if let handed {
                socket = handed
            } else {
                let isRoot = FileOwner.effectiveUser == 0
                socket = try ListeningSocket.unix(
                    path: path,
                    mode: configuration.listenMode,
                    group: isRoot ? configuration.listenGroup : nil
                )
                ownPath = path
            }
        case .inherited: socket = try ListeningSocket.inherited()
        case .systemd: socket = try ListeningSocket.systemd(listenPID: pid, listenFDs: count)
        case .tcp(let address, let port):
            socket = try ListeningSocket.tcp(address: address, port: port)
        }
        self.ownPath = ownPath
    }

    /// The kernel's number.
    var number: CInt { socket.number }

    /// Closes it; a file of our own is removed first.
    consuming func close() {
        if let ownPath { ListeningSocket.removeFile(ownPath) }
    }
}
