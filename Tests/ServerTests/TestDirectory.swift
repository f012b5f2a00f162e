import Glibc
import Platform

/// Directories for tests.
enum TestDirectory {
    static func make(_ path: String) throws(SystemError) {
        guard unsafe mkdir(path, 0o700) == 0 else { throw .last("mkdir", on: path) }
    }

    /// Removes a directory with the files in it.
    static func remove(_ path: String) {
        guard let listing = unsafe opendir(path) else { return }
        while let entry = unsafe readdir(listing) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe String(
                    cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self)
                )
            }
            _ = unsafe unlink(path + "/" + name)
        }
        _ = unsafe closedir(listing)
        _ = unsafe rmdir(path)
    }
}
