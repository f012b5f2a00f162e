import Access
import ArgumentParser
import Model
import Storage

/// `lockkeeper accounts create`.
struct AccountsCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make an account.",
        discussion: "Its keys work at the gateways whose `accounts` in gateway.yaml name it."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var record: RecordOptions

    @Argument(help: "Its id: 1 to 64 letters, digits, dots, underscores and hyphens.")
    var id: String

    func run() throws {
        var draft = try AccountDraft().with(record)
        draft.id = AccountID(id)
        try StoreSession(common, .providerKeys).changeAccount(id, options: common) {
            [draft] (accounts, now, author) throws(DraftError) in
            try draft.make(beside: accounts, at: now, by: author)
        }
    }
}
