import Access
import Crypto
import Model
import Routing

/// Makes a configuration of the tables' values and checks how they fit together.
struct ConfigurationBuilder {
    let path: String
    /// The folder that relative paths start from.
    let directory: String
    let root: ConfigurationSection
    let sources: ConfigurationSources
    var report: ConfigurationReport

    init(
        path: String,
        directory: String,
        root: ConfigurationSection,
        sources: ConfigurationSources,
        report: ConfigurationReport
    ) {
        self.path = path
        self.directory = directory
        self.root = root
        self.sources = sources
        self.report = report
    }

    /// The configuration; nil when something was reported as an error.
    mutating func configuration() -> Configuration? {
        let listen = listen()
        let state = absolute(root.text("state") ?? "", in: directory)
        let masterKey = masterKey(state: state)
        checkTokenPrefix()
        checkBodies()
        let virtualModels = virtualModels()
        let gateways = gateways()
        let log = root.section("log")
        let upstreams = upstreams()
        let creditWarnings = creditWarnings()
        guard report.errors.isEmpty, let listen, let upstreams, let log,
            let credits = creditRules(), let ledger = ledger(),
            let mode = root.number("listen_mode"), let prefix = root.text("token_prefix"),
            let bodyBytes = root.number("max_body_bytes"),
            let bodyMemory = root.number("max_body_memory"),
            let streams = root.number("max_streams"), let drain = root.time("drain_timeout")
        else { return nil }
        return Configuration(
            path: path,
            listen: listen,
            listenMode: UInt32(truncatingIfNeeded: mode),
            listenGroup: root.text("listen_group"),
            loops: root.number("loops"),
            state: state,
            catalog: root.text("catalog").map { absolute($0, in: directory) },
            masterKey: masterKey,
            tokenPrefix: prefix,
            maxBodyBytes: bodyBytes,
            maxBodyMemory: bodyMemory,
            maxStreams: streams,
            drainTimeout: drain,
            logLevel: log.text("level").flatMap(Configuration.LogLevel.init) ?? .info,
            accessLog: accessLog(log),
            upstreams: upstreams,
            credits: credits,
            creditWarnings: creditWarnings,
            ledger: ledger,
            virtualModels: virtualModels,
            gateways: gateways,
            warnings: ConfigurationReport.inOrder(report.warnings),
            missingSecrets: report.missingSecrets,
            root: root
        )
    }

    private mutating func listen() -> Configuration.Listen? {
        guard let text = root.text("listen") else { return nil }
        let place = root["listen"].place
        if text == "fd:0" { return .inherited }
        if text == "systemd" { return .systemd }
        if text.hasPrefix("unix:") {
            let path = absolute(String(text.dropFirst(5)), in: directory)
            if text.utf8.count == 5 || path.utf8.count > 107 {
                report.refuse("'listen' must have a path of 1 to 107 bytes", at: place)
                return nil
            }
            return .unix(path: path)
        }
        guard text.hasPrefix("tcp:"), let (address, port) = Self.address(text.dropFirst(4)) else {
            report.refuse(
                "'listen' must be unix:PATH, fd:0, systemd or tcp:127.0.0.1:PORT, not '\(text)'",
                at: place
            )
            return nil
        }
        guard HostKind(host: address) == .loopback else {
            report.refuse(
                "'listen' must not be open to other machines: use tcp:127.0.0.1:\(port), "
                    + "not '\(text)'",
                at: place
            )
            return nil
        }
        report.warn(
            "'listen' is a TCP port, which every user of this machine can reach: "
                + "unix:PATH keeps them out",
            at: place
        )
        let isIPv6 = address.hasPrefix("[")
        return .tcp(
            address: isIPv6 ? String(address.dropFirst().dropLast()) : address,
            port: port
        )
    }

