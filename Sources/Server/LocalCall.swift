import Access
package import ControlPlane
import JSON
package import Model
import Storage

/// A request of the API that somebody at the command line has answered, with the rights of an admin:
/// whoever may open `control.sock` may write the store's files as well.
package struct LocalCall: Equatable, Sendable {
    /// How records and the audit trail name who asks: `cli:user`.
    package let author: String
    /// `GET`, `POST`, `PATCH` or `DELETE`.
    package let method: String
    /// The path, percent-encoded.
    package let path: String
    /// The query, without its question mark.
    package var query = ""
    /// `If-Match`.
    package var ifMatch: String?
    /// `Idempotency-Key`.
    package var idempotencyKey: String?
    /// JSON, in which there may be a secret; empty for none.
    package var body: [UInt8] = []

    /// What authors are told by.
    package static let prefix = "cli:"
    /// The longest author.
    private static let longestAuthor = 255

    /// A request without a body.
    package init(_ method: String, _ path: String, by author: String) {
        self.author = author
        self.method = method
        self.path = path
    }

    /// Who asks, and by what right.
    package var caller: APICaller { APICaller(author, .admin) }

    /// It as the control plane takes it.
    package func request(at moment: Timestamp) -> APIRequest {
        var request = APIRequest(method, path, query: query, at: moment)
        if !body.isEmpty { request.contentType = "application/json" }
        request.ifMatch = ifMatch
        request.idempotencyKey = idempotencyKey
        request.body = body
        return request
    }

    /// Writes its members.
    func write(into writer: inout JSONWriter) {
        writer.member("author", author)
        writer.member("method", method)
        writer.member("path", path)
        writer.member("query", query)
        writer.member("if_match", ifMatch)
        writer.member("idempotency_key", idempotencyKey)
        writer.member("body", String(decoding: body, as: UTF8.self))
    }

    /// Reads them; nil where one is missing or wrong.
    init?(_ value: JSONValue) {
        guard let author = value["author"]?.string, LocalCall.isAuthor(author),
            let method = value["method"]?.string, let path = value["path"]?.string,
            let query = value["query"]?.string, let body = value["body"]?.string,
            body.utf8.count <= APIRequest.longestBody
        else { return nil }
        self.init(method, path, by: author)
        self.query = query
        ifMatch = value["if_match"]?.string
        idempotencyKey = value["idempotency_key"]?.string
        self.body = Array(body.utf8)
    }

    /// Nobody is taken for the holder of a management key.
    private static func isAuthor(_ text: String) -> Bool {
        text.hasPrefix(prefix) && text.utf8.count > prefix.utf8.count
            && text.utf8.count <= longestAuthor && text.utf8.allSatisfy { $0 >= 0x20 }
    }
}

/// The line on which an answer of the API goes to the command line.
extension APIAnswer {
    /// The line without its newline.
    var line: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("status", status)
        if let errorCode { writer.member("error_code", errorCode) }
        writer.key("headers")
        writer.beginObject()
        for (name, value) in headers {
            writer.key(name)
            writer.string(value)
        }
        writer.endObject()
        writer.member("body", String(decoding: body, as: UTF8.self))
        writer.endObject()
        return writer.bytes
    }

    /// Reads a line; nil for one that is no answer.
    init?(line: Span<UInt8>) {
        let document: JSONDocument
        do throws(JSONParseError) {
            document = try JSONDocument.parse(line)
        } catch {
            return nil
        }
        let root = document.root
        guard let status = root["status"]?.integer, (100...599).contains(status),
            let headers = root["headers"], let body = root["body"]?.string
        else { return nil }
        self.init(Int(status))
        errorCode = root["error_code"]?.string
        self.headers = headers.members.compactMap { name, value in
            value.string.map { (name, $0) }
        }
        self.body = Array(body.utf8)
    }
}

/// Local calls that the control plane is at, and whom to tell.
struct OpenLocalCalls {
    private var waiting: [Int: (APIAnswer) -> Void] = [:]
    private var last = 0

    /// Another one: its number.
    mutating func open(_ tell: @escaping (APIAnswer) -> Void) -> Int {
        last += 1
        waiting[last] = tell
        return last
    }

    /// One of them has its answer: whom to tell.
    mutating func close(_ number: Int) -> ((APIAnswer) -> Void)? {
        waiting.removeValue(forKey: number)
    }
}
