import CFastCGI

/// The record types of FastCGI 1.0.
package enum RecordType: UInt8, CaseIterable, Sendable {
    case beginRequest = 1
    case abortRequest = 2
    case endRequest = 3
    case parameters = 4
    case input = 5
    case output = 6
    case errorOutput = 7
    case data = 8
    case getValues = 9
    case getValuesResult = 10
    case unknownType = 11
}

/// The eight bytes before every record's content.
///
///     0 version | 1 type | 2-3 request id | 4-5 content length | 6 padding length | 7 reserved
package struct RecordHeader: Equatable, Sendable {
    /// The type as it came: it may be none that we know.
    package var type: UInt8
    /// The request's id; 0 for management records.
    package var requestID: UInt16
    /// The bytes of content that follow.
    package var contentLength: UInt16
    /// The bytes of padding that follow the content.
    package var paddingLength: UInt8

    /// The size on the wire.
    package static let byteCount = Int(FCGI_HEADER_LEN)
    /// The most content that a record can have.
    package static let longestContent = Int(FCGI_MAX_LENGTH)
    /// The one version of the protocol.
    static let version = UInt8(FCGI_VERSION_1)

    /// A header of a known type.
    package init(
        _ type: RecordType,
        requestID: UInt16,
        contentLength: UInt16 = 0,
        paddingLength: UInt8 = 0
    ) {
        self.type = type.rawValue
        self.requestID = requestID
        self.contentLength = contentLength
        self.paddingLength = paddingLength
    }

    /// Reads the eight bytes, the first in the highest place; nil when the version is not ours.
    init?(bits: UInt64) {
        guard UInt8(truncatingIfNeeded: bits >> 56) == RecordHeader.version else { return nil }
        type = UInt8(truncatingIfNeeded: bits >> 48)
        requestID = UInt16(truncatingIfNeeded: bits >> 32)
        contentLength = UInt16(truncatingIfNeeded: bits >> 16)
        paddingLength = UInt8(truncatingIfNeeded: bits >> 8)
    }

    /// The eight bytes as they go over the wire.
    package var bytes: [8 of UInt8] {
        [
            RecordHeader.version, type,
            UInt8(truncatingIfNeeded: requestID >> 8), UInt8(truncatingIfNeeded: requestID),
            UInt8(truncatingIfNeeded: contentLength >> 8), UInt8(truncatingIfNeeded: contentLength),
            paddingLength, 0,
        ]
    }
}
