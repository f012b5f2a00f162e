import Access
import ArgumentParser
import JSON
import Model
import Storage

/// `lockkeeper management-keys create`.
struct ManagementKeysCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a management key; its token is shown this once."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var record: RecordOptions

    @Option(
        help: """
            What it may do: everything (admin), everything of one account (account), or look at \
            what is of one account (read).
            """
    )
    var role = ManagementScope.Role.account

    @Option(help: "The account that it is about; without it the default one. Not of an admin.")
    var account: String?

    @Option(help: Expiry.help)
    var expires: Expiry?

    func run() throws {
        let door = try ControlDoor(common)
        let answer = try door.ask("POST", .managementKeys) { writer in
            try record.write(into: &writer)
            writer.member("role", role.rawValue)
            if let account { writer.member("accountId", account) }
            expires?.write(into: &writer)
        }
        try door.showManagementKey(answer, asJSON: common.json)
    }
}

extension ControlDoor {
    /// Shows a management key that was made or changed.
    func showManagementKey(_ answer: ControlAnswer, asJSON: Bool) throws {
        try answer.show(asJSON: asJSON) {
            try StoreSession(configuration, .providerKeys)
                .managementKey(answer.id, token: answer.token)
        }
    }
}

extension ManagementScope.Role: ExpressibleByArgument {}
