/// CRC-32 as zlib, PNG and Ethernet have it (IEEE 802.3, reflected).
package enum Checksum {
    /// The remainders of all bytes.
    private static let table: InlineArray<256, UInt32> = InlineArray { index in
        var remainder = UInt32(index)
        for _ in 0..<8 {
            remainder = remainder & 1 == 0 ? remainder >> 1 : remainder >> 1 ^ 0xEDB8_8320
        }
        return remainder
    }

    /// The checksum of some bytes.
    package static func crc32(_ bytes: Span<UInt8>) -> UInt32 {
        var remainder: UInt32 = 0xFFFF_FFFF
        for index in bytes.indices {
            remainder =
                table[Int(UInt8(truncatingIfNeeded: remainder) ^ bytes[index])] ^ remainder >> 8
        }
        return ~remainder
    }
}
