import Glibc
import Platform
import Testing

/// Lines on their way to files.
@Suite struct LogThreadTests {
    /// A directory that goes away with the test.
    final class Directory {
        let path: String

        init() throws {
            var template = Array("/tmp/lockkeeper-log-XXXXXX".utf8CString)
            path = try #require(unsafe mkdtemp(&template).map { unsafe String(cString: $0) })
        }

        deinit {
            for name in ["a.log", "b.log", "old.log"] { unsafe unlink("\(path)/\(name)") }
            unsafe rmdir(path)
        }

        func read(_ name: String) -> String {
            let path = "\(path)/\(name)"
            let file = FileDescriptor(taking: unsafe open(path, O_RDONLY | O_CLOEXEC))
            var bytes = [UInt8](repeating: 0, count: 4 << 20)
            let count = unsafe Glibc.read(file.number, &bytes, bytes.count)
            return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        }
    }

    @Test func `each sink's lines go to its own file, in order`() throws {
        let directory = try Directory()
        let log = try LogThread([
            .file(directory.path + "/a.log"), .file(directory.path + "/b.log"),
        ])
        for number in 0..<1000 {
            log.sinks[number % 2].append(line: "line \(number)")
        }
        log.flushAndStop()
        let numbers = (0..<1000).map { "line \($0)\n" }
        #expect(
            directory.read("a.log") == stride(from: 0, to: 1000, by: 2).map { numbers[$0] }.joined()
        )
        #expect(
            directory.read("b.log") == stride(from: 1, to: 1000, by: 2).map { numbers[$0] }.joined()
        )
    }

    @Test func `lines of many threads stay whole`() throws {
        let directory = try Directory()
        let log = try LogThread([.file(directory.path + "/a.log")])
        let threads = 4
        var running: [Joinable] = []
        for thread in 0..<threads {
            running.append(
                try Joinable {
                    for number in 0..<500 { log.sinks[0].append(line: "\(thread):\(number)") }
                }
            )
        }
        for thread in running { thread.join() }
        log.flushAndStop()
        let lines = directory.read("a.log").split(separator: "\n")
        #expect(lines.count == threads * 500)
        for thread in 0..<threads {
            let mine = lines.filter { $0.hasPrefix("\(thread):") }
            #expect(mine.map { String($0) } == (0..<500).map { "\(thread):\($0)" })
        }
    }

    @Test func `what does not fit is dropped and counted`() throws {
        let directory = try Directory()
        let log = try LogThread([.file(directory.path + "/a.log")], capacity: 100) { "lost \($0)" }
        // Each is larger than half the sink, so of any two between writes one is dropped.
        let line = String(repeating: "x", count: 80)
        for _ in 0..<100 { log.sinks[0].append(line: line) }
        log.flushAndStop()
        let lines = directory.read("a.log").split(separator: "\n")
        let lost = lines.compactMap { $0.hasPrefix("lost ") ? Int($0.dropFirst(5)) : nil }
        let kept = lines.filter { $0 == line }
        #expect(lost.reduce(0, +) > 0)
        #expect(lost.reduce(0, +) + kept.count == 100)
        #expect(lost.count + kept.count == lines.count)
    }

    @Test func `a line that is larger than the sink is dropped`() throws {
        let directory = try Directory()
        let log = try LogThread([.file(directory.path + "/a.log")], capacity: 100) { "lost \($0)" }
        log.sinks[0].append(line: String(repeating: "x", count: 100))
        log.flushAndStop()
        #expect(directory.read("a.log") == "lost 1\n")
    }

    @Test func `a file that was moved away is opened again`() throws {
        let directory = try Directory()
        let log = try LogThread([.file(directory.path + "/a.log")])
        log.sinks[0].append(line: "before")
        unsafe rename(directory.path + "/a.log", directory.path + "/old.log")
        log.reopen()
        #expect(try eventually { unsafe access(directory.path + "/a.log", F_OK) == 0 })
        log.sinks[0].append(line: "after")
        log.flushAndStop()
        #expect(directory.read("old.log") == "before\n")
        #expect(directory.read("a.log") == "after\n")
    }

    @Test func `a full disk costs lines and nothing else`() throws {
        let log = try LogThread([.file("/dev/full")])
        for number in 0..<100 { log.sinks[0].append(line: "line \(number)") }
        log.flushAndStop()
        log.sinks[0].append(line: "after the end")
    }

    @Test func `lines come out without a stop`() throws {
        let directory = try Directory()
        let log = try LogThread([.file(directory.path + "/a.log")])
        for round in 1...3 {
            log.sinks[0].append(line: "round \(round)")
            let wanted = (1...round).map { "round \($0)\n" }.joined()
            #expect(try eventually { directory.read("a.log") == wanted })
        }
        log.flushAndStop()
    }

    @Test func `a target that can't be opened is an error at once`() {
        #expect(throws: SystemError.self) {
            _ = try LogThread([.file("/nowhere/at/all.log")])
        }
    }

    /// Whether the condition holds within some seconds.
    private func eventually(_ condition: () -> Bool) throws -> Bool {
        let loop = try EventLoop()
        let deadline = ContinuousClock.now + .seconds(5)
        while !condition() {
            if ContinuousClock.now > deadline { return false }
            loop.turn(waiting: .milliseconds(1))
        }
        return true
    }
}

/// A thread in a list: arrays can't hold what can't be copied.
final class Joinable {
    private var thread: Thread?

    init(_ body: sending @escaping () -> Void) throws {
        thread = try Thread("test", body)
    }

    func join() {
        thread.take()?.join()
    }
}
