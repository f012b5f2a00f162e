import Access
import ArgumentParser
import Storage

/// `lockkeeper configurations list`.
struct ConfigurationsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the access key configurations, the newest first."
    )

    @OptionGroup var common: CommonOptions

    @Option(help: "Those of one account.")
    var account: String?

    func run() throws {
        let session = try StoreSession(common, .configured)
        let account = try account.map { try session.account($0) }
        let contents = session.store.contents
        let counts = contents.accessKeyCounts
        let configurations = contents.configurations.records.values
            .filter { account == nil || $0.accountID == account }
            .sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
            .map { record in
                ConfigurationResource(
                    record: record,
                    providerKeys: contents.providerKeys,
                    accessKeyCount: counts[record.id] ?? 0
                )
            }
        Output.show(configurations, asJSON: common.json)
    }
}
