import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper keys create`.
struct KeysCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make an access key; its token is shown this once."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var record: RecordOptions

    @Option(help: "The account it belongs to.")
    var account = AccountID.standard.rawValue

    @Option(help: "The one gateway it works on; without it: all of the account's.")
    var endpointId: String?

    @Option(help: "The configuration it is under, aigac_...; without it all is allowed.")
    var configurationId: String?

    @Option(help: Expiry.help)
    var expires: Expiry?

    @OptionGroup var limit: BudgetOptions

    func run() throws {
        let metadata = try record.readMetadata()
        let budget = try limit.budget(changing: nil)
        let session = try StoreSession(common, configurationId == nil ? .nothing : .providerKeys)
        let account = try session.account(account)
        let gateway = try endpointId.map { try session.gateway($0) }
        guard let format = TokenFormat(prefix: session.configuration.tokenPrefix) else {
            throw Refused("token_prefix must be 1 to 16 small letters and digits")
        }
        let now = session.now
        var random = SystemRandomNumberGenerator()
        let token = format.generate(using: &random)
        var key = AccessKeyRecord(
            of: token,
            id: .make(at: now, using: &random),
            accountID: account,
            createdAt: now,
            createdBy: session.author
        )
        key.name = record.name ?? ""
        key.description = record.description ?? ""
        key.metadata = metadata ?? .empty
        key.gatewayID = gateway
        key.expiresAt = expires?.moment(from: now)
        key.budget = budget
        let configuration = try configurationId.map {
            try session.store.contents.configuration($0, for: account)
        }
        key.configurationID = configuration?.id
        let made = key
        let tell = {
            let resource = AccessKeyResource(
                record: made,
                configuration: configuration,
                lastUsed: nil,
                token: token.text,
                now: now
            )
            Output.show(resource, asJSON: common.json)
        }
        // Only what refers to something needs to know what there is.
        guard let configurationId else { return try session.add(.accessKey(made), tell: tell) }
        try session.commit(
            { (contents) throws(StorageError) in
                _ = try contents.configuration(configurationId, for: account)
                return .accessKey(made)
            },
            tell: tell
        )
    }
}
