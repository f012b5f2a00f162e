import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper providers update`.
struct ProvidersUpdateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Change a provider of an account; what is left out stays as it is.",
        discussion: "Its models are replaced as a whole; an empty list clears them."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var input: ProviderInput

    @Argument(help: "The provider's id, aigp_...")
    var id: String

    func run() throws {
        let session = try StoreSession(common, .providerKeys)
        _ = try session.store.contents.customProvider(id)
        let draft = try input.read(unlessSaid: false)
        let now = session.now
        try session.commit { (contents) throws(StorageError) in
            var record = try contents.customProvider(id)
            do throws(DraftError) {
                try draft.apply(
                    to: &record,
                    in: session.configuration,
                    at: now,
                    by: session.author
                )
            } catch {
                throw StorageError(error)
            }
            return .customProvider(record)
        } tell: {
            session.show(CustomProviderID(id), asJSON: common.json)
        }
    }
}
