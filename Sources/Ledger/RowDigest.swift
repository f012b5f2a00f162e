import Crypto

/// The SHA-256 of rows: numbers of eight bytes, the lowest first, and texts with their length.
struct RowDigest {
    private var hash = SHA256()
    private var bytes: [UInt8] = []

    mutating func add(_ number: Int64) {
        for shift in stride(from: 0, to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> Int64(shift)))
        }
        if bytes.count >= 4096 { flush() }
    }

    /// A number that there may be.
    mutating func add(_ number: Int64?) {
        add(number == nil ? Int64(0) : 1)
        add(number ?? 0)
    }

    mutating func add(_ text: String) {
        add(Int64(text.utf8.count))
        bytes += text.utf8
    }

    /// The digest, in hexadecimal.
    consuming func finish() -> String {
        flush()
        let digits = Array("0123456789abcdef".utf8)
        let text = hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func flush() {
        unsafe bytes.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
        bytes.removeAll(keepingCapacity: true)
    }
}
