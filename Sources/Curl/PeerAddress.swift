/// Where a connection leads.
package struct PeerAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address.
    package let address: IPAddress
    /// The port.
    package let port: Int

    /// An address with a port.
    package init(address: IPAddress, port: Int) {
        self.address = address
        self.port = port
    }

    /// As it stands in a URL: `192.0.2.1:443`, `[2001:db8::1]:443`.
    package var description: String {
        switch address {
        case .v4: "\(address):\(port)"
        case .v6: "[\(address)]:\(port)"
        }
    }
}
