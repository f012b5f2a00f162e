import Glibc

/// Replaces a file so that readers and crashes see the old one or the new one, whole.
package enum AtomicFile {
    /// Writes `path.new`, makes it durable, renames it and makes the name durable.
    ///
    /// One writer at a time: the caller holds a lock. What a writer that died left is overwritten.
    package static func replace(
        _ path: String,
        with bytes: Span<UInt8>,
        owner: FileOwner
    ) throws(SystemError) {
        try replace(path, owner: owner) { (file) throws(SystemError) in
            try file.write(bytes, at: 0)
        }
    }

    /// The same for bytes that are written bit by bit.
    package static func replace(
        _ path: String,
        owner: FileOwner,
        _ fill: (borrowing File) throws(SystemError) -> Void
    ) throws(SystemError) {
        let temporary = path + ".new"
        do throws(SystemError) {
            try write(to: temporary, owner: owner, fill)
            guard unsafe rename(temporary, path) == 0 else { throw .last("rename", on: path) }
        } catch {
            _ = unsafe unlink(temporary)
            throw error
        }
        try synchronizeDirectory(of: path)
    }

    /// Makes the names in a file's directory durable.
    package static func synchronizeDirectory(of path: String) throws(SystemError) {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        try File(directory, for: .reading).synchronize()
    }

    private static func write(
        to path: String,
        owner: FileOwner,
        _ fill: (borrowing File) throws(SystemError) -> Void
    ) throws(SystemError) {
        if unsafe unlink(path) != 0, errno != ENOENT { throw .last("unlink", on: path) }
        let file = try File(path, for: .creating)
        try file.give(to: owner)
        try fill(file)
        try file.synchronize()
    }
}
