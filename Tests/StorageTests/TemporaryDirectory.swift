import Glibc
import Platform
import Storage

/// A directory of a test's own, gone with the test.
final class TemporaryDirectory {
    let path: String

    init() throws {
        var template = Array("/tmp/lockkeeper-storage-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw SystemError.last("mkdtemp") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        guard let directory = unsafe opendir(path) else { return }
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { unsafe unlink("\(path)/\(name)") }
        }
        unsafe closedir(directory)
        unsafe rmdir(path)
    }

    func state() throws -> StateDirectory {
        try StateDirectory(path)
    }

    func text(_ name: String) throws -> String {
        let bytes = try File("\(path)/\(name)", for: .reading).readAll(limit: 1 << 30)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Writes a file over what is there, keeping the file itself.
    func write(_ text: String, to name: String) throws {
        try write(Array(text.utf8), to: name)
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        let file = "\(path)/\(name)"
        if try FileStatus.of(file) == nil {
            let new = try File(file, for: .creating)
            try new.write(bytes.span, at: 0)
        } else {
            let old = try File(file, for: .writing)
            try old.truncate(to: 0)
            try old.write(bytes.span, at: 0)
        }
    }

    func append(_ text: String, to name: String) throws {
        let file = try File("\(path)/\(name)", for: .writing)
        try file.write(Array(text.utf8).span, at: try file.status().byteCount)
    }

    func remove(_ name: String) throws {
        guard unsafe unlink("\(path)/\(name)") == 0 else {
            throw SystemError.last("unlink", on: name)
        }
    }

    /// Makes a file look as old as it was.
    func setModificationTime(of name: String, to status: FileStatus?) throws {
        let moment = status?.modifiedAt ?? 0
        let time = timespec(
            tv_sec: Int(moment / 1_000_000_000),
            tv_nsec: Int(moment % 1_000_000_000)
        )
        guard unsafe utimensat(AT_FDCWD, "\(path)/\(name)", [time, time], 0) == 0 else {
            throw SystemError.last("utimensat", on: name)
        }
    }

    /// Renames another text into the place of a file.
    func replace(_ name: String, with text: String) throws {
        try AtomicFile.replace(
            "\(path)/\(name)",
            with: Array(text.utf8).span,
            owner: try state().owner
        )
    }
}
