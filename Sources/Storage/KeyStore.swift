import Glibc
import Model
import Platform

/// The key store as whoever changes it sees it: an image of its records, and one change at a time.
package final class KeyStore<Image: StoreImage> {
    private let directory: StateDirectory
    private let reader: StoreReader<Image>
    private let limit: Int

    /// The store of a directory, which has so many bytes at most; nothing of it is read yet.
    package init(
        _ directory: StateDirectory,
        into empty: Image,
        limit: Int = Limits.storeBytes
    ) {
        self.directory = directory
        self.limit = limit
        reader = StoreReader(of: directory, into: empty, limit: limit)
    }

    /// Reads what is new.
    package func refresh() throws(StorageError) {
        _ = try reader.refresh()
    }

    /// All records as they were last read.
    package var contents: Image { reader.image }

    /// The generation that was last read.
    package var sequence: UInt64 { reader.sequence }

    /// Reads a line again, of which the image has kept the place.
    func line(at place: Range<Int>) throws(StorageError) -> [UInt8] {
        try reader.line(at: place)
    }

    /// The error for a line that is not what it was.
    func changed(_ reason: String) -> StorageError {
        reader.changed(reason)
    }

    /// Makes one change durable.
    ///
    /// It is decided on under the lock, with everything that others wrote before: `decide` may
    /// refuse. After an error nothing has changed.
    package func commit(
        _ decide: (Image) throws(StorageError) -> StoreChange
    ) throws(StorageError) -> StoreCommit {
        try commitAll { (contents) throws(StorageError) in [try decide(contents)] }
    }

    /// Makes several changes durable at once; one that another refers to comes before it.
    package func commitAll(
        _ decide: (Image) throws(StorageError) -> [StoreChange]
    ) throws(StorageError) -> StoreCommit {
        let lock = try directory.lock()
        _ = try reader.refresh()
        let changes = try decide(reader.image)
        var lines: [UInt8] = []
        for (place, change) in changes.enumerated() {
            let sequence = reader.sequence + 1 + UInt64(place)
            lines += try encode(StoreLine(sequence: sequence, change: change))
        }
        try checkRoom(for: lines, of: changes, at: reader.end)
        let tornByteCount = reader.tornByteCount
        try append(lines, at: reader.end, tornByteCount: tornByteCount)
        _ = try reader.refresh()
        let sequence = reader.sequence
        let failure = reader.isMostlyDead ? compact() : nil
        lock.release()
        return StoreCommit(
            sequence: max(sequence, reader.sequence),
            tornByteCount: tornByteCount,
            compactionFailure: failure
        )
    }

    /// A full store still takes deletions: they make the room.
    private func checkRoom(
        for lines: [UInt8],
        of changes: [StoreChange],
        at end: Int
    ) throws(StorageError) {
        let room = changes.allSatisfy(\.isDeletion) ? limit : limit - limit / 64
        guard end + lines.count > room else { return }
        throw StorageError(
            "the key store is full: it has \(end) bytes, and \(limit) are the most",
            at: directory.storePath,
            remedy: "delete keys that nobody uses; nothing was changed"
        )
    }

    /// The bytes of a line, proven to be readable again.
    private func encode(_ line: StoreLine) throws(StorageError) -> [UInt8] {
        let bytes = line.encode()
        do throws(MemberError) {
            guard bytes.count <= Limits.storeLineBytes else {
                throw MemberError("the record has more than \(Limits.storeLineBytes) bytes")
            }
            guard try StoreLine(decoding: bytes.dropLast()) == line else {
                throw MemberError("the record would be read back as another one")
            }
        } catch {
            throw StorageError(error.reason, at: "")
        }
        return bytes
    }

    /// Puts lines behind the last whole one; what a failure leaves of them is cut off again.
    private func append(
        _ lines: [UInt8],
        at end: Int,
        tornByteCount: Int
    ) throws(StorageError) {
        try reporting(remedy: "nothing was changed") { () throws(SystemError) in
            let file = try openForWriting()
            if tornByteCount > 0 { try file.truncate(to: end) }
            do throws(SystemError) {
                try file.write(lines.span, at: end)
                try file.synchronize()
            } catch {
                try file.truncate(to: end)
                throw error
            }
        }
    }

    private func openForWriting() throws(SystemError) -> File {
        if try FileStatus.of(directory.storePath) != nil {
            return try File(directory.storePath, for: .writing)
        }
        let file = try File(directory.storePath, for: .creating)
        try file.give(to: directory.owner)
        try AtomicFile.synchronizeDirectory(of: directory.storePath)
        return file
    }

    /// Rewrites the file without the lines that no longer matter, however few they are.
    package func compactNow() throws(StorageError) {
        let lock = try directory.lock()
        _ = try reader.refresh()
        let failure = compact()
        lock.release()
        if let failure { throw failure }
    }

    /// Rewrites the file without the lines that no longer matter; the reason when that failed.
    private func compact() -> StorageError? {
        do throws(StorageError) {
            let file = try reporting { () throws(SystemError) in
                try File(directory.storePath, for: .reading)
            }
            var live = StoreProgress(image: LiveLines())
            try live.read(file)
            // A number that no line had, lest a later change get that of a line that is gone.
            let end = StoreLine(sequence: live.sequence + 1, change: .compaction).encode()
            let parts = live.image.parts
            try reporting { () throws(SystemError) in
                try AtomicFile.replace(
                    directory.storePath,
                    owner: directory.owner
                ) { (copy) throws(SystemError) in
                    var place = 0
                    for part in parts { try copy.write(part, of: file, at: &place) }
                    try copy.write(end.span, at: place)
                }
            }
            _ = try reader.refresh()
            return nil
        } catch {
            return error
        }
    }
}

extension KeyStore where Image == StoreContents {
    /// Reads the store of a directory, which has so many bytes at most, and the access keys of a
    /// scope in full.
    package convenience init(
        _ directory: StateDirectory,
        _ scope: StoreScope = .everything,
        limit: Int = Limits.storeBytes
    ) throws(StorageError) {
        self.init(directory, into: StoreContents(scope), limit: limit)
        try refresh()
    }
}

/// What a change of the store came to.
package struct StoreCommit: Equatable, Sendable {
    /// The generation that a worker must take over for the change to be in force.
    package let sequence: UInt64
    /// The bytes of a line that was cut off because its writer had died at it.
    package let tornByteCount: Int
    /// Why the file could not be rewritten without dead lines: the change itself is done.
    package let compactionFailure: StorageError?

    /// What the operator should hear of it, besides that it is done.
    package var notes: [String] {
        var notes: [String] = []
        if tornByteCount > 0 {
            notes.append("a torn line of \(tornByteCount) bytes at the store's end was cut off")
        }
        if let compactionFailure {
            notes.append("the store could not be compacted: \(compactionFailure)")
        }
        return notes
    }
}

extension File {
    /// Writes a part of another file, and moves the place behind it.
    fileprivate borrowing func write(
        _ part: Range<Int>,
        of source: borrowing File,
        at place: inout Int
    ) throws(SystemError) {
        var rest = part
        while !rest.isEmpty {
            var bytes: [UInt8] = []
            let count = try source.read(
                at: rest.lowerBound,
                upTo: min(rest.count, 256 * 1024),
                appendingTo: &bytes
            )
            guard count > 0 else { throw SystemError("read", on: source.path, code: EIO) }
            try write(bytes.span, at: place)
            place += count
            rest = (rest.lowerBound + count)..<rest.upperBound
        }
    }
}
