import Glibc
import Model
import Platform

/// Reads a file's lines, one after the other, through one buffer.
struct LineReader {
    /// Where the first byte of the buffer stands in the file.
    private var position: Int
    private var bytes = [UInt8](repeating: 0, count: 64 * 1024)
    /// Those of the buffer that were read and are no part of a line taken before.
    private var filled = 0..<0

    /// What a line without an end, or with a far one, is told to be.
    static let tooLong = "longer than \(Limits.storeLineBytes) bytes"

    /// A reader of the lines from a place on.
    init(from position: Int) {
        self.position = position
    }

    /// Reads to the end and calls with each whole line, its newline left out, and with its place.
    ///
    /// Returns the bytes behind the last line.
    mutating func read(
        _ file: borrowing File,
        _ take: (Span<UInt8>, Range<Int>) throws(StorageError) -> Void,
        refuse: (String) -> StorageError
    ) throws(StorageError) -> Int {
        while try fill(file) {
            var searched = filled.lowerBound
            while let newline = newline(from: searched) {
                guard newline - searched <= Limits.storeLineBytes else {
                    throw refuse(LineReader.tooLong)
                }
                try take(
                    bytes.span.extracting(searched..<newline),
                    (position + searched)..<(position + newline)
                )
                searched = newline + 1
            }
            filled = searched..<filled.upperBound
            guard filled.count <= Limits.storeLineBytes else { throw refuse(LineReader.tooLong) }
        }
        return filled.count
    }

    /// Reads once, behind what is there: false at the end of the file.
    private mutating func fill(_ file: borrowing File) throws(StorageError) -> Bool {
        if filled.lowerBound > 0 {
            bytes.replaceSubrange(0..<filled.count, with: Array(bytes[filled]))
            position += filled.lowerBound
            filled = 0..<filled.count
        }
        if filled.count == bytes.count {
            bytes.append(contentsOf: repeatElement(0, count: bytes.count))
        }
        do throws(SystemError) {
            let room = filled.upperBound..<bytes.count
            let count = try file.read(at: position + filled.upperBound, into: &bytes, room)
            filled = 0..<(filled.upperBound + count)
            return count > 0
        } catch {
            throw StorageError(error)
        }
    }

    private func newline(from start: Int) -> Int? {
        unsafe bytes.withUnsafeBytes { bytes in
            guard start < filled.upperBound, let base = bytes.baseAddress else { return nil }
            let found = unsafe memchr(base + start, 0x0A, filled.upperBound - start)
            return unsafe found.map { unsafe UnsafeRawPointer($0) - base }
        }
    }
}
