import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper configurations create`.
struct ConfigurationsCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make an access key configuration.",
        discussion: """
            It is read as a JSON object with the members name, description, metadata, access, \
            router and budget. Keys that stand in it with their value are stored as provider keys, sealed.
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var record: RecordOptions
    @OptionGroup var input: ConfigurationInput

    @Option(help: "The account it belongs to.")
    var account = AccountID.standard.rawValue

    func run() throws {
        let session = try StoreSession(common, .configured)
        let account = try session.account(account)
        let draft = try input.read().with(record)
        guard let name = draft.name, !name.isEmpty else {
            throw Refused("the configuration has no name; give it \"name\" or --name")
        }
        let now = session.now
        var random = SystemRandomNumberGenerator()
        let (policy, newKeys) = try session.policy(of: draft, changing: KeyPolicy(), for: account)
        let made = KeyConfigurationRecord(
            id: .make(at: now, using: &random),
            accountID: account,
            name: name,
            description: draft.description ?? "",
            metadata: draft.metadata ?? .empty,
            policy: policy,
            budget: draft.budget ?? nil,
            createdAt: now,
            updatedAt: now,
            createdBy: session.author,
            lastUpdatedBy: session.author
        )
        try session.commitAll { (contents) throws(StorageError) in
            try contents.changes(to: made, making: newKeys)
        } tell: {
            session.show(made.id, asJSON: common.json)
        }
    }
}
