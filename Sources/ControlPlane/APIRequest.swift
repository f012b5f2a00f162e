package import Model

/// A request as the web server brings it: nothing of it was checked but its size.
package struct APIRequest: Sendable {
    /// REQUEST_METHOD.
    package var method: String
    /// The raw path, without the location's prefix.
    package var path: String
    /// The raw query, without its question mark.
    package var query: String
    /// CONTENT_TYPE; empty for none.
    package var contentType: String
    /// `If-Match`.
    package var ifMatch: String?
    /// `Idempotency-Key`.
    package var idempotencyKey: String?
    /// The client's address as the web server names it.
    package var address: String?
    /// The body.
    package var body: [UInt8]
    /// When it came.
    package var moment: Timestamp

    /// A request without a body.
    package init(
        _ method: String,
        _ path: String,
        query: String = "",
        at moment: Timestamp
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.moment = moment
        contentType = ""
        body = []
    }

    /// The longest body.
    package static let longestBody = 1 << 20
}
