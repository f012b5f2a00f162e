import Glibc
import Model

/// A recorded stream or answer beside these tests.
enum Fixture {
    private static let folder = #filePath.split(separator: "/").dropLast().map { "/" + $0 }.joined()

    /// Whether what comes out is written over what was expected, for a person to look at then.
    static let isRecording = unsafe getenv("LOCKKEEPER_RECORD") != nil

    /// The bytes of a file in a dialect's folder; none when it can't be read.
    static func bytes(_ dialect: Dialect, _ name: String) -> [UInt8] {
        bytes("\(dialect.rawValue)/\(name)") ?? []
    }

    /// The names of a dialect's files, sorted.
    static func names(_ dialect: Dialect) -> [String] { names(dialect.rawValue) }

    /// The bytes of a file; nil when it can't be read.
    static func bytes(_ path: String) -> [UInt8]? {
        guard let file = unsafe fopen("\(folder)/Fixtures/\(path)", "r") else { return nil }
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        while true {
            let byte = unsafe getc(file)
            if byte == EOF { return bytes }
            bytes.append(UInt8(truncatingIfNeeded: byte))
        }
    }

    /// The names in a folder, sorted.
    static func names(_ path: String) -> [String] {
        guard let folder = unsafe opendir("\(folder)/Fixtures/\(path)") else { return [] }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { text in
                unsafe String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// Writes a file over another.
    static func record(_ path: String, _ bytes: [UInt8]) {
        guard let file = unsafe fopen("\(folder)/Fixtures/\(path)", "w") else { return }
        defer { unsafe fclose(file) }
        for byte in bytes { unsafe putc(Int32(byte), file) }
    }
}
