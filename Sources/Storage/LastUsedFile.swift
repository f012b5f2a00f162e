import Glibc
import JSON
package import Model
import Platform

/// When keys were last used: kept beside the store, since a use is no change of a record.
///
/// With a million keys it has as many lines, so it is only ever held a piece at a time.
package struct LastUsedFile: Sendable {
    private let directory: StateDirectory

    /// The file of a directory.
    package init(of directory: StateDirectory) {
        self.directory = directory
    }

    /// When each key was last used, by its id.
    ///
    /// A line that can't be read is left out: what is lost with it is told again by the next use.
    package func read() throws(StorageError) -> [String: Timestamp] {
        var uses: [String: Timestamp] = [:]
        try forEachUse { (id, moment, _) in
            uses[id] = max(moment, uses[id] ?? moment)
        }
        return uses
    }

    /// When one key was last used.
    package func lastUse(of id: String) throws(StorageError) -> Timestamp? {
        var last: Timestamp?
        try forEachUse { (other, moment, _) in
            if other == id { last = max(moment, last ?? moment) }
        }
        return last
    }

    /// Adds uses to those in the file, and drops those of keys that are no more.
    ///
    /// It reads the file under the lock: while a worker hands over to the next, both write.
    package func merge(
        _ uses: [(id: String, moment: Timestamp)],
        keeping isLive: (String) -> Bool
    ) throws(StorageError) {
        let lock = try directory.lock()
        var latest: [String: Timestamp] = [:]
        for use in uses { latest[use.id] = max(use.moment, latest[use.id] ?? use.moment) }
        var problem: StorageError?
        do throws(SystemError) {
            try AtomicFile.replace(
                directory.lastUsedPath,
                owner: directory.owner
            ) { (copy) throws(SystemError) in
                do throws(StorageError) {
                    try write(latest, to: copy, keeping: isLive)
                } catch {
                    problem = error
                    throw SystemError("write", on: copy.path, code: EIO)
                }
            }
        } catch {
            throw problem ?? StorageError(error)
        }
        lock.release()
    }

    /// Copies the lines of the file, those of newer uses changed, and then writes the other uses.
    private func write(
        _ uses: [String: Timestamp],
        to copy: borrowing File,
        keeping isLive: (String) -> Bool
    ) throws(StorageError) {
        var rest = uses
        var part = LastUsedPart()
        try forEachUse { (id, moment, line) throws(StorageError) in
            guard isLive(id) else { return }
            if let newer = rest.removeValue(forKey: id), newer > moment {
                part.add(id, newer)
            } else {
                part.add(line)
            }
            try part.writeIfLong(to: copy)
        }
        for (id, moment) in rest.sorted(by: { $0.key < $1.key }) where isLive(id) {
            part.add(id, moment)
            try part.writeIfLong(to: copy)
        }
        try part.write(to: copy)
    }

    /// What tells the file from the one of another moment; nil when there is none.
    func status() throws(StorageError) -> FileStatus? {
        try reporting { () throws(SystemError) in try FileStatus.of(directory.lastUsedPath) }
    }

    /// Calls with each line that can be read, up to one without an end.
    func forEachUse(
        _ body: (String, Timestamp, Span<UInt8>) throws(StorageError) -> Void
    ) throws(StorageError) {
        guard let file = try open() else { return }
        var isTooLong = false
        var lines = LineReader(from: 0)
        do throws(StorageError) {
            _ = try lines.read(file) { (line, _) throws(StorageError) in
                if let use = LastUsedFile.decode(line) { try body(use.id, use.moment, line) }
            } refuse: { reason in
                isTooLong = true
                return StorageError(reason, at: directory.lastUsedPath)
            }
        } catch {
            guard isTooLong else { throw error }
        }
    }

    private func open() throws(StorageError) -> File? {
        do throws(SystemError) {
            return try File(directory.lastUsedPath, for: .reading)
        } catch  where error.code == ENOENT {
            return nil
        } catch {
            throw StorageError(error)
        }
    }

    private static func decode(_ line: Span<UInt8>) -> (id: String, moment: Timestamp)? {
        var reader = WrittenReader()
        if reader.take("{\"v\":1,\"id\":", line), let id = reader.id(line),
            reader.take(",\"lastUsed\":", line), let moment = reader.moment(line),
            reader.take("}", line), reader.position == line.count,
            let moment = Timestamp(line.text(moment))
        {
            return (line.text(id), moment)
        }
        do throws(MemberError) {
            var members = try MemberReader(line.array)
            guard try members.integer(.v) == StoreLine.version else { return nil }
            return (
                try members.identifier(.id), try members.value(.lastUsed) { Timestamp($0) }
            )
        } catch {
            return nil
        }
    }
}

/// The next lines of a file of last uses.
private struct LastUsedPart {
    private var writer = JSONWriter()
    private var place = 0

    private static let longest = 64 * 1024

    mutating func add(_ id: String, _ moment: Timestamp) {
        writer.beginObject()
        writer.key("v")
        writer.integer(StoreLine.version)
        writer.member("id", id)
        writer.member("lastUsed", moment.description)
        writer.endObject()
        writer.newline()
    }

    mutating func add(_ line: Span<UInt8>) {
        writer.raw(line)
        writer.newline()
    }

    mutating func writeIfLong(to file: borrowing File) throws(StorageError) {
        if writer.bytes.count > LastUsedPart.longest { try write(to: file) }
    }

    mutating func write(to file: borrowing File) throws(StorageError) {
        let bytes = writer.takeBytes()
        do throws(SystemError) {
            try file.write(bytes.span, at: place)
        } catch {
            throw StorageError(error)
        }
        place += bytes.count
    }
}
