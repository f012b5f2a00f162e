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

    @Option(help: Expiry.help)
    var expires: Expiry?

    func run() throws {
        let metadata = try record.readMetadata()
        let session = try StoreSession(common, .nothing)
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
        try session.add(.accessKey(key)) {
            Output.show(
                AccessKeyResource(record: key, lastUsed: nil, token: token.text, now: now),
                asJSON: common.json
            )
        }
    }
}
