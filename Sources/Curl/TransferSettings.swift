/// What all the transfers of a ``TransferPool`` have in common.
package struct TransferSettings: Sendable, Equatable {
    /// The PEM file of the certificate authorities; nil for the system's bundle.
    package var caFile: String?
    /// What that file held: it is read once a pool, so another text makes other settings.
    package var caDigest: [UInt8] = []
    /// The proxy's URL; nil for none.
    ///
    /// The environment is never asked.
    ///
    /// Names are then resolved by the proxy, so only addresses written in a URL are checked.
    package var proxy: String?
    /// The ranges that providers made by an account may use besides the public addresses.
    package var accountRanges: [CIDR] = []
    /// The most idle connections kept.
    package var maxConnections = 4096
    /// How long a resolved name is believed.
    package var dnsCache: Duration = .seconds(60)
    /// The bytes read from a socket at once: memory that each running transfer holds.
    package var receiveBuffer = 8192
    /// The most header bytes of one answer, informational heads and trailers included.
    package var maxHeaderBytes = 64 * 1024
    /// The most transfers that share an HTTP/2 connection: libcurl visits all of them for each event.
    package var maxStreamsPerConnection = 20
    /// The most unused libcurl handles kept for the next transfers.
    package var maxSpareHandles = 256

    /// The defaults.
    package init() {}
}
