import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper management-keys update`.
struct ManagementKeysUpdateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Change a management key; what is left out stays as it is.",
        discussion: "What it may do can't be changed: make another key."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var record: RecordOptions

    @Argument(help: "The key's id, aigm_...")
    var id: String

    @Option(help: Expiry.help)
    var expires: Expiry?

    @Flag(help: "Refuse it, or accept it again.")
    var state: KeysUpdateCommand.State?

    func run() throws {
        let session = try StoreSession(common, .providerKeys)
        let now = session.now
        var draft = try ManagementKeyDraft().with(record)
        draft.expiresAt = expires.map { $0.moment(from: now) }
        draft.isDisabled = state.map { $0 == .disabled }
        let change = draft
        let lastUsed = try session.lastUse(of: id)
        try session.commit { (contents) throws(StorageError) in
            var key = try contents.managementKey(id)
            do throws(DraftError) {
                try change.apply(to: &key, at: now, by: session.author)
            } catch {
                throw StorageError(error)
            }
            return .managementKey(key)
        } tell: {
            session.show(ManagementKeyID(id), lastUsed: lastUsed, asJSON: common.json)
        }
    }
}
