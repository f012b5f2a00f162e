/// A run of one record's content, as far as it has arrived.
package struct RecordPiece: Equatable, Sendable {
    /// The record's header.
    package let header: RecordHeader
    /// Where the content stands in the bytes that were given; empty for a record without content.
    package let content: Range<Int>
    /// Whether it is the record's first piece.
    package let isFirst: Bool
    /// Whether the record's content is complete with it.
    package let isLast: Bool
}

/// Bytes that are no FastCGI record: a version other than 1.
package struct NotARecord: Error, Equatable, Sendable {
    package init() {}
}

/// Cuts a byte stream into the pieces of its records, wherever the stream is split.
///
/// It copies no content and keeps none: a piece is a range of the bytes just given.
package struct RecordParser: Sendable {
    private var headerBits: UInt64 = 0
    private var headerCount = 0
    private var header: RecordHeader?
    private var contentLeft = 0
    private var paddingLeft = 0
    private var isFirst = true

    /// A parser before a stream's first byte.
    package init() {}

    /// Whether the stream stands between two records.
    package var isBetweenRecords: Bool { headerCount == 0 && header == nil && paddingLeft == 0 }

    /// The next piece at `position`, which moves beyond it; nil when the bytes are used up.
    package mutating func next(
        _ bytes: Span<UInt8>,
        from position: inout Int
    ) throws(NotARecord) -> RecordPiece? {
        if let header { return takeContent(of: header, bytes, from: &position) }
        skipPadding(bytes, from: &position)
        while headerCount < RecordHeader.byteCount {
            guard position < bytes.count else { return nil }
            headerBits = headerBits << 8 | UInt64(bytes[position])
            headerCount += 1
            position += 1
        }
        guard let header = RecordHeader(bits: headerBits) else { throw NotARecord() }
        headerCount = 0
        contentLeft = Int(header.contentLength)
        paddingLeft = Int(header.paddingLength)
        isFirst = true
        if contentLeft > 0 { return takeContent(of: header, bytes, from: &position) }
        let piece = RecordPiece(
            header: header,
            content: position..<position,
            isFirst: true,
            isLast: true
        )
        skipPadding(bytes, from: &position)
        return piece
    }

    private mutating func takeContent(
        of header: RecordHeader,
        _ bytes: Span<UInt8>,
        from position: inout Int
    ) -> RecordPiece? {
        self.header = header
        guard position < bytes.count else { return nil }
        let count = min(contentLeft, bytes.count - position)
        let range = position..<position + count
        position += count
        contentLeft -= count
        let piece = RecordPiece(
            header: header,
            content: range,
            isFirst: isFirst,
            isLast: contentLeft == 0
        )
        isFirst = false
        if contentLeft == 0 {
            self.header = nil
            skipPadding(bytes, from: &position)
        }
        return piece
    }

    private mutating func skipPadding(_ bytes: Span<UInt8>, from position: inout Int) {
        let count = min(paddingLeft, bytes.count - position)
        paddingLeft -= count
        position += count
    }
}
