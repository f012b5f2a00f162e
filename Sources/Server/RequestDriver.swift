/// What lives for one request of the web server, on the loop's thread.
protocol RequestDriver: AnyObject {
    /// A part of the body.
    func receiveBody(_ bytes: Span<UInt8>)
    /// The body is complete.
    func bodyEnded()
    /// The client has left.
    func clientLeft()
    /// The client has taken what waited for it.
    func clientCaughtUp()
}
