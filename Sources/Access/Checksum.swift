/// CRC-32 as zlib, PNG and Ethernet have it (IEEE 802.3, reflected).
package enum Checksum {
    /// What a byte does to the remainder from each of four places: four bytes are taken at once,
    /// for a key check is a large part checksum.
    private static let tables: InlineArray<4, InlineArray<256, UInt32>> = {
        var tables = InlineArray<4, InlineArray<256, UInt32>>(repeating: .init(repeating: 0))
        for byte in 0..<256 {
            var remainder = UInt32(byte)
            for _ in 0..<8 {
                remainder = remainder & 1 == 0 ? remainder >> 1 : remainder >> 1 ^ 0xEDB8_8320
            }
            tables[0][byte] = remainder
        }
        for place in 1..<4 {
            for byte in 0..<256 {
                let nearer = tables[place - 1][byte]
                tables[place][byte] = nearer >> 8 ^ tables[0][Int(nearer & 0xFF)]
            }
        }
        return tables
    }()

    /// The checksum of some bytes.
    package static func crc32(_ bytes: Span<UInt8>) -> UInt32 {
        var remainder: UInt32 = 0xFFFF_FFFF
        var index = 0
        while index + 4 <= bytes.count {
            remainder ^=
                UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8
                | UInt32(bytes[index + 2]) << 16 | UInt32(bytes[index + 3]) << 24
            remainder =
                tables[3][Int(remainder & 0xFF)] ^ tables[2][Int(remainder >> 8 & 0xFF)]
                ^ tables[1][Int(remainder >> 16 & 0xFF)] ^ tables[0][Int(remainder >> 24)]
            index += 4
        }
        while index < bytes.count {
            remainder =
                tables[0][Int((remainder ^ UInt32(bytes[index])) & 0xFF)] ^ remainder >> 8
            index += 1
        }
        return ~remainder
    }
}
