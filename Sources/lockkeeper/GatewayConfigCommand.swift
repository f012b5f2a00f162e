import Access
import ArgumentParser
import ControlPlane
import JSON
import Model
import Storage

/// `lockkeeper gateway-config`.
struct GatewayConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway-config",
        abstract: "What an account tightens of the limits of gateway.yaml.",
        subcommands: [GatewayConfigGetCommand.self, GatewayConfigUpdateCommand.self]
    )
}

/// `lockkeeper gateway-config get`.
struct GatewayConfigGetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show what an account tightens."
    )

    @OptionGroup var common: CommonOptions

    @Option(help: "The account.")
    var account = AccountID.standard.rawValue

    func run() throws {
        let session = try StoreSession(common, .providerKeys)
        Output.show(try session.settings(of: account), asJSON: common.json)
    }
}

/// `lockkeeper gateway-config update`.
struct GatewayConfigUpdateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Tighten limits of an account; what is left out stays as it is.",
        discussion: """
            Of what gateway.yaml says and what is said here the lesser is in force. `none` takes a \
            limit away.
            """
    )

    @OptionGroup var common: CommonOptions

    @Option(help: "The account.")
    var account = AccountID.standard.rawValue

    @Option(help: "All attempts together until the first content: 30s, 2m, none.")
    var totalTimeout: Clearable<Stretch>?

    @Option(help: "One attempt until its first content, or a whole answer: 30s, 2m, none.")
    var perRequestTimeout: Clearable<Stretch>?

    @Option(help: "The longest request in tokens, as estimated, or none.")
    var maxInputTokens: Clearable<Int>?

    @Option(help: "The longest answer in tokens, or none.")
    var maxOutputTokens: Clearable<Int>?

    @Option(help: "What programs say about it: text or a JSON object, 4096 bytes at most.")
    var metadata: String?

    func validate() throws {
        for tokens in [maxInputTokens, maxOutputTokens] {
            guard let number = tokens?.value else { continue }
            guard Limits.settingsTokens.contains(number) else {
                throw ValidationError(
                    "a limit of tokens is from 1 to \(Limits.settingsTokens.upperBound), or none"
                )
            }
        }
    }

    func run() throws {
        let door = try ControlDoor(common)
        let query = "accountId=" + PercentText.encoded(account)
        let answer = try door.ask("PATCH", .settings, query: query) { writer in
            if let totalTimeout {
                writer.member("totalTimeout", totalTimeout.value?.text)
            }
            if let perRequestTimeout {
                writer.member("perRequestTimeout", perRequestTimeout.value?.text)
            }
            if let maxInputTokens { writer.number("maxInputTokens", maxInputTokens.value) }
            if let maxOutputTokens { writer.number("maxOutputTokens", maxOutputTokens.value) }
            if let metadata { writer.metadata(try RecordOptions.metadata(metadata)) }
        }
        try answer.show(asJSON: common.json) {
            try StoreSession(door.configuration, .providerKeys).settings(of: account)
        }
    }
}

/// A value, or `none`.
struct Clearable<Value: ExpressibleByArgument>: ExpressibleByArgument {
    let value: Value?

    init?(argument: String) {
        if argument == "none" {
            value = nil
            return
        }
        guard let value = Value(argument: argument) else { return nil }
        self.value = value
    }
}

/// A stretch of time as gateway.yaml writes it.
struct Stretch: ExpressibleByArgument {
    private let duration: Duration

    /// It as the API writes it.
    var text: String { AccountSettingsDraft.text(duration) }

    init?(argument: String) {
        guard let duration = AccountSettingsDraft.duration(argument) else { return nil }
        self.duration = duration
    }
}

/// An account's settings as they are shown.
struct SettingsResource: Resource {
    let settings: AccountSettings

    static let columns = ["ACCOUNT", "TOTAL", "PER REQUEST", "INPUT", "OUTPUT"]

    var row: [String] { details.prefix(5).map(\.text) }

    var details: [(title: String, text: String)] {
        [
            ("account", settings.accountID.rawValue),
            ("total timeout", text(settings.totalTimeout)),
            ("per-request timeout", text(settings.perRequestTimeout)),
            ("max input tokens", settings.maxInputTokens.map { "\($0)" } ?? "none"),
            ("max output tokens", settings.maxOutputTokens.map { "\($0)" } ?? "none"),
            ("metadata", settings.metadata.text),
            ("updated", "\(settings.updatedAt) by \(settings.lastUpdatedBy)"),
        ]
    }

    private func text(_ duration: Duration?) -> String {
        duration.map(AccountSettingsDraft.text) ?? "none"
    }

    func write(into writer: inout JSONWriter) {
        AccountSettingsView(settings).write(into: &writer)
    }
}

extension StoreSession {
    /// An account's settings as they stand in the store.
    func settings(of account: String) throws -> SettingsResource {
        let account = try self.account(account)
        return SettingsResource(
            settings: store.contents.accounts.settings[account]
                ?? AccountSettings(
                    of: account,
                    at: Timestamp(milliseconds: 0),
                    by: "gateway.yaml"
                )
        )
    }
}
