/// The values of a form that are no files, as a provider's framework would read them.
///
/// It knows the gateway's scanner as little as a provider does: what clients send in good order.
struct FormFields {
    private(set) var fields: [String: String] = [:]

    /// Nil when the body is no form.
    init?(contentType: String, body: Span<UInt8>) {
        guard contentType.hasPrefix("multipart/form-data"),
            let equals = contentType.firstRange(of: "boundary=")
        else { return nil }
        let boundary = contentType[equals.upperBound...].prefix { $0 != ";" }
            .filter { $0 != "\"" }
        let bytes = body.indices.map { body[$0] }
        for part in FormFields.parts(of: [0x0D, 0x0A] + bytes, boundary: Array(boundary.utf8)) {
            guard let (name, value) = FormFields.field(part) else { continue }
            fields[name] = value
        }
    }

    private static func parts(of bytes: [UInt8], boundary: [UInt8]) -> [ArraySlice<UInt8>] {
        let delimiter = Array("\r\n--".utf8) + boundary
        var parts: [ArraySlice<UInt8>] = []
        var start: Int?
        var index = 0
        while index + delimiter.count <= bytes.count {
            guard bytes[index] == 0x0D,
                bytes[index..<index + delimiter.count].elementsEqual(delimiter)
            else {
                index += 1
                continue
            }
            if let start { parts.append(bytes[start..<index]) }
            index += delimiter.count
            start = index
        }
        return parts
    }

    private static func field(_ part: ArraySlice<UInt8>) -> (String, String)? {
        let end = Array("\r\n\r\n".utf8)
        guard let blank = part.indices.first(where: { part[$0...].starts(with: end) }) else {
            return nil
        }
        let head = String(decoding: part[..<blank], as: UTF8.self)
        guard !head.contains("filename="), let name = head.firstRange(of: "name=\"") else {
            return nil
        }
        let value = String(decoding: part[(blank + end.count)...], as: UTF8.self)
        return (String(head[name.upperBound...].prefix { $0 != "\"" }), value)
    }
}
