import Testing

@testable import FastCGI

@Suite struct `The record parser` {
    /// The records of a stream fed in chunks: the pieces joined again.
    private func parse(_ chunks: [[UInt8]]) throws -> [WireRecord] {
        var parser = RecordParser()
        var records: [WireRecord] = []
        for chunk in chunks {
            var position = 0
            while let piece = try parser.next(chunk.span, from: &position) {
                if piece.isFirst {
                    records.append(
                        WireRecord(type: piece.header.type, id: piece.header.requestID, content: [])
                    )
                }
                records[records.count - 1].content += chunk[piece.content]
                let isWhole =
                    records[records.count - 1].content.count == Int(piece.header.contentLength)
                #expect(piece.isLast == isWhole)
            }
            #expect(position == chunk.count)
        }
        #expect(parser.isBetweenRecords)
        return records
    }

    private static let sample =
        Wire.begin() + Wire.record(4, [1, 2, 3], padding: 5) + Wire.record(4)
        + Wire.record(5, id: 0xabcd, [9], padding: 255) + Wire.record(5, padding: 3)
        + Wire.record(9, id: 0, []) + Wire.record(250, id: 7, Array(0..<40)) + Wire.abort()

    @Test func `finds the records of a stream split at every byte`() throws {
        let sample = Self.sample
        let whole = try parse([sample])
        #expect(whole == WireRecord.all(of: sample))
        #expect(whole.count == 8)
        for split in 0...sample.count {
            #expect(try parse([Array(sample[..<split]), Array(sample[split...])]) == whole)
        }
    }

    @Test func `finds them in a stream fed byte by byte`() throws {
        #expect(try parse(Self.sample.map { [$0] }) == WireRecord.all(of: Self.sample))
    }

    @Test(arguments: [1, 7, 8, 9, 255, 4096, 65_535])
    func `takes the longest record in pieces of any size`(size: Int) throws {
        let content = (0..<65_535).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let bytes = Wire.record(5, content, padding: 255) + Wire.record(5)
        let chunks = stride(from: 0, to: bytes.count, by: size).map {
            Array(bytes[$0..<min($0 + size, bytes.count)])
        }
        #expect(try parse(chunks) == WireRecord.all(of: bytes))
    }

    @Test(arguments: [0, 2, 0x47, 255] as [UInt8])
    func `refuses a version other than 1`(version: UInt8) {
        var bytes = Wire.begin()
        bytes[0] = version
        for split in 0...8 {
            #expect(throws: NotARecord.self) {
                _ = try parse([Array(bytes[..<split]), Array(bytes[split...])])
            }
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `never traps on random bytes`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var parser = RecordParser()
        do {
            for _ in 0..<20 {
                var bytes = (0..<Int.random(in: 0...300, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                // Most start like a record, so that the parser gets further than the version.
                if let first = bytes.indices.first, parser.isBetweenRecords { bytes[first] = 1 }
                var position = 0
                while let piece = try parser.next(bytes.span, from: &position) {
                    #expect(piece.content.upperBound <= bytes.count)
                }
            }
        } catch {
            #expect(error == NotARecord())
        }
    }
}
