import Glibc

/// An open file that knows its path, so that an error can name it.
package struct File: ~Copyable, Sendable {
    /// Where it was opened.
    package let path: String
    private let descriptor: FileDescriptor

    /// What a file is opened for; a symbolic link is never followed.
    package enum Purpose: Sendable {
        /// To read it.
        case reading
        /// To read and write what is there.
        case writing
        /// To write what must not be there yet; mode 0600.
        case creating
    }

    /// Opens a file.
    package init(_ path: String, for purpose: Purpose) throws(SystemError) {
        let flags =
            switch purpose {
            case .reading: O_RDONLY
            case .writing: O_RDWR
            case .creating: O_RDWR | O_CREAT | O_EXCL
            }
        descriptor = try .open(path, flags | O_NOFOLLOW, mode: 0o600)
        self.path = path
    }

    /// What the kernel knows of it.
    package borrowing func status() throws(SystemError) -> FileStatus {
        var status = stat()
        guard unsafe fstat(descriptor.number, &status) == 0 else {
            throw .last("fstat", on: path)
        }
        return FileStatus(status)
    }

    /// Reads once at a place, so many bytes at most, and appends them: the byte count, 0 at the end.
    package borrowing func read(
        at offset: Int,
        upTo byteCount: Int,
        appendingTo bytes: inout [UInt8]
    ) throws(SystemError) -> Int {
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 16)
        defer { unsafe block.deallocate() }
        let count = unsafe try read(at: offset, into: block)
        unsafe bytes.append(contentsOf: block[..<count])
        return count
    }

    /// Reads once at a place, into bytes that are there: the byte count, 0 at the end.
    package borrowing func read(
        at offset: Int,
        into bytes: inout [UInt8],
        _ range: Range<Int>
    ) throws(SystemError) -> Int {
        var code: CInt = 0
        let count = unsafe bytes.withUnsafeMutableBytes { bytes in
            do throws(SystemError) {
                return unsafe try read(
                    at: offset,
                    into: UnsafeMutableRawBufferPointer(rebasing: bytes[range])
                )
            } catch {
                code = error.code
                return 0
            }
        }
        guard code == 0 else { throw SystemError("read", on: path, code: code) }
        return count
    }

    private borrowing func read(
        at offset: Int,
        into room: UnsafeMutableRawBufferPointer
    ) throws(SystemError) -> Int {
        while true {
            let count = unsafe pread(descriptor.number, room.baseAddress, room.count, offset)
            if count >= 0 { return count }
            guard errno == EINTR else { throw .last("read", on: path) }
        }
    }

    /// Reads everything; a file of more bytes than the limit is an error (EFBIG).
    package borrowing func readAll(limit: Int) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        while try read(at: bytes.count, upTo: 256 * 1024, appendingTo: &bytes) > 0 {
            if bytes.count > limit { throw SystemError("read", on: path, code: EFBIG) }
        }
        return bytes
    }

    /// Writes all bytes at a place; after an error a part of them may be there.
    package borrowing func write(_ bytes: Span<UInt8>, at offset: Int) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let rest = bytes.extracting(droppingFirst: written)
            let count = unsafe rest.withUnsafeBytes {
                unsafe pwrite(descriptor.number, $0.baseAddress, $0.count, offset + written)
            }
            if count > 0 {
                written += count
            } else if count == 0 {
                throw SystemError("write", on: path, code: ENOSPC)
            } else if errno != EINTR {
                throw .last("write", on: path)
            }
        }
    }

    /// Cuts it off at a place.
    package borrowing func truncate(to byteCount: Int) throws(SystemError) {
        guard ftruncate(descriptor.number, byteCount) == 0 else {
            throw .last("truncate", on: path)
        }
    }

    /// Returns when its bytes are on the disk.
    package borrowing func synchronize() throws(SystemError) {
        guard fsync(descriptor.number) == 0 else { throw .last("fsync", on: path) }
    }

    /// Gives it to an owner where that can be done: for all but root a new file is their own already.
    package borrowing func give(to owner: FileOwner) throws(SystemError) {
        guard geteuid() == 0 else { return }
        guard fchown(descriptor.number, owner.user, owner.group) == 0 else {
            throw .last("chown", on: path)
        }
    }

    /// Waits for the exclusive lock of the whole file, which ends with this open file.
    borrowing func lock() throws(SystemError) {
        try descriptor.lock(path)
    }

    /// Takes that lock if it is free: whether it was.
    borrowing func tryLock() throws(SystemError) -> Bool {
        try descriptor.tryLock(path)
    }
}

/// Who owns a file.
package struct FileOwner: Equatable, Sendable {
    /// The user's number.
    package let user: UInt32
    /// The group's number.
    package let group: UInt32

    /// A user and a group by their numbers.
    package init(user: UInt32, group: UInt32) {
        self.user = user
        self.group = group
    }

    /// The user that this process acts as.
    package static var effectiveUser: UInt32 { geteuid() }
}

/// What the kernel knows of a file.
package struct FileStatus: Equatable, Sendable {
    /// Which file it is, whatever its name: no other has the same while it is open somewhere.
    package struct Identity: Equatable, Sendable {
        private let device: UInt
        private let inode: UInt

        fileprivate init(_ status: stat) {
            device = status.st_dev
            inode = status.st_ino
        }
    }

    /// Which file it is.
    package let identity: Identity
    /// Its length.
    package let byteCount: Int
    /// Who owns it.
    package let owner: FileOwner
    /// Its permission bits.
    package let mode: UInt32
    /// Whether it is a directory.
    package let isDirectory: Bool
    /// When its bytes were last changed, in nanoseconds since the epoch.
    package let modifiedAt: Int64

    fileprivate init(_ status: stat) {
        identity = Identity(status)
        byteCount = status.st_size
        owner = FileOwner(user: status.st_uid, group: status.st_gid)
        mode = status.st_mode & 0o7777
        isDirectory = status.st_mode & S_IFMT == S_IFDIR
        modifiedAt =
            Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
    }

    /// The status of what stands at a path, a symbolic link itself; nil when nothing does.
    package static func of(_ path: String) throws(SystemError) -> FileStatus? {
        var status = stat()
        if unsafe lstat(path, &status) == 0 { return FileStatus(status) }
        guard errno == ENOENT else { throw .last("stat", on: path) }
        return nil
    }
}
