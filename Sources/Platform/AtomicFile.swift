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
        let temporary = path + ".new"
        do throws(SystemError) {
            try write(bytes, to: temporary, owner: owner)
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
        _ bytes: Span<UInt8>,
        to path: String,
        owner: FileOwner
    ) throws(SystemError) {
        if unsafe unlink(path) != 0, errno != ENOENT { throw .last("unlink", on: path) }
        let file = try File(path, for: .creating)
        try file.give(to: owner)
        try file.write(bytes, at: 0)
        try file.synchronize()
    }
}
