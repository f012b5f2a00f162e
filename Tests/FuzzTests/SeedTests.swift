import Glibc
import Testing

/// Each seed once: what a fuzzer has found stays mended.
///
/// An input that breaks a rule ends the process, so a failure here is a test run that breaks off.
@Suite struct `The seeds of` {
    @Test(arguments: FuzzTarget.allCases)
    func `a fuzz target break no rule`(target: FuzzTarget) throws {
        let folder = "\(Self.folder)/\(target.rawValue)"
        let names = try Self.names(in: folder)
        #expect(!names.isEmpty, "\(folder) holds no seed")
        for name in names {
            let bytes = try Self.bytes(of: "\(folder)/\(name)")
            print("seed \(target.rawValue)/\(name)")
            target.run(bytes.span)
        }
    }

    @Test func `a target that is gone are gone too`() throws {
        let targets = FuzzTarget.allCases.map(\.rawValue)
        #expect(try Self.names(in: Self.folder).allSatisfy { targets.contains($0) })
    }

    private static let folder =
        #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined() + "/Fuzz"

    private struct Unreadable: Error {
        let path: String
    }

    private static func names(in path: String) throws -> [String] {
        guard let folder = unsafe opendir(path) else { throw Unreadable(path: path) }
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

    private static func bytes(of path: String) throws -> [UInt8] {
        guard let file = unsafe fopen(path, "r") else { throw Unreadable(path: path) }
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        while true {
            let byte = unsafe getc(file)
            if byte == EOF { return bytes }
            bytes.append(UInt8(truncatingIfNeeded: byte))
        }
    }
}
