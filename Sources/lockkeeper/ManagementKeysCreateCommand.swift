import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper management-keys create`.
struct ManagementKeysCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a management key; its token is shown this once."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var record: RecordOptions

    @Option(
        help: """
            What it may do: everything (admin), everything of one account (account), or look at \
            what is of one account (read).
            """
    )
    var role = ManagementScope.Role.account

    @Option(help: "The account that it is about; without it the default one. Not of an admin.")
    var account: String?

    @Option(help: Expiry.help)
    var expires: Expiry?

    func run() throws {
        let session = try StoreSession(common, .providerKeys)
        let now = session.now
        var draft = try ManagementKeyDraft().with(record)
        draft.role = role
        draft.accountID = try account.map { try session.account($0) }
        draft.expiresAt = expires?.moment(from: now)
        var random = SystemRandomNumberGenerator()
        let token = TokenFormat.management.generate(using: &random)
        var key = ManagementKeyRecord(
            of: token,
            id: .make(at: now, using: &random),
            scope: try draft.scope(orIn: .standard),
            createdAt: now,
            createdBy: session.author
        )
        try draft.apply(to: &key, at: now, by: session.author)
        let made = key
        try session.add(.managementKey(made)) {
            let resource = ManagementKeyResource(
                record: made,
                lastUsed: nil,
                token: token.text,
                now: now
            )
            Output.show(resource, asJSON: common.json)
        }
    }
}

extension ManagementScope.Role: ExpressibleByArgument {}
