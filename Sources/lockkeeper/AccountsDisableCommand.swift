import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper accounts disable`.
struct AccountsDisableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Refuse an account's access keys from the next request on.",
        discussion: "`lockkeeper accounts update ID --enabled` accepts them again."
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The account's id.")
    var id: String

    func run() throws {
        let session = try StoreSession(common, .providerKeys)
        let account = try session.account(id)
        var draft = AccountDraft()
        draft.isDisabled = true
        try session.changeAccount(id, options: common) {
            [draft] (accounts, now, author) throws(DraftError) in
            try draft.changed(account, of: accounts, at: now, by: author)
        }
    }
}
