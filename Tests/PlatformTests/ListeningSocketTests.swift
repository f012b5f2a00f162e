import Glibc
import Platform
import Testing

@Suite struct `A listening socket` {
    private let path = "/tmp/platform-test-\(getpid())-\(UInt64.random(in: 0...UInt64.max)).sock"

    /// Does something with the path and removes what stands there then.
    private func withPath(_ body: (String) throws -> Void) rethrows {
        defer { unsafe unlink(path) }
        try body(path)
    }

    private func mode(of path: String) -> UInt32 {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? status.st_mode : 0
    }

    /// The error of a call that must fail.
    private func failure(
        _ body: () throws(ListeningSocketError) -> FileDescriptor
    ) -> ListeningSocketError? {
        do throws(ListeningSocketError) {
            _ = try body()
            return nil
        } catch {
            return error
        }
    }

    @Test func `on a path is connected to and accepts`() throws {
        try withPath { path in
            let socket = try ListeningSocket.unix(path: path)
            let nobody = try ListeningSocket.accept(from: socket.number) == nil
            #expect(nobody)
            let address = try #require(SocketAddress.unix(path))
            let client = try address.connect()
            let somebody = try ListeningSocket.accept(from: socket.number) != nil
            #expect(somebody)
            #expect(client.number >= 0)
        }
    }

    @Test(arguments: [0o600, 0o660, 0o666, 0o777] as [UInt32])
    func `on a path has its mode, whatever the umask is`(mode wanted: UInt32) throws {
        try withPath { path in
            let socket = try ListeningSocket.unix(path: path, mode: wanted)
            #expect(mode(of: path) == S_IFSOCK | wanted)
            #expect(socket.number >= 0)
        }
    }

    @Test func `on a path has its group`() throws {
        try withPath { path in
            let own = unsafe getgrgid(getgid())
            let name = try #require(unsafe own.map { unsafe String(cString: $0.pointee.gr_name) })
            let socket = try ListeningSocket.unix(path: path, group: name)
            var status = stat()
            #expect(unsafe stat(path, &status) == 0)
            #expect(status.st_gid == getgid())
            #expect(socket.number >= 0)
        }
        let error = failure { () throws(ListeningSocketError) in
            try ListeningSocket.unix(path: path, group: "no such group")
        }
        #expect(error == .unknownGroup("no such group"))
        #expect(mode(of: path) == 0)
    }

    @Test func `takes the place of a file that nobody answers at`() throws {
        try withPath { path in
            _ = try ListeningSocket.unix(path: path)
            #expect(mode(of: path) != 0)
            let socket = try ListeningSocket.unix(path: path)
            let address = try #require(SocketAddress.unix(path))
            _ = try address.connect()
            #expect(socket.number >= 0)
        }
    }

    @Test func `takes a path over from another one, which keeps what it has`() throws {
        try withPath { path in
            let old = try ListeningSocket.unix(path: path)
            let address = try #require(SocketAddress.unix(path))
            let first = try address.connect()
            let new = try ListeningSocket.unix(path: path, madeAt: path + ".new", mode: 0o600)
            let second = try address.connect()
            let oldHasOne = try ListeningSocket.accept(from: old.number) != nil
            let oldHasNoMore = try ListeningSocket.accept(from: old.number) == nil
            let newHasOne = try ListeningSocket.accept(from: new.number) != nil
            #expect((oldHasOne, oldHasNoMore, newHasOne) == (true, true, true))
            #expect(mode(of: path) & 0o777 == 0o600)
            #expect(mode(of: path + ".new") == 0)
            withExtendedLifetime(first.number + second.number) {}
        }
    }

    @Test func `leaves another process's socket alone`() throws {
        try withPath { path in
            let socket = try ListeningSocket.unix(path: path)
            let error = failure { () throws(ListeningSocketError) in
                try ListeningSocket.unix(path: path)
            }
            #expect(error == .inUse(path))
            let address = try #require(SocketAddress.unix(path))
            _ = try address.connect()
            #expect(socket.number >= 0)
        }
    }

    @Test func `leaves alone what is no socket`() throws {
        try withPath { path in
            _ = try FileDescriptor.open(path, O_WRONLY | O_CREAT)
            let error = failure { () throws(ListeningSocketError) in
                try ListeningSocket.unix(path: path)
            }
            #expect(error == .notASocket(path))
            #expect(mode(of: path) & S_IFMT == S_IFREG)
        }
    }

    @Test func `removes its file, and nothing that is no socket`() throws {
        try withPath { path in
            let socket = try ListeningSocket.unix(path: path)
            ListeningSocket.removeFile(path)
            #expect(mode(of: path) == 0)
            _ = try FileDescriptor.open(path, O_WRONLY | O_CREAT)
            ListeningSocket.removeFile(path)
            #expect(mode(of: path) & S_IFMT == S_IFREG)
            #expect(socket.number >= 0)
        }
    }

    @Test func `in a folder that is not there is refused with what to do`() {
        let error = failure { () throws(ListeningSocketError) in
            try ListeningSocket.unix(path: "/nonexistent/lockkeeper/worker.sock")
        }
        #expect(error == .noFolder("/nonexistent/lockkeeper"))
        #expect(error?.description.contains("install -d") == true)
    }

    @Test(arguments: ["", String(repeating: "x", count: 108), "/tmp/a\0b"])
    func `refuses a path that a socket can't have`(path: String) {
        let error = failure { () throws(ListeningSocketError) in
            try ListeningSocket.unix(path: path)
        }
        #expect(error == .badPath(path))
    }

