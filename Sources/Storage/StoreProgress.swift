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

    init(image: Image) {
        self.image = image
    }

    /// The lines that no longer matter.
    var deadLineCount: Int { lineCount - image.recordCount - compactionCount }

    /// Reads on to the end.
    mutating func read(_ file: borrowing File) throws(StorageError) {
        let path = file.path
        var lines = LineReader(from: end)
        tornByteCount = try lines.read(file) { (line, place) throws(StorageError) in
            try take(line, at: place, in: path)
            end = place.upperBound + 1
        } refuse: { reason in
            malformed(reason, in: path)
        }
    }

    private mutating func take(
        _ line: Span<UInt8>,
        at place: Range<Int>,
        in path: String
    ) throws(StorageError) {
        if let written = image.applyWritten(line, after: sequence, at: place) {
            sequence = written
        } else {
            try takeAnyForm(line, at: place, in: path)
        }
        lineCount += 1
    }

    private mutating func takeAnyForm(
        _ line: Span<UInt8>,
        at place: Range<Int>,
        in path: String
    ) throws(StorageError) {
        do throws(MemberError) {
            let line = try StoreLine(decoding: line.array)
            guard line.sequence > sequence else {
                throw MemberError(
                    "\(MemberName.seq.quoted) \(line.sequence) comes after \(sequence)"
                )
            }
            image.apply(line.change, sequence: line.sequence, at: place)
            if line.change == .compaction { compactionCount += 1 }
            sequence = line.sequence
        } catch {
            throw malformed(error.reason, in: path)
        }
    }

    private func malformed(_ reason: String, in path: String) -> StorageError {
        StorageError(
            reason,
            at: "\(path):\(lineCount + 1)",
            remedy: "correct the line or delete it, then reload"
        )
    }
}
