import CLinux
import Glibc

/// The exclusive lock of a file that exists for nothing else; held until it is consumed.
///
/// The lock belongs to the open file (F_OFD_SETLKW), not to the process: two threads exclude each
/// other as two processes do, and a process that dies holds nothing.
package struct FileLock: ~Copyable, Sendable {
    private let file: File

    /// Makes the file if need be and waits for its lock.
    package init(_ path: String, owner: FileOwner) throws(SystemError) {
        let file = try FileLock.open(path, owner: owner)
        try file.lock()
        self.file = file
    }

    /// Whether the file is still the one at its path, and was not removed meanwhile.
    package borrowing func isInPlace() throws(SystemError) -> Bool {
        try file.status().identity == FileStatus.of(file.path)?.identity
    }

    /// Whether somebody holds the lock of a file; nobody holds that of one that is not there.
    package static func isHeld(_ path: String) throws(SystemError) -> Bool {
        do throws(SystemError) {
            let file = try File(path, for: .writing)
            return try !file.tryLock()
        } catch  where error.code == ENOENT {
            return false
        }
    }

    /// Lets the next one have it.
    package consuming func release() {}

    private static func open(
        _ path: String,
        owner: FileOwner
    ) throws(SystemError) -> File {
        while true {
            do throws(SystemError) {
                return try File(path, for: .writing)
            } catch  where error.code == ENOENT {
                do throws(SystemError) {
                    let file = try File(path, for: .creating)
                    try file.give(to: owner)
                    return file
                } catch  where error.code == EEXIST {
                    continue  // Another one made it in between.
                }
            }
        }
    }
}

extension FileDescriptor {
    /// Waits for the exclusive lock of the whole file.
    borrowing func lock(_ path: String) throws(SystemError) {
        while clinux_lock_file(number) != 0 {
            guard errno == EINTR else { throw .last("lock", on: path) }
        }
    }

    /// Takes that lock if it is free: whether it was.
    borrowing func tryLock(_ path: String) throws(SystemError) -> Bool {
        if clinux_try_lock_file(number) == 0 { return true }
        guard errno == EAGAIN || errno == EACCES else { throw .last("lock", on: path) }
        return false
    }
}