    @Test(arguments: ["127.0.0.1", "127.8.9.10", "::1"])
    func `listens on loopback`(address: String) throws {
        let socket: FileDescriptor
        do throws(ListeningSocketError) {
            socket = try ListeningSocket.tcp(address: address, port: 0)
        } catch {
            // A machine without IPv6.
            #expect(address == "::1" && error != .notLoopback(address))
            return
        }
        let port = SocketAddress.port(of: socket)
        #expect(port != 0)
        let place = try #require(SocketAddress.numeric(address, port: port))
        let client = try place.connect()
        var pending = pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0)
        #expect(unsafe poll(&pending, 1, 5000) == 1)
        let somebody = try ListeningSocket.accept(from: socket.number) != nil
        #expect(somebody)
        #expect(client.number >= 0)
        let error = failure { () throws(ListeningSocketError) in
            try ListeningSocket.tcp(address: address, port: port)
        }
        #expect(error == .inUse(place.text))
    }

    @Test(arguments: ["0.0.0.0", "10.0.0.1", "::", "::2", "localhost", "", "127.0.0.1.1"])
    func `refuses any other address`(address: String) {
        let error = failure { () throws(ListeningSocketError) in
            try ListeningSocket.tcp(address: address, port: 0)
        }
        #expect(error == .notLoopback(address))
    }

    @Test func `can be inherited`() throws {
        try withPath { path in
            let number = try ListeningSocket.unix(path: path).release()
            _ = fcntl(number, F_SETFL, 0)
            _ = fcntl(number, F_SETFD, 0)
            let socket = try ListeningSocket.inherited(number)
            #expect(socket.number == number)
            #expect(fcntl(number, F_GETFL) & O_NONBLOCK != 0)
            #expect(fcntl(number, F_GETFD) & FD_CLOEXEC != 0)
        }
    }

    @Test func `on descriptor 0 is moved away`() async {
        await #expect(processExitsWith: .success) {
            let path = "/tmp/platform-test-\(getpid()).sock"
            defer { unsafe unlink(path) }
            let made = try ListeningSocket.unix(path: path).release()
            try #require(dup2(made, 0) == 0)
            close(made)
            var number: CInt = -1
            do {
                let socket = try ListeningSocket.inherited()
                number = socket.number
                let address = try #require(SocketAddress.unix(path))
                _ = try address.connect()
            }
            // Now nothing of the socket is left open, and 0 is not free for others.
            try #require(number > 2)
            try #require(fcntl(0, F_GETFD) >= 0)
            let address = try #require(SocketAddress.unix(path))
            #expect(throws: SystemError.self) { _ = try address.connect() }
        }
    }

    @Test func `is told from other descriptors`() throws {
        let pair = try SocketPair()
        let file = try FileDescriptor.open("/dev/null", O_RDONLY)
        for number in [pair.ours, file.number, 999] {
            let error = failure { () throws(ListeningSocketError) in
                try ListeningSocket.inherited(number)
            }
            #expect(error == .notListening(descriptor: number))
        }
    }

    @Test(
        arguments: [
            (nil, nil), ("1", "1"), (nil, "1"), ("own", nil), ("own", "2"), ("own", "x"),
        ] as [(String?, String?)]
    )
    func `is not taken from systemd when it is meant otherwise`(pid: String?, count: String?) {
        let pid = pid == "own" ? String(getpid()) : pid
        var isRefused = false
        do throws(ListeningSocketError) {
            _ = try ListeningSocket.systemd(listenPID: pid, listenFDs: count)
        } catch {
            if case .notFromSystemd = error { isRefused = true }
        }
        #expect(isRefused)
    }

    @Test func `is taken from systemd`() throws {
        try withPath { path in
            let number = try ListeningSocket.unix(path: path).release()
            let socket = try ListeningSocket.systemd(
                listenPID: String(getpid()),
                listenFDs: "1",
                firstDescriptor: number
            )
            #expect(socket.number == number)
        }
    }

    @Test func `at a path is taken from systemd when systemd opened it`() throws {
        try withPath { path in
            let number = try ListeningSocket.unix(path: path).release()
            let handed = try ListeningSocket.systemd(
                path: path,
                listenPID: String(getpid()),
                listenFDs: "1",
                firstDescriptor: number
            )
            guard let socket = handed else {
                Issue.record("none was handed over")
                return
            }
            #expect(socket.number == number)
        }
    }

    @Test(arguments: [(nil, nil), ("1", "1"), ("own", nil), ("own", "0"), ("own", "x")])
    func `at a path is our own when systemd hands over none`(pid: String?, count: String?) throws {
        let socket = try ListeningSocket.systemd(
            path: path,
            listenPID: pid == "own" ? String(getpid()) : pid,
            listenFDs: count
        )
        let isNone = socket == nil
        #expect(isNone)
    }

    @Test func `at a path is not another one that systemd opened`() throws {
        try withPath { path in
            let socket = try ListeningSocket.unix(path: path)
            var reason: ListeningSocketError?
            do throws(ListeningSocketError) {
                _ = try ListeningSocket.systemd(
                    path: "/run/other.sock",
                    listenPID: String(getpid()),
                    listenFDs: "1",
                    firstDescriptor: socket.number
                )
            } catch {
                reason = error
            }
            #expect(reason == .notFromSystemd("it is at \(path), not at /run/other.sock"))
        }
    }
}