    /// `127.0.0.1:9000` or `[::1]:9000`.
    private static func address(_ text: Substring) -> (String, UInt16)? {
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...]), port > 0
        else { return nil }
        let address = text[..<colon]
        // A name would have to be looked up.
        guard address.hasPrefix("[") || address.first?.isNumber == true else { return nil }
        return (String(address), port)
    }

    private mutating func masterKey(state: String) -> MasterKey? {
        guard let text = root.secret("master_key") else { return nil }
        let setting = root["master_key"]
        warnOfLiteral(setting, root.path("master_key"))
        guard let key = MasterKey(base64: text) else {
            report.refuse(
                "'master_key' must be 32 bytes in base64, 44 characters: "
                    + "`lockkeeper init` or `openssl rand -base64 32` makes one",
                at: setting.place
            )
            return nil
        }
        if let file = setting.file, file.hasPrefix(state + "/") {
            report.warn(
                "'master_key' lies under 'state', beside what it protects: "
                    + "a copy of \(state) would open every provider key",
                at: setting.place
            )
        }
        return key
    }

    private mutating func checkTokenPrefix() {
        guard let prefix = root.text("token_prefix") else { return }
        guard let format = TokenFormat(prefix: prefix) else {
            report.refuse(
                "'token_prefix' must be 1 to \(Limits.tokenPrefixBytes) small letters and digits, "
                    + "not '\(prefix)'",
                at: root["token_prefix"].place
            )
            return
        }
        if format.isOfManagement {
            report.refuse(
                "'token_prefix' can't be '\(prefix)': management keys begin so",
                at: root["token_prefix"].place
            )
        }
    }

    private mutating func checkBodies() {
        guard let one = root.number("max_body_bytes"), let all = root.number("max_body_memory"),
            one > all
        else { return }
        let place = root["max_body_memory"].place
        report.refuse(
            "'max_body_memory' must be at least 'max_body_bytes', or no such body could be read",
            at: place == .none ? root["max_body_bytes"].place : place
        )
    }

    private func accessLog(_ log: ConfigurationSection) -> Configuration.AccessLog {
        switch log.text("access") {
        case "stderr", nil: .stderr
        case "off": .off
        case .some(let path): .file(path: absolute(path, in: directory))
        }
    }

    private mutating func upstreams() -> Configuration.Upstreams? {
        guard let section = root.section("upstreams"),
            let connections = section.number("max_connections"),
            let dnsCache = section.time("dns_cache")
        else { return nil }
        let allow = section.texts("allow")
        for (range, place) in allow where !isAddressRange(range) {
            report.refuse(
                "'upstreams.allow' must hold address ranges, such as 10.0.0.0/8, not '\(range)'",
                at: place
            )
        }
        if let proxy = section.secret("proxy"), !Self.isProxy(proxy.exposed) {
            report.refuse(
                "'upstreams.proxy' must begin with http://, https:// or socks5h:// and name a host",
                at: section["proxy"].place
            )
        }
        let caFile = section.text("ca_file").map { absolute($0, in: directory) }
        let caDigest = caFile.map { digestCertificates($0, at: section["ca_file"].place) } ?? []
        return Configuration.Upstreams(
            allow: allow.map(\.text),
            proxy: section.secret("proxy"),
            caFile: caFile,
            caDigest: caDigest,
            maxConnections: connections,
            dnsCache: dnsCache
        )
    }

    /// Reads the authorities, without which every call would fail.
    private mutating func digestCertificates(
        _ path: String,
        at place: ConfigurationPlace
    ) -> [UInt8] {
        do throws(StorageError) {
            let bytes = try sources.readFile(path)
            let text = String(decoding: bytes, as: UTF8.self)
            if !text.contains("-----BEGIN CERTIFICATE-----") {
                report.refuse("'upstreams.ca_file': \(path) holds no certificate in PEM", at: place)
            }
            return Array(SHA256.hash(data: bytes))
        } catch {
            report.refuse("'upstreams.ca_file': \(error)", at: place)
            return []
        }
    }

    private static func isProxy(_ text: String) -> Bool {
        let schemes = ["http://", "https://", "socks5://", "socks5h://"]
        guard let scheme = schemes.first(where: text.hasPrefix) else { return false }
        return text.utf8.count > scheme.utf8.count
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// Says so where a secret stands in the file itself.
    mutating func warnOfLiteral(_ setting: ConfigurationSetting, _ path: String) {
        guard setting.source == nil, setting.place != .none else { return }
        report.warn(
            "'\(path)' holds a secret that everybody who reads this file can see: "
                + "use ${file:/path}, ${env:NAME} or ${credential:NAME}",
            at: setting.place
        )
    }
}
