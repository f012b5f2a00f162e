/// What a ``Transfer`` sends, and under which rules.
@safe package struct TransferRequest {
    /// The method.
    package var method: HTTPMethod
    /// The whole URL, http or https, its path already encoded; a user or password in it is refused.
    package var url: String
    /// The header lines, in the order in which they are sent.
    package var headers: HeaderLines
    /// The body, sent from this memory without a copy; nil for none.
    ///
    /// The memory stays as it is until the transfer has ended. After a `cancel()` from inside a
    /// callback libcurl may look at it until that callback's turn is over: set ``bodyOwner`` where
    /// the memory could go earlier.
    package var body: UnsafeRawBufferPointer?
    /// Who owns the body's memory: kept until libcurl looks at it no longer.
    package var bodyOwner: AnyObject?
    /// Whether to offer HTTP/2, many transfers sharing a connection.
    ///
    /// HTTP/1.1 otherwise, and for bodies beyond ``HTTP2Limits/largestBody``.
    package var usesHTTP2 = false
    /// How long looking the name up, connecting and the TLS handshake may take together.
    package var connectTimeout: Duration
    /// Whether a connection of its own is opened: then libcurl never sends the request twice.
    package var requiresFreshConnection = false
    /// Whether to connect, TLS included, and send nothing: the transfer ends then, with
    /// ``Transfer/peer`` set, and its connection is closed.
    ///
    /// For somebody else who will connect there; not possible through a proxy.
    package var connectsOnly = false
    /// Which addresses may be connected to.
    package var addressRule: AddressRule

    /// A request without a body; what is not named is as for most requests.
    package init(
        method: HTTPMethod = .post,
        url: String,
        headers: HeaderLines = HeaderLines(),
        connectTimeout: Duration = .seconds(5),
        addressRule: AddressRule
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.connectTimeout = connectTimeout
        self.addressRule = addressRule
    }
}
