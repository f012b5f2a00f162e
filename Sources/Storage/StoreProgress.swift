import Model
import Platform

/// How far a store was read, and what was made of it up to there.
///
/// A value, so that a line that can't be read leaves the one who reads with what they had.
struct StoreProgress<Image: StoreImage>: Sendable {
    var image: Image
    /// That of the last line.
    private(set) var sequence: UInt64 = 0
    /// The lines so far.
    private(set) var lineCount = 0
    /// The compactions among them: one at most.
    private(set) var compactionCount = 0
    /// Where the last whole line ends.
    private(set) var end = 0
    /// The bytes behind it, without a newline yet.
    private(set) var tornByteCount = 0

    /// How much is read at once.
    private static var blockBytes: Int { 256 * 1024 }

    init(image: Image) {
        self.image = image
    }

    /// The lines that no longer matter.
    var deadLineCount: Int { lineCount - image.recordCount - compactionCount }

    /// Reads on to the end.
    mutating func read(_ file: borrowing File) throws(StorageError) {
        var bytes: [UInt8] = []
        while true {
            let place = end + bytes.count
            do throws(SystemError) {
                let count = try file.read(
                    at: place,
                    upTo: StoreProgress.blockBytes,
                    appendingTo: &bytes
                )
                if count == 0 { break }
            } catch {
                throw StorageError(error)
            }
            try takeLines(of: &bytes, in: file.path)
        }
        tornByteCount = bytes.count
    }

    /// Takes the whole lines from the front of some bytes.
    private mutating func takeLines(
        of bytes: inout [UInt8],
        in path: String
    ) throws(StorageError) {
        var start = 0
        while let newline = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            try take(Array(bytes[start..<newline]), in: path)
            end += newline + 1 - start
            start = newline + 1
        }
        bytes.removeSubrange(..<start)
        guard bytes.count <= Limits.storeLineBytes else {
            throw malformed("longer than \(Limits.storeLineBytes) bytes", in: path)
        }
    }

    private mutating func take(_ line: [UInt8], in path: String) throws(StorageError) {
        do throws(MemberError) {
            let line = try StoreLine(decoding: line)
            guard line.sequence > sequence else {
                throw MemberError(
                    "\(MemberName.seq.quoted) \(line.sequence) comes after \(sequence)"
                )
            }
            image.apply(line.change, sequence: line.sequence)
            if line.change == .compaction { compactionCount += 1 }
            sequence = line.sequence
        } catch {
            throw malformed(error.reason, in: path)
        }
        lineCount += 1
    }

    private func malformed(_ reason: String, in path: String) -> StorageError {
        StorageError(
            reason,
            at: "\(path):\(lineCount + 1)",
            remedy: "correct the line or delete it, then reload"
        )
    }
}
