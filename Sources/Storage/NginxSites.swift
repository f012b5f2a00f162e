import Routing

/// Which addresses nginx passes on to the gateway, as far as its files tell.
///
/// A site in front of nginx, another machine's, or one that is chosen by a regular expression is not
/// seen here: a request that comes back by such a way is refused when it does.
struct NginxSites {
    /// One `server` block.
    private struct Server {
        var ports: Set<UInt16> = []
        var defaultPorts: Set<UInt16> = []
        var names: [String] = []
        var locations: [(path: String, isExact: Bool, place: String?)] = []
    }

    private let servers: [Server]

    /// Reads `nginx.conf` of a folder; nil when there is none that can be read.
    ///
    /// - Parameter listen: where the gateway listens, as nginx writes it: `unix:/path`; where it is
    ///   not known, the upstream of the name `lockkeeper` counts.
    init?(folder: String, listen: String?) {
        let root = NginxText.read("\(folder)/nginx.conf")
        guard let http = root.first(where: { $0.name == "http" }) else { return nil }
        self.init(http, listen: listen)
    }

    init(_ http: NginxDirective, listen: String?) {
        var targets: Set<String> = ["lockkeeper"]
        if let listen {
            let upstreams = http.children("upstream").filter { upstream in
                upstream.children("server").contains { $0.arguments.first == listen }
            }
            targets = Set(upstreams.compactMap(\.arguments.first) + [listen])
        }
        var servers = http.children("server").map { Self.server($0, targets) }
        // The first of a port is its default where none says that it is.
        for port in Set(servers.flatMap(\.ports))
        where !servers.contains(where: { $0.defaultPorts.contains(port) }) {
            if let first = servers.firstIndex(where: { $0.ports.contains(port) }) {
                servers[first].defaultPorts.insert(port)
            }
        }
        self.servers = servers
    }

    private static func server(_ block: NginxDirective, _ targets: Set<String>) -> Server {
        var server = Server()
        for listen in block.children("listen") {
            guard let port = listen.arguments.first.flatMap(Self.port) else { continue }
            server.ports.insert(port)
            if listen.arguments.contains("default_server") { server.defaultPorts.insert(port) }
        }
        if block.children("listen").isEmpty { server.ports = [80, 8000] }
        server.names = block.children("server_name").flatMap(\.arguments).map { $0.lowercased() }
        for location in block.descendants where location.name == "location" {
            let words = location.arguments
            guard let path = words.last, words.count == 1 || ["=", "^~"].contains(words[0]) else {
                continue
            }
            let isOurs = location.children("fastcgi_pass").contains {
                $0.arguments.first.map(targets.contains) == true
            }
            server.locations.append((path, words[0] == "=", isOurs ? location.place : nil))
        }
        return server
    }

    /// `8080`, `127.0.0.1:8080`, `[::]:8080`; 80 for an address alone, nil for a socket.
    private static func port(_ text: String) -> UInt16? {
        if text.hasPrefix("unix:") { return nil }
        if let port = UInt16(text) { return port }
        let tail = text.lastIndex(of: "]").map { text[$0...] } ?? text[...]
        guard let colon = tail.lastIndex(of: ":") else { return 80 }
        return UInt16(tail[tail.index(after: colon)...])
    }

    /// Where nginx passes requests to this address on to the gateway; nil where it does not.
    func place(of base: BaseURL) -> String? {
        let host = base.host.lowercased()
        let onPort = servers.filter { $0.ports.contains(base.port) }
        var server = onPort.first { $0.names.contains { Self.fits(host, $0) } }
        if server == nil, HostKind(host: host) == .loopback {
            server = onPort.first { $0.defaultPorts.contains(base.port) }
        }
        guard let server else { return nil }
        let rest = base.prefix.drop { $0 != ":" }.dropFirst(3)
        let path = rest.drop { $0 != "/" } + "/"
        return server.locations
            .filter { $0.isExact ? path == $0.path : path.hasPrefix($0.path) }
            .max { $0.path.utf8.count < $1.path.utf8.count }?
            .place
    }

    /// Whether a host is one that a `server_name` speaks of; `*.example.com` for all below it.
    private static func fits(_ host: String, _ name: String) -> Bool {
        if name.hasPrefix("*.") { return host.hasSuffix(name.dropFirst()) }
        if name.hasPrefix(".") { return host == name.dropFirst() || host.hasSuffix(name) }
        return host == name
    }
}

extension Configuration {
    /// Providers whose addresses nginx passes on to the gateway, each with its place in the file.
    package func loops(through folder: String) -> [ConfigurationProblem] {
        let socket: String?
        switch listen {
        case .unix(let path): socket = "unix:\(path)"
        case .tcp(let address, let port):
            socket = address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
        case .inherited, .systemd: socket = nil
        }
        guard let sites = NginxSites(folder: folder, listen: socket) else { return [] }
        return root.sections("gateways").flatMap { $0.sections("providers") }
            .flatMap { provider in [provider] + provider.pairs("dialects").compactMap(\.section) }
            .compactMap { section in problem(section, sites) }
    }

    private func problem(
        _ section: ConfigurationSection,
        _ sites: NginxSites
    ) -> ConfigurationProblem? {
        guard let text = section.text("base_url") else { return nil }
        let base: BaseURL
        // It was read before.
        do throws(BaseURLError) { base = try BaseURL(text) } catch { return nil }
        guard let place = sites.place(of: base) else { return nil }
        return ConfigurationProblem(
            line: section["base_url"].place.line,
            column: section["base_url"].place.column,
            text: "'\(section.path("base_url"))' leads back to the gateway: \(place) passes "
                + "\(text) on to it"
        )
    }
}

extension ConfigurationPair {
    fileprivate var section: ConfigurationSection? {
        if case .section(let section) = setting.value { section } else { nil }
    }
}
