import Model
import Platform

/// The key store as whoever changes it sees it: all records, and one change at a time.
package final class KeyStore {
    private let directory: StateDirectory
    private let reader: StoreReader<StoreContents>
    private let limit: Int

    /// What a change came to.
    package struct Commit: Equatable, Sendable {
        /// The generation that a worker must take over for the change to be in force.
        package let sequence: UInt64
        /// The bytes of a line that was cut off because its writer had died at it.
        package let tornByteCount: Int
        /// Why the file could not be rewritten without dead lines: the change itself is done.
        package let compactionFailure: StorageError?
    }

    /// Reads the store of a directory, which has so many bytes at most.
    package init(
        _ directory: StateDirectory,
        limit: Int = Limits.storeBytes
    ) throws(StorageError) {
        self.directory = directory
        self.limit = limit
        reader = StoreReader(of: directory, into: StoreContents(), limit: limit)
        _ = try reader.refresh()
    }

    /// All records as they were last read.
    package var contents: StoreContents { reader.image }

    /// The generation that was last read.
    package var sequence: UInt64 { reader.sequence }

    /// Makes one change durable.
    ///
    /// It is decided on under the lock, with everything that others wrote before: `decide` may
    /// refuse. After an error nothing has changed.
    package func commit(
        _ decide: (StoreContents) throws(StorageError) -> StoreChange
    ) throws(StorageError) -> Commit {
        let lock = try directory.lock()
        _ = try reader.refresh()
        let change = try decide(reader.image)
        let line = try encode(StoreLine(sequence: reader.sequence + 1, change: change))
        try checkRoom(for: line, change)
        let tornByteCount = reader.tornByteCount
        try append(line)
        _ = try reader.refresh()
        let sequence = reader.sequence
        let failure = reader.isMostlyDead ? compact() : nil
        lock.release()
        return Commit(
            sequence: max(sequence, reader.sequence),
            tornByteCount: tornByteCount,
            compactionFailure: failure
        )
    }

    /// A full store still takes deletions: they make the room.
    private func checkRoom(for line: [UInt8], _ change: StoreChange) throws(StorageError) {
        let room = change.isDeletion ? limit : limit - limit / 64
        guard reader.end + line.count > room else { return }
        throw StorageError(
            "the key store is full: it has \(reader.end) bytes, and \(limit) are the most",
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

    /// Puts a line behind the last whole one; what a failure leaves of it is cut off again.
    private func append(_ line: [UInt8]) throws(StorageError) {
        try reporting(remedy: "nothing was changed") { () throws(SystemError) in
            let file = try openForWriting()
            if reader.tornByteCount > 0 { try file.truncate(to: reader.end) }
            do throws(SystemError) {
                try file.write(line.span, at: reader.end)
                try file.synchronize()
            } catch {
                try file.truncate(to: reader.end)
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

    /// Rewrites the file without the lines that no longer matter; the reason when that failed.
    private func compact() -> StorageError? {
        do throws(StorageError) {
            let file = try reporting { () throws(SystemError) in
                try File(directory.storePath, for: .reading)
            }
            var live = StoreProgress(image: LiveLines())
            try live.read(file)
            let bytes = live.image.rewritten(after: live.sequence)
            try reporting { () throws(SystemError) in
                try AtomicFile.replace(
                    directory.storePath,
                    with: bytes.span,
                    owner: directory.owner
                )
            }
            _ = try reader.refresh()
            return nil
        } catch {
            return error
        }
    }
}
