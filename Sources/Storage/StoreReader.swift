import Glibc
import Model
import Platform

/// Follows a key store: reads what was appended, or all of it when the file is another one.
///
/// It takes no lock: a line without its newline is not there yet, and what is renamed into place is
/// whole. It keeps the file open, so that no other file can come to look like it.
package final class StoreReader<Image: StoreImage> {
    private let path: String
    private let limit: Int
    private var progress: StoreProgress<Image>
    private var file: File?
    private var status: FileStatus?

    /// What a look at the store came to.
    package enum Outcome: Equatable, Sendable {
        /// Nothing is new.
        case unchanged
        /// So many lines were appended.
        case appended(lineCount: Int)
        /// All lines were read.
        case readWhole(lineCount: Int)
    }

    /// A reader that has read nothing yet, and makes images of lines from an empty one on.
    ///
    /// - Parameter limit: the most bytes of the file.
    package init(
        of directory: StateDirectory,
        into empty: Image,
        limit: Int = Limits.storeBytes
    ) {
        path = directory.storePath
        self.limit = limit
        progress = StoreProgress(image: empty)
    }

    /// What the lines read so far make.
    package var image: Image {
        get { progress.image }
        set { progress.image = newValue }
    }

    /// The generation: the number of the last line read.
    package var sequence: UInt64 { progress.sequence }

    /// The bytes at the end that are no line yet: a writer is at it, or died at it.
    package var tornByteCount: Int { progress.tornByteCount }

    /// Where the last whole line ends.
    var end: Int { progress.end }

    /// Whether more than half of the lines no longer matter.
    var isMostlyDead: Bool { 2 * progress.deadLineCount > progress.lineCount }

    /// Reads what is new; after an error everything is as it was before.
    package func refresh() throws(StorageError) -> Outcome {
        guard let file = try openFile() else {
            guard status == nil else {
                throw StorageError(
                    "the key store is gone",
                    at: path,
                    remedy: "put it back, or restart without"
                )
            }
            return .unchanged
        }
        let status = try reporting { () throws(SystemError) in try file.status() }
        // A torn line may have become another one of the same length within the clock's tick.
        if status == self.status, tornByteCount == 0 { return .unchanged }
        guard status.byteCount <= limit else {
            throw StorageError(
                "the key store has \(status.byteCount) bytes, and \(limit) are the most",
                at: path,
                remedy: "spread the keys over several gateways"
            )
        }
        let outcome: Outcome
        if let appended = readOn(file, status) {
            outcome = appended
        } else {
            outcome = try readWhole(file)
        }
        self.status = status
        self.file = consume file
        return outcome
    }

    /// Reads the tail, nil when this is another file or no longer the same text.
    private func readOn(_ file: borrowing File, _ status: FileStatus) -> Outcome? {
        guard let known = self.status, known.identity == status.identity,
            status.byteCount > known.byteCount || status == known
        else { return nil }
        var next = progress
        do throws(StorageError) {
            try next.read(file)
        } catch {
            return nil  // Maybe edited in place: the whole file tells, and with a line number.
        }
        defer { progress = next }
        return .appended(lineCount: next.lineCount - progress.lineCount)
    }

    private func readWhole(_ file: borrowing File) throws(StorageError) -> Outcome {
        var next = StoreProgress(image: progress.image.renewed())
        try next.read(file)
        next.image.finish()
        progress = next
        return .readWhole(lineCount: next.lineCount)
    }

    /// Reads a line again, of which the image has kept the place.
    func line(at place: Range<Int>) throws(StorageError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(place.count)
        while bytes.count < place.count {
            let count: Int?
            do throws(SystemError) {
                count = try file?.read(
                    at: place.lowerBound + bytes.count,
                    upTo: place.count - bytes.count,
                    appendingTo: &bytes
                )
            } catch {
                throw StorageError(error)
            }
            guard let count, count > 0 else { throw changed("it is shorter") }
        }
        return bytes
    }

    /// The error for a line that is not what it was.
    func changed(_ reason: String) -> StorageError {
        StorageError(
            "a line was changed while it was read: \(reason)",
            at: path,
            remedy: "try again"
        )
    }

    private func openFile() throws(StorageError) -> File? {
        do throws(SystemError) {
            return try File(path, for: .reading)
        } catch  where error.code == ENOENT {
            return nil
        } catch {
            throw StorageError(error)
        }
    }
}
