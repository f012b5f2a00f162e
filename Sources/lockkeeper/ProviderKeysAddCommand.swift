import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper provider-keys add`.
struct ProviderKeysAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a provider key.",
        discussion: "Its value is asked for, or read from standard input; it is stored sealed."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var record: RecordOptions

    @Option(help: "The account that brings it.")
    var account = AccountID.standard.rawValue

    @Option(help: "The provider that takes it: openai, anthropic, or one of the configuration's.")
    var provider: String

    func validate() throws {
        if record.name?.isEmpty ?? true { throw ValidationError("--name is missing") }
    }

    func run() throws {
        let metadata = try record.readMetadata()
        let session = try StoreSession(common, .providerKeys)
        let account = try session.account(account)
        let provider = try session.provider(provider, for: account)
        let master = try session.configuration.requireMasterKey()
        let value = try SecretInput.providerKeyValue()
        let now = session.now
        var random = SystemRandomNumberGenerator()
        let id = ProviderKeyID.make(at: now, using: &random)
        let sealing = SealedRecord(id: id, account: account, provider: provider)
        let key = ProviderKeyRecord(
            id: id,
            accountID: account,
            providerID: provider,
            name: record.name ?? "",
            description: record.description ?? "",
            metadata: metadata ?? .empty,
            sealedValue: master.seal(value, for: sealing),
            keyRedacted: value.redacted,
            createdAt: now,
            updatedAt: now,
            createdBy: session.author,
            lastUpdatedBy: session.author
        )
        try session.add(.providerKey(key)) {
            Output.show(ProviderKeyResource(record: key, lastUsed: nil), asJSON: common.json)
        }
    }
}
