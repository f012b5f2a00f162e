/// What programs say about a record: free text, or a JSON object kept as the text it came in.
package enum Metadata: Equatable, Sendable {
    /// Free text.
    case text(String)
    /// A JSON object, serialised.
    case object(json: String)

    /// None.
    package static let empty = Metadata.text("")

    /// Its size as it is limited.
    package var byteCount: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .object(let json): json.utf8.count
        }
    }
}
