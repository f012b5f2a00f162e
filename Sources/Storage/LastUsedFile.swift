import Glibc
import JSON
package import Model
import Platform

/// When keys were last used: kept beside the store, since a use is no change of a record.
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
        let bytes = try reporting { () throws(SystemError) in try readBytes() }
        var uses: [String: Timestamp] = [:]
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            if let use = LastUsedFile.decode(Array(line)) { uses[use.id] = use.moment }
        }
        return uses
    }

    /// Adds uses to those in the file, and drops those of keys that are no more.
    ///
    /// It reads the file under the lock: while a worker hands over to the next, both write.
    package func merge(
        _ uses: [(id: String, moment: Timestamp)],
        keeping isLive: (String) -> Bool
    ) throws(StorageError) {
        let lock = try directory.lock()
        var merged = try read()
        for use in uses {
            merged[use.id] = max(use.moment, merged[use.id] ?? use.moment)
        }
        var writer = JSONWriter()
        for (id, moment) in merged.sorted(by: { $0.key < $1.key }) where isLive(id) {
            writer.beginObject()
            writer.key("v")
            writer.integer(StoreLine.version)
            writer.member("id", id)
            writer.member("lastUsed", moment.description)
            writer.endObject()
            writer.newline()
        }
        try reporting { () throws(SystemError) in
            try AtomicFile.replace(
                directory.lastUsedPath,
                with: writer.bytes.span,
                owner: directory.owner
            )
        }
        lock.release()
    }

    private func readBytes() throws(SystemError) -> [UInt8] {
        do throws(SystemError) {
            return try File(directory.lastUsedPath, for: .reading)
                .readAll(limit: Limits.storeBytes)
        } catch  where error.code == ENOENT {
            return []
        }
    }

    private static func decode(_ line: [UInt8]) -> (id: String, moment: Timestamp)? {
        do throws(MemberError) {
            var members = try MemberReader(line)
            guard try members.integer(.v) == StoreLine.version else { return nil }
            return (
                try members.identifier(.id), try members.value(.lastUsed) { Timestamp($0) }
            )
        } catch {
            return nil
        }
    }
}
