import ControlPlane
import ArgumentParser
import JSON
import Ledger
import Model

/// `lockkeeper credits audit`.
struct CreditsAuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Check that the books agree to the nano-dollar; exit code 1 where they do not.",
        discussion: """
            From the last checkpoint on, which a worker seals as it goes and when it ends; with \
            --full from the first row.
            """
    )

    @OptionGroup var common: CommonOptions

    @Flag(help: "From the first row, all checkpoints with it.")
    var full = false

    func run() throws {
        let audit = try common.ledger()?.audit(full: full) ?? LedgerAudit()
        if common.json { write(audit) } else { show(audit) }
        guard audit.isClean else { throw ExitCode.failure }
    }

    private func show(_ audit: LedgerAudit) {
        let start = audit.since.map { "since the checkpoint of \($0)" } ?? "from the first"
        let rows = [
            (
                "looked at",
                "\(audit.spendingCount) spendings \(start), \(audit.grantCount) grants, "
                    + "\(audit.checkpointCount) checkpoints"
            ),
            ("given", "\(audit.granted)"), ("settled", "\(audit.settled)"),
            ("expired", "\(audit.expired)"), ("left", "\(audit.remaining)"),
            ("held of that", "\(audit.held)"), ("overrun", "\(audit.overrun)"),
        ]
        for (title, text) in rows {
            print(title + String(repeating: " ", count: 14 - title.count) + text)
        }
        for fault in audit.faults { print("fault         \(fault)") }
        print(audit.isClean ? "The books agree." : "The books do not agree.")
    }

    private func write(_ audit: LedgerAudit) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("clean")
        writer.bool(audit.isClean)
        writer.key("full")
        writer.bool(audit.isFull)
        writer.key("since")
        if let since = audit.since { writer.string(since.description) } else { writer.null() }
        writer.member("spendings", audit.spendingCount)
        writer.member("grants", audit.grantCount)
        writer.member("checkpoints", audit.checkpointCount)
        writer.member("granted", audit.granted)
        writer.member("settled", audit.settled)
        writer.member("expired", audit.expired)
        writer.member("remaining", audit.remaining)
        writer.member("held", audit.held)
        writer.member("overrun", audit.overrun)
        writer.member("currency", "USD")
        writer.strings("faults", audit.faults)
        writer.endObject()
        print(String(decoding: writer.bytes, as: UTF8.self))
    }
}
