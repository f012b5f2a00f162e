import ArgumentParser

/// `lockkeeper credits`.
struct CreditsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credits",
        abstract: "Credits: money that accounts pay managed traffic with.",
        subcommands: [
            CreditsAddCommand.self, CreditsBalanceCommand.self, CreditsTransactionsCommand.self,
            CreditsAuditCommand.self,
        ]
    )
}
