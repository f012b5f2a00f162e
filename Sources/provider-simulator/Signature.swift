import Model

/// The signatures of thoughts: anybody could make them, but nobody does by accident.
enum Signature {
    /// The signature of a text.
    static func text(of text: String) -> String {
        var state: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 {
            state = (state ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: state >> (8 * $0)) }
        return Base64.text(of: Array("simulated signature ".utf8) + bytes)
    }
}
