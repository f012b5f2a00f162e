import Glibc

/// What stands in a directory.
package enum Directory {
    /// The names in it, in no order, without itself and the one above.
    package static func names(in path: String) throws(SystemError) -> [String] {
        guard let listing = unsafe opendir(path) else { throw .last("opendir", on: path) }
        defer { _ = unsafe closedir(listing) }
        var names: [String] = []
        while let entry = unsafe readdir(listing) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe String(
                    cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self)
                )
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Removes a file; one that is not there is removed already.
    package static func remove(_ path: String) throws(SystemError) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw .last("unlink", on: path) }
    }
}
