import Glibc
import Platform
import Testing

/// Programs that are started and end.
@Suite struct ChildProcessTests {
    private func ending(of child: ChildProcess) throws -> ChildProcess.Ending? {
        let loop = try EventLoop()
        let deadline = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < deadline {
            if let ending = child.checkEnding() { return ending }
            loop.turn(waiting: .milliseconds(1))
        }
        return nil
    }

    /// Runs a shell script whose standard output is a pipe: what it wrote, and how it ended.
    private func run(
        _ script: String,
        environment: [String: String] = [:],
        more: [(childNumber: CInt, descriptor: CInt)] = []
    ) throws -> (String, ChildProcess.Ending?) {
        var ends: [CInt] = [0, 0]
        let kind = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        _ = unsafe socketpair(AF_UNIX, kind, 0, &ends)
        let child = try ChildProcess.start(
            "/bin/sh",
            arguments: ["-c", script],
            environment: environment,
            descriptors: [(1, ends[1])] + more
        )
        close(ends[1])
        defer { close(ends[0]) }
        var text: [UInt8] = []
        // A child's end that is closed is the end of the text.
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe read(ends[0], &buffer, buffer.count)
            if count <= 0 { break }
            text += buffer[..<count]
        }
        return (String(decoding: text, as: UTF8.self), try ending(of: child))
    }

    @Test func `a child gets its arguments and its environment alone`() throws {
        let (text, ending) = try run("echo \"$A/$HOME\"; exit 7", environment: ["A": "x y"])
        #expect(text == "x y/\n")
        #expect(ending == .exited(7))
    }

    @Test func `a child gets the descriptors it is given and no others`() throws {
        let one = try FileDescriptor.open("/dev/null", O_RDWR)
        let other = try FileDescriptor.open("/dev/zero", O_RDWR)
        let (text, _) = try run(
            "readlink /proc/$$/fd/0 /proc/$$/fd/5; test -e /proc/$$/fd/\(other.number) || echo no",
            more: [(0, one.number), (5, other.number)]
        )
        #expect(text == "/dev/null\n/dev/zero\nno\n")
    }

    @Test func `descriptors may change places`() throws {
        let one = try FileDescriptor.open("/dev/null", O_RDWR)
        let other = try FileDescriptor.open("/dev/zero", O_RDWR)
        let (text, _) = try run(
            "readlink /proc/$$/fd/\(one.number) /proc/$$/fd/\(other.number)",
            more: [(one.number, other.number), (other.number, one.number)]
        )
        #expect(text == "/dev/zero\n/dev/null\n")
    }

    @Test func `a child has no signal blocked`() throws {
        var before = sigset_t()
        var usr1 = sigset_t()
        unsafe sigemptyset(&usr1)
        unsafe sigaddset(&usr1, SIGUSR1)
        unsafe pthread_sigmask(SIG_BLOCK, &usr1, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        let (text, _) = try run("exec grep SigBlk /proc/self/status")
        #expect(text == "SigBlk:\t0000000000000000\n")
    }

    @Test func `signals of a child of ours wait until it reads them`() throws {
        let child = try ChildProcess.start(
            "/bin/sleep",
            arguments: ["60"],
            environment: [:],
            signals: .waiting
        )
        for signal in Signal.allCases { child.send(signal) }
        let status = try File("/proc/\(child.identifier)/status", for: .reading)
        let text = String(decoding: try status.readAll(limit: 65_536), as: UTF8.self)
        let pending = text.split(separator: "\n").first { $0.hasPrefix("ShdPnd") }
        // SIGHUP, SIGINT, SIGUSR1, SIGUSR2, SIGTERM.
        #expect(pending?.hasSuffix("4a03") == true)
        #expect(child.checkEnding() == nil)
        child.kill()
        #expect(try ending(of: child) == .killed(by: SIGKILL))
    }

    @Test func `a child can be ended by a signal`() throws {
        let child = try ChildProcess.start("/bin/sleep", arguments: ["60"], environment: [:])
        #expect(child.checkEnding() == nil)
        child.send(.term)
        #expect(try ending(of: child) == .killed(by: SIGTERM))
        // The number may belong to another process by now.
        child.send(.term)
        child.kill()
        #expect(child.checkEnding() == .killed(by: SIGTERM))
    }

    @Test func `a child can be ended at once`() throws {
        let child = try ChildProcess.start("/bin/sleep", arguments: ["60"], environment: [:])
        child.kill()
        #expect(try ending(of: child) == .killed(by: SIGKILL))
    }

    @Test func `a program that does not exist is an error`() {
        #expect(throws: SystemError("posix_spawn", on: "/nowhere", code: ENOENT)) {
            _ = try ChildProcess.start("/nowhere", arguments: [], environment: [:])
        }
    }
}
