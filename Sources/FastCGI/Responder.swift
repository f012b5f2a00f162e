/// What serves the requests of a ``Listener``: called on the loop's thread, never nested.
///
/// After ``requestAborted(_:)``, and after the writer's `finish` or `abandon`, nothing more is
/// called about a request.
package protocol Responder: AnyObject {
    /// A request's parameters are complete; a body may follow.
    func requestBegan(_ request: Request, _ writer: consuming ResponseWriter)
    /// Bytes of the body, valid during the call.
    func requestReceivedBody(_ request: Request, _ bytes: Span<UInt8>)
    /// The body is complete; an authorizer's is at once.
    func requestBodyEnded(_ request: Request)
    /// The peer left, gave the request up, or stalled: nobody reads the answer any more.
    func requestAborted(_ request: Request)
    /// Waiting output fell from above the high-water mark to below the low one.
    func requestDrained(_ request: Request)
}
