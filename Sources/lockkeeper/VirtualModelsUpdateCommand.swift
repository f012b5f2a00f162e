import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper virtual-models update`.
struct VirtualModelsUpdateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Change a virtual model of an account; what is left out stays as it is."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var record: RecordOptions

    @Argument(help: "The virtual model's id, aigvm_...")
    var id: String

    @Option(help: "A model that is tried, once for each: they replace all that there were.")
    var target: [String] = []

    func run() throws {
        let session = try StoreSession(common, .providerKeys)
        let known = try session.store.contents.virtualModel(id)
        var draft = try VirtualModelDraft().with(record)
        if !target.isEmpty { draft.targets = target }
        let now = session.now
        let change = draft
        try session.changeVirtualModel(known.id, options: common) {
            (site, contents, author) throws(DraftError) in
            guard var record = contents.customProviders.virtualModels[known.id] else {
                throw DraftError(.value, "there is no virtual model \"\(id)\" any more")
            }
            try change.apply(to: &record, in: site(record.accountID), at: now, by: author)
            return record
        }
    }
}
