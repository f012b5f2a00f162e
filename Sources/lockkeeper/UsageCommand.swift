import ArgumentParser
import JSON
import Ledger
import Model
import Platform

/// `lockkeeper usage`.
struct UsageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage",
        abstract: "Show what was used and what it cost, by key, provider, model or day.",
        discussion: """
            By whole hours, from the one in which the time begins. A request counts where its last \
            attempt ended, tokens and costs are those of all attempts.
            """
    )

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("Since when: 24h, 7d, or a moment.", valueName: "time"))
    var since = PastMoment.ago(milliseconds: 86_400_000)

    @Option(help: "What is summed up together: key, provider, model or day.")
    var groupBy = UsageGrouping.model

    @Option(help: "That of one account.")
    var account: String?

    func run() throws {
        let now = Timestamp(milliseconds: WallClock.milliseconds())
        let first = since.moment(at: now)
        let owner = account.map { AccountID($0) }
        let groups = try common.ledger()?.usage(since: first, by: groupBy, of: owner) ?? []
        if common.json { return write(groups, since: first) }
        let total = groups.count > 1 ? [UsageGroup.total(of: groups, named: "all")] : []
        Output.show((groups + total).map(UsageResource.init), asJSON: false)
    }

    private func write(_ groups: [UsageGroup], since first: Timestamp) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("startTime", first.startOfHour.description)
        writer.member("groupBy", groupBy.rawValue)
        writer.key("items")
        writer.beginArray()
        for group in groups { UsageResource(group).write(into: &writer) }
        writer.endArray()
        writer.key("totals")
        UsageResource(UsageGroup.total(of: groups, named: "")).write(into: &writer)
        writer.endObject()
        print(String(decoding: writer.bytes, as: UTF8.self))
    }
}
