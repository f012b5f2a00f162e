import ControlPlane
import Glibc
import JSON
import Platform

/// Makes what is not there yet, and says what it made.
struct InitFiles {
    private var written: [String] = []
    private var kept: [String] = []
    private let quietly: Bool

    init(quietly: Bool) {
        self.quietly = quietly
    }

    /// Makes a folder and those above it; it alone is given to the owner.
    mutating func makeFolder(_ path: String, mode: UInt32, owner: FileOwner? = nil) throws {
        if try FileStatus.of(path) != nil { return }
        if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
            try makeFolder(String(path[..<slash]), mode: 0o755)
        }
        guard unsafe mkdir(path, mode) == 0 || errno == EEXIST else {
            throw SystemError.last("mkdir", on: path)
        }
        if let owner, unsafe chown(path, owner.user, owner.group) != 0 {
            throw SystemError.last("chown", on: path)
        }
        tell(path, isNew: true)
    }

    /// Writes a file, unless there is one of that name.
    mutating func write(
        _ text: String,
        to path: String,
        mode: UInt32,
        owner: FileOwner? = nil
    ) throws {
        if try FileStatus.of(path) != nil {
            tell(path, isNew: false)
            return
        }
        let file = try File(path, for: .creating)
        try file.write(Array(text.utf8).span, at: 0)
        try file.synchronize()
        if let owner { try file.give(to: owner) }
        // Only now may others read it, if they may at all.
        guard unsafe chmod(path, mode) == 0 else { throw SystemError.last("chmod", on: path) }
        tell(path, isNew: true)
    }

    private mutating func tell(_ path: String, isNew: Bool) {
        if isNew { written.append(path) } else { kept.append(path) }
        if !quietly { print(isNew ? "wrote \(path)" : "kept \(path), which was there already") }
    }

    /// Prints what was made and what was there.
    func printJSON() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.strings("written", written)
        writer.strings("kept", kept)
        writer.endObject()
        print(String(decoding: writer.bytes, as: UTF8.self))
    }
}
