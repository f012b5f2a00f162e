import Crypto
import JSON
import Storage

/// The `ETag` of a record, which is another one after each change of it.
enum EntityTag {
    /// That of a record as the store has it.
    static func of(_ record: StoreChange) -> String {
        of(record.storedForm)
    }

    /// That of a record that is in no store, by how it is shown.
    static func of(_ write: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        write(&writer)
        return of(writer.bytes)
    }

    private static func of(_ bytes: [UInt8]) -> String {
        let digits = SHA256.hash(data: bytes).prefix(16).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return "\"\(digits.joined())\""
    }
}
