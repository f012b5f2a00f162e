import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper providers create`.
struct ProvidersCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Add a provider for one account.",
        discussion: """
            Models there are called `ID:model`. Its key is added by `lockkeeper provider-keys add`; \
            without one it is called without a credential.
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var input: ProviderInput

    @Option(help: "What it is called in addresses of models; it stays what it is.")
    var providerId: String?

    @Option(help: "The account it belongs to.")
    var account = AccountID.standard.rawValue

    func run() throws {
        let session = try StoreSession(common, .providerKeys)
        let account = try session.account(account)
        var draft = try input.read(unlessSaid: providerId != nil)
        if let providerId { draft.providerID = ProviderID(providerId) }
        let now = session.now
        var random = SystemRandomNumberGenerator()
        let id = CustomProviderID.make(at: now, using: &random)
        let written = draft
        try session.commit { (contents) throws(StorageError) in
            do throws(DraftError) {
                return .customProvider(
                    try written.make(
                        id,
                        for: account,
                        beside: contents.customProviders,
                        in: session.configuration,
                        at: now,
                        by: session.author
                    )
                )
            } catch {
                throw StorageError(error)
            }
        } tell: {
            session.show(id, asJSON: common.json)
        }
    }
}
