/// What RFC 9110 says of the bytes of header fields.
extension UInt8 {
    /// Whether the byte may stand in a field's name.
    var isTokenByte: Bool {
        // A bit for each: letters, digits and !#$%&'*+-.^_`|~
        let low: UInt64 = 0x03FF_6CFA_0000_0000
        let high: UInt64 = 0x57FF_FFFF_C7FF_FFFE
        return self < 128 && (self < 64 ? low : high) &>> UInt64(self & 63) & 1 == 1
    }

    /// The byte, an ASCII capital made small.
    var lowercased: UInt8 {
        self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self
    }

    /// Whether the byte is a space or a tab.
    var isBlank: Bool { self == 0x20 || self == 0x09 }
}

extension Span<UInt8> {
    /// Whether the bytes are this text, given in small letters, in whatever case.
    func equalsIgnoringCase(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for index in indices where self[index].lowercased != (unsafe text.utf8Start[index]) {
            return false
        }
        return true
    }

    /// Whether the bytes may stand in a field's value: there is no NUL, CR or LF among them.
    var isFieldValue: Bool {
        unsafe withUnsafeBytes { bytes in
            var index = 0
            while index &+ 8 <= bytes.count {
                let word = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                // Bytes below 14 are few: which of them it is matters then.
                let marks = (word &- 0x0E0E_0E0E_0E0E_0E0E) & ~word & 0x8080_8080_8080_8080
                if marks != 0 { break }
                index &+= 8
            }
            while index < bytes.count {
                let byte = unsafe bytes[index]
                if byte == 0 || byte == 0x0A || byte == 0x0D { return false }
                index &+= 1
            }
            return true
        }
    }

    /// The number that the bytes write in decimal digits, at most 18 of them.
    var decimalNumber: Int? {
        guard (1...18).contains(count) else { return nil }
        var number = 0
        for index in indices {
            guard self[index] >= UInt8(ascii: "0"), self[index] <= UInt8(ascii: "9") else {
                return nil
            }
            number = number * 10 + Int(self[index] - UInt8(ascii: "0"))
        }
        return number
    }

    /// The bytes as text that can be shown: what is not printable ASCII becomes a question mark.
    var printable: String {
        var text = ""
        for index in indices.prefix(64) {
            let byte = self[index]
            text.unicodeScalars.append(
                byte > 0x20 && byte < 0x7F ? Unicode.Scalar(byte) : "?"
            )
        }
        return text
    }
}

extension [UInt8] {
    /// Appends a span's bytes.
    mutating func append(contentsOf bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
