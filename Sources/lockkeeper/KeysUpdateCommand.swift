import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper keys update`.
struct KeysUpdateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Change an access key; what is left out stays as it is."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var record: RecordOptions

    @Argument(help: "The key's id, aigk_...")
    var id: String

    @Option(help: "The one gateway it works on; empty: all of the account's.")
    var endpointId: String?

    @Option(help: "The configuration it is under; empty: none, all is allowed.")
    var configurationId: String?

    @Option(help: Expiry.help)
    var expires: Expiry?

    @OptionGroup var limit: BudgetOptions

    @Flag(help: "Refuse it, or accept it again.")
    var state: State?

    /// Whether the key is accepted.
    enum State: String, EnumerableFlag {
        case disabled, enabled
    }

    func run() throws {
        let metadata = try record.readMetadata()
        let session = try StoreSession(common, .accessKey(AccessKeyID(id)))
        let gateway = try endpointId.map { $0.isEmpty ? nil : try session.gateway($0) }
        let lastUsed = try session.lastUse(of: id)
        let now = session.now
        try session.commit { (contents) throws(StorageError) in
            var key = try contents.accessKey(id)
            if let name = record.name { key.name = name }
            if let description = record.description { key.description = description }
            if let metadata { key.metadata = metadata }
            if let gateway { key.gatewayID = gateway }
            if let configurationId {
                key.configurationID =
                    configurationId.isEmpty
                    ? nil : try contents.configuration(configurationId, for: key.accountID).id
            }
            if let expires { key.expiresAt = expires.moment(from: now) }
            key.budget = try limit.budget(changing: key.budget)
            if let state { key.isDisabled = state == .disabled }
            key.updatedAt = now
            key.lastUpdatedBy = session.author
            return .accessKey(key)
        } tell: {
            session.show(AccessKeyID(id), lastUsed: lastUsed, asJSON: common.json)
        }
    }
}
