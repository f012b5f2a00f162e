import Glibc
import Model
import Platform

/// The end of a key store: all that must be known of it for a line to be added.
struct StoreTail {
    /// That of the last whole line; 0 without one.
    private(set) var sequence: UInt64 = 0
    /// Where it ends.
    private(set) var end = 0
    /// The bytes behind it, without a newline.
    private(set) var tornByteCount = 0

    /// Reads it; the writers' lock is held.
    init(of path: String) throws(StorageError) {
        guard let file = try StoreTail.open(path) else { return }
        let bytes: [UInt8]
        let start: Int
        (bytes, start) = try reporting { () throws(SystemError) in try StoreTail.lastLines(file) }
        guard let newline = bytes.lastIndex(of: StoreTail.newline) else {
            guard start == 0 else { throw StorageError(LineReader.tooLong, at: path) }
            tornByteCount = bytes.count
            return
        }
        end = start + newline + 1
        tornByteCount = bytes.count - newline - 1
        let before = bytes[..<newline].lastIndex(of: StoreTail.newline)
        guard before != nil || start == 0 else { throw StorageError(LineReader.tooLong, at: path) }
        do throws(MemberError) {
            let line = Array(bytes[(before.map { $0 + 1 } ?? 0)..<newline])
            sequence = try StoreLine(decoding: line).sequence
        } catch {
            throw StorageError("the last line: \(error.reason)", at: path)
        }
    }

    private static let newline = UInt8(ascii: "\n")

    /// So many bytes of the end that two newlines are among them, where there are two.
    private static func lastLines(
        _ file: borrowing File
    ) throws(SystemError) -> (bytes: [UInt8], start: Int) {
        let byteCount = try file.status().byteCount
        var length = 16 * 1024
        while true {
            let start = max(0, byteCount - length)
            var bytes: [UInt8] = []
            while try file.read(at: start + bytes.count, upTo: length, appendingTo: &bytes) > 0 {}
            if start == 0 || length > 2 * Limits.storeLineBytes
                || bytes.lazy.filter({ $0 == newline }).count > 1
            {
                return (bytes, start)
            }
            length *= 8
        }
    }

    private static func open(_ path: String) throws(StorageError) -> File? {
        do throws(SystemError) {
            return try File(path, for: .reading)
        } catch  where error.code == ENOENT {
            return nil
        } catch {
            throw StorageError(error)
        }
    }
}
