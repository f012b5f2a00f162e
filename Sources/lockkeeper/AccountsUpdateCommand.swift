import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper accounts update`.
struct AccountsUpdateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Change an account; what is left out stays as it is."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var record: RecordOptions

    @Argument(help: "The account's id.")
    var id: String

    @Flag(help: "Refuse its access keys, or accept them again.")
    var state: KeysUpdateCommand.State?

    func run() throws {
        let session = try StoreSession(common, .providerKeys)
        let account = try session.account(id)
        var draft = try AccountDraft().with(record)
        draft.isDisabled = state.map { $0 == .disabled }
        try session.changeAccount(id, options: common) {
            [draft] (accounts, now, author) throws(DraftError) in
            try draft.changed(account, of: accounts, at: now, by: author)
        }
    }
}

extension StoreSession {
    /// Writes an account as it is made of those under the lock, and shows it.
    func changeAccount(
        _ id: String,
        options: CommonOptions,
        _ change: (StoredAccounts, Timestamp, String) throws(DraftError) -> AccountRecord
    ) throws {
        let now = now
        try commit { (contents) throws(StorageError) in
            do throws(DraftError) {
                return .account(try change(contents.accounts, now, author))
            } catch {
                throw StorageError(error)
            }
        } tell: {
            show(AccountID(id), asJSON: options.json)
        }
    }
}
