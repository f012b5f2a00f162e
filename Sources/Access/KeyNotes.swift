internal import Model

/// What programs say about keys: kept of those alone about which they say something.
struct KeyNotes: Sendable {
    private var texts = NameTable(longest: Limits.metadataBytes)
    private var objects = NameTable(longest: Limits.metadataBytes)

    /// The bytes that all of it takes.
    var byteCount: Int { texts.byteCount + objects.byteCount }

    /// Whether most of it is about nothing any more.
    var isWorn: Bool {
        [texts, objects].contains { $0.deadByteCount > $0.textByteCount / 2 }
    }

    /// Takes what is said about a key now.
    mutating func set(_ id: Span<UInt8>, _ metadata: Span<UInt8>, isObject: Bool) {
        KeyNotes.set(id, isObject ? Span() : metadata, in: &texts)
        KeyNotes.set(id, isObject ? metadata : Span(), in: &objects)
    }

    private static func set(_ id: Span<UInt8>, _ text: Span<UInt8>, in table: inout NameTable) {
        if text.isEmpty, table.count == 0 || table.number(of: id) == nil { return }
        _ = table.set(id, text)
    }

    /// What is said about a key.
    func metadata(of id: String) -> Metadata {
        let id = id.utf8Span.span
        if let number = objects.number(of: id) {
            let json = objects.text(of: number)
            if !json.isEmpty { return .object(json: json) }
        }
        return texts.number(of: id).map { .text(texts.text(of: $0)) } ?? .empty
    }
}
