/// The request methods that some path of ours serves.
package enum Method: Sendable {
    case get, head, post, other

    /// REQUEST_METHOD as the web server spells it: case matters (RFC 9110, 9.1).
    init(_ name: Span<UInt8>) {
        if name.elementsEqual("POST") {
            self = .post
        } else if name.elementsEqual("GET") {
            self = .get
        } else if name.elementsEqual("HEAD") {
            self = .head
        } else {
            self = .other
        }
    }
}
