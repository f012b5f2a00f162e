import Glibc
import Platform

/// Numbers in a file, which are there when the process that wrote them is killed.
final class Notes: Sendable {
    private let descriptor: CInt

    init(_ path: String) throws {
        descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError.last("open", on: path) }
    }

    deinit { close(descriptor) }

    func add(_ number: Int) {
        let line = Array("\(number)\n".utf8)
        _ = unsafe line.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    }
}

extension Site {
    var notesPath: String { path + "-copy" }
    var logPath: String { path + "-wal" }

    func makeNotes() throws {
        _ = try File(notesPath, for: .creating)
    }

    /// All of them, in their order.
    func notes() throws -> [Int] {
        let file = try File(notesPath, for: .reading)
        var bytes: [UInt8] = []
        while try file.read(at: bytes.count, upTo: 1 << 16, appendingTo: &bytes) > 0 {}
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { Int($0) }
    }
}
