import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper virtual-models create`.
struct VirtualModelsCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Give an ordered list of models a name, for one account."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var record: RecordOptions

    @Option(help: "A model that is tried, as provider:model or by its name; once for each.")
    var target: [String] = []

    @Option(help: "The account it belongs to.")
    var account = AccountID.standard.rawValue

    func run() throws {
        let session = try StoreSession(common, .providerKeys)
        let account = try session.account(account)
        var draft = try VirtualModelDraft().with(record)
        draft.targets = target
        let now = session.now
        var random = SystemRandomNumberGenerator()
        let id = VirtualModelID.make(at: now, using: &random)
        let written = draft
        try session.changeVirtualModel(id, options: common) {
            (site, _, author) throws(DraftError) in
            try written.make(id, for: account, in: site(account), at: now, by: author)
        }
    }
}

extension StoreSession {
    /// Writes a virtual model as it is made of what there is under the lock, and shows it.
    func changeVirtualModel(
        _ id: VirtualModelID,
        options: CommonOptions,
        _ change: (
            (AccountID) -> AccountSite, StoreContents, String
        ) throws(DraftError) -> VirtualModelRecord
    ) throws {
        let catalog = try configuration.loadCatalog()
        try commit { (contents) throws(StorageError) in
            let site = { account in
                AccountSite(of: account, in: configuration, catalog, contents.customProviders)
            }
            do throws(DraftError) {
                return .virtualModel(try change(site, contents, author))
            } catch {
                throw StorageError(error)
            }
        } tell: {
            show(id, asJSON: options.json)
        }
    }
}
