import Glibc
import Model
import Platform

/// Who changed what, when: a file that only grows, a JSON line a change.
package struct AuditFile: Sendable {
    private let directory: StateDirectory

    /// The file of a directory.
    package init(of directory: StateDirectory) {
        self.directory = directory
    }

    /// What is read at once; no line is longer.
    package static let partLength = 256 * 1024
    private static let newline = UInt8(ascii: "\n")

    /// Some lines of it, the newest first.
    package struct Part {
        /// Each with its place, which is what it is known by.
        package fileprivate(set) var lines: [(place: Int, bytes: [UInt8])] = []
        /// Where those begin that are older than these; 0 when there are none.
        package fileprivate(set) var start = 0
    }

    /// Adds an entry; it is on the disk when this returns.
    package func append(_ entry: AuditEntry) throws(StorageError) {
        var line = entry.line
        let lock = try directory.lock()
        try reporting { () throws(SystemError) in
            let file = try openForWriting()
            let end = try file.status().byteCount
            // The torn line of somebody who died at it stays a line of its own.
            if end > 0, try AuditFile.read((end - 1)..<end, of: file) != [AuditFile.newline] {
                line.insert(AuditFile.newline, at: 0)
            }
            try file.write(line.span, at: end)
            try file.synchronize()
        }
        lock.release()
    }

    /// The lines before a place, or the last ones; nil for a place at which no line begins.
    package func part(before end: Int?) throws(StorageError) -> Part? {
        try reporting { () throws(SystemError) in
            guard try FileStatus.of(directory.auditPath) != nil else {
                return end == nil ? Part() : nil
            }
            let file = try File(directory.auditPath, for: .reading)
            let byteCount = try file.status().byteCount
            let end = end ?? byteCount
            let start = max(0, end - AuditFile.partLength)
            let bytes = try AuditFile.read(start..<end, of: file)
            guard bytes.count == end - start, bytes.last ?? AuditFile.newline == AuditFile.newline
            else { return nil }
            return Part(bytes, from: start)
        }
    }

    private func openForWriting() throws(SystemError) -> File {
        if try FileStatus.of(directory.auditPath) != nil {
            return try File(directory.auditPath, for: .writing)
        }
        let file = try File(directory.auditPath, for: .creating)
        try file.give(to: directory.owner)
        return file
    }

    private static func read(
        _ range: Range<Int>,
        of file: borrowing File
    ) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < range.count {
            let count = try file.read(
                at: range.lowerBound + bytes.count,
                upTo: range.count - bytes.count,
                appendingTo: &bytes
            )
            guard count > 0 else { break }
        }
        return bytes
    }
}

extension AuditFile.Part {
    /// The whole lines of some bytes that end with one; what is before them is left to the next.
    fileprivate init(_ bytes: [UInt8], from start: Int) {
        self.init()
        var place = start
        let parts = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for line in parts.dropLast() {
            lines.append((place, Array(line)))
            place += line.count + 1
        }
        if start > 0, lines.count > 1 {
            // It may have begun before.
            self.start = lines.removeFirst().place + (parts.first?.count ?? 0) + 1
        } else {
            self.start = start
        }
        lines.reverse()
    }
}
