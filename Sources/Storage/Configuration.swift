package import Accounting
package import Model
package import Routing

/// gateway.yaml, read and checked.
package struct Configuration: Sendable {
    /// Where nginx reaches the gateway.
    package enum Listen: Equatable, Sendable {
        /// A socket file.
        case unix(path: String)
        /// The socket on descriptor 0, as FastCGI specifies.
        case inherited
        /// The socket that systemd hands over.
        case systemd
        /// A loopback address.
        case tcp(address: String, port: UInt16)
    }

    /// Where a line for each request goes.
    package enum AccessLog: Equatable, Sendable {
        case stderr, off
        case file(path: String)
    }

    /// The least that is logged.
    package enum LogLevel: String, Sendable {
        case debug, info, notice, warning, error
    }

    /// How providers are called.
    package struct Upstreams: Equatable, Sendable {
        /// Private ranges that providers made by an account may use, as `10.0.0.0/8`.
        package let allow: [String]
        /// A proxy's URL, which may hold a password.
        package let proxy: Secret?
        /// The certificate authorities in PEM; nil for the system's.
        package let caFile: String?
        /// The SHA-256 of that file, empty without one: a file that was replaced is another setting.
        package let caDigest: [UInt8]
        /// The connections of each event loop.
        package let maxConnections: Int
        /// How long addresses are remembered.
        package let dnsCache: Duration
    }

    /// The file it was read from.
    package let path: String
    package internal(set) var listen: Listen
    /// The mode of the socket file.
    package internal(set) var listenMode: UInt32
    /// The group of the socket file.
    package internal(set) var listenGroup: String?
    /// The event loops; nil for one a core.
    package internal(set) var loops: Int?
    /// The folder of what the gateway writes.
    package internal(set) var state: String
    /// The catalog's file; nil for the shipped one.
    package let catalog: String?
    /// What provider keys are sealed with; nil only where secrets are optional and it was not found.
    let masterKey: MasterKey?
    package internal(set) var tokenPrefix: String
    package let maxBodyBytes: Int
    package let maxBodyMemory: Int
    package let maxStreams: Int
    package let drainTimeout: Duration
    package let logLevel: LogLevel
    package let accessLog: AccessLog
    package let upstreams: Upstreams
    /// What traffic costs.
    package let credits: CreditRules
    /// When accounts are warned that their credits run out, and where the warnings go.
    package let creditWarnings: CreditWarningSettings
    /// How the ledger is kept.
    package let ledger: LedgerSettings
    /// The operator's names for lists of models.
    package let virtualModels: [VirtualModel]
    /// At least one.
    package let gateways: [GatewayConfiguration]
    /// What is accepted and worth a second look.
    package let warnings: [ConfigurationProblem]
    /// The secrets that were not found, where they are optional.
    package let missingSecrets: [ConfigurationProblem]
    /// All keys with their values, as the tables have them.
    var root: ConfigurationSection
}

extension Configuration {
    /// What provider keys are sealed with, for whoever can't do without it.
    package func requireMasterKey() throws(StorageError) -> MasterKey {
        if let masterKey { return masterKey }
        let problem = missingSecrets.first { $0.text.hasPrefix("'master_key'") }
        throw StorageError(problem?.text ?? "'master_key' is missing", at: path)
    }
}

/// One gateway of gateway.yaml.
package struct GatewayConfiguration: Sendable {
    /// Its name.
    package let id: GatewayID
    /// Whose access keys it accepts.
    package let accounts: [AccountID]
    package let connectTimeout: Duration
    package let firstByteTimeout: Duration
    /// Nil for `perRequestTimeout`.
    package let firstContentTimeout: Duration?
    package internal(set) var perRequestTimeout: Duration
    package internal(set) var totalTimeout: Duration
    package let stallTimeout: Duration
    /// Nil for no end.
    package let maxStreamDuration: Duration?
    package let earlyHeadAfter: Duration
    /// Whether another candidate goes on with a stream that breaks off after content.
    package let recoversStreams: Bool
    /// When a second candidate is asked beside a slow one; nil for never.
    package let hedgeAfter: Duration?
    /// What becomes of an answer whose client is gone.
    package let onDisconnect: DisconnectPolicy
    /// Where nginx goes on with a request that failed; nil where the error is the answer.
    package let errorLocation: String?
    /// The most tokens of a request, as estimated; nil for no limit.
    package internal(set) var maxInputTokens: Int?
    /// The most tokens of an answer; nil for no limit.
    package internal(set) var maxOutputTokens: Int?
    /// What narrows the choice of models.
    package let rules: RouteTable.Rules
    /// What chooses among the models and keys of a request.
    package let choice: ChoiceRules
    /// Its providers in order of preference, the gateway's headers and parameters merged in.
    package let providers: ProviderTable
}
