/// What libcurl's HTTP/2 is not to be asked for.
enum HTTP2Limits {
    /// The largest body that goes over HTTP/2.
    ///
    /// A server may answer before it has read the body. libcurl 7.88 then goes on trying to send what
    /// the stream's window (64 KiB at first) did not take, and neither ends the transfer nor rests.
    static let largestBody = 32 * 1024

    /// Whether a request is to go over HTTP/2.
    static func allow(_ request: borrowing TransferRequest) -> Bool {
        guard request.usesHTTP2 else { return false }
        return unsafe (request.body?.count ?? 0) <= largestBody
    }
}
