import Model

/// A value of one of our own response headers: percent-encoded where a byte is no plain printable
/// one, and cut at the limit (chapter 3).
///
/// A model's name comes from the client: without this it could start a header of its own.
package func headerValue(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { isPlainHeaderByte($0) }
    if isPlain, text.utf8.count <= Limits.headerValueBytes { return text }
    var value: [UInt8] = []
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in text.utf8 {
        let isPlain = isPlainHeaderByte(byte)
        guard value.count + (isPlain ? 1 : 3) <= Limits.headerValueBytes else { break }
        if isPlain {
            value.append(byte)
        } else {
            value.append(UInt8(ascii: "%"))
            value.append(digits[Int(byte >> 4)])
            value.append(digits[Int(byte & 15)])
        }
    }
    return String(decoding: value, as: UTF8.self)
}

private func isPlainHeaderByte(_ byte: UInt8) -> Bool {
    (0x20...0x7e).contains(byte) && byte != UInt8(ascii: "%")
}
