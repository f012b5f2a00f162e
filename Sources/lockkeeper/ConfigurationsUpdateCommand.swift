import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper configurations update`.
struct ConfigurationsUpdateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Change an access key configuration; what is left out stays as it is.",
        discussion: """
            The JSON object has the members of `create`; null clears one. Standard input is not \
            read where an option says what to change.
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var record: RecordOptions
    @OptionGroup var input: ConfigurationInput

    @Argument(help: "The configuration's id, aigac_...")
    var id: String

    func run() throws {
        let session = try StoreSession(common, .configured)
        let known = try session.store.contents.configuration(id)
        let isOfOptions = [record.name, record.description, record.metadata].contains { $0 != nil }
        let written =
            input.file == nil && isOfOptions ? KeyConfigurationDraft() : try input.read()
        let draft = try written.with(record)
        if draft.name?.isEmpty == true { throw Refused("--name is empty") }
        let (policy, newKeys) = try session.policy(
            of: draft,
            changing: known.policy,
            for: known.accountID
        )
        let now = session.now
        try session.commitAll { (contents) throws(StorageError) in
            var changed = try contents.configuration(id)
            if let name = draft.name { changed.name = name }
            if let description = draft.description { changed.description = description }
            if let metadata = draft.metadata { changed.metadata = metadata }
            if draft.access != nil { changed.policy.access = policy.access }
            if draft.rules != nil { changed.policy.rules = policy.rules }
            if let budget = draft.budget { changed.budget = budget }
            changed.updatedAt = now
            changed.lastUpdatedBy = session.author
            return try contents.changes(to: changed, making: newKeys)
        } tell: {
            session.show(ConfigurationID(id), asJSON: common.json)
        }
    }
}
