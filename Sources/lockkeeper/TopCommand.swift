import ArgumentParser
import Glibc
import JSON
import Model
import Platform
import Relay
import Server

/// `lockkeeper top`: what goes on, as a table that changes.
struct TopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract:
            "Show what goes on: requests, errors, latency, tokens and cost by key, model or provider.",
        discussion: """
            Of the requests that ended in the last minute, or in --window, as far as it watched. In a \
            terminal k, m and p choose what is put together, q ends. Where the output is no terminal: \
            lines, one for each --interval. P50 and P95: half of the requests, and 95 of 100, took that \
            long at most; FIRST: half of the streams to their first token.
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var live: LiveOptions

    @Option(help: "What is put together: key, model or provider.")
    var by = TopWindow.Grouping.model

    @Option(help: ArgumentHelp("How far it looks back.", valueName: "seconds"))
    var window = 60

    @Option(help: ArgumentHelp("How often it looks.", valueName: "seconds"))
    var interval = 1

    @Option(help: "End after it has looked so often.")
    var count: Int?

    func validate() throws {
        guard (1...3600).contains(window), (1...3600).contains(interval) else {
            throw ValidationError("--window and --interval are from 1 to 3600")
        }
        if let count, count < 1 { throw ValidationError("--count is at least 1") }
    }

    func run() throws {
        let site = try LiveSite(common)
        let view = TopView(self, site)
        defer { view.end() }
        try site.run(live.filter, until: { view.isOver }) { view.receive($0) }
    }
}

extension TopWindow.Grouping: ExpressibleByArgument {}

/// The table as it goes on: in a terminal the same lines again, elsewhere line after line.
private final class TopView: TimerHandler, DescriptorHandler {
    private let site: LiveSite
    private let interval: Duration
    private let length: Duration
    private let isJSON: Bool
    private let isScreen: Bool
    private let style: TextStyle
    private var window: TopWindow
    private var grouping: TopWindow.Grouping
    private var remaining: Int?
    private var note: String?
    private var keys: TerminalKeys?
    private var hasScreen = false
    private lazy var timer = Timer(handler: self)
    /// Whether somebody had enough of it.
    private(set) var isOver = false

    init(_ command: TopCommand, _ site: LiveSite) {
        self.site = site
        interval = .seconds(command.interval)
        length = .seconds(command.window)
        isJSON = command.common.json
        grouping = command.by
        remaining = command.count
        isScreen = !command.common.json && Terminal.isAt(STDOUT_FILENO)
        style = TextStyle(isPlain: !isScreen)
        window = TopWindow(of: length, from: .now)
    }

    func receive(_ event: LiveReader.Event) {
        switch event {
        case .watching: begin()
        case .line(let line): if let request = LiveRequest(line) { window.add(request, at: .now) }
        case .lost(let count): window.lose(count)
        case .gone: note = "the worker is gone; waiting for the next one"
        }
    }

    /// The terminal is as it was.
    func end() {
        keys?.putBack()
        if hasScreen { site.output.print("\u{1B}[?25h\u{1B}[?1049l") }
        hasScreen = false
    }

    private func begin() {
        note = nil
        guard !timer.isArmed else { return }
        site.loop.arm(timer, at: .now + (isScreen ? .zero : interval))
        guard isScreen else { return }
        // Another screen, so that what was there before is there again afterwards; no cursor.
        site.output.print("\u{1B}[?1049h\u{1B}[?25l")
        hasScreen = true
        keys = TerminalKeys(STDIN_FILENO)
        guard keys != nil else { return }
        do throws(SystemError) {
            try site.loop.watch(STDIN_FILENO, for: .readable, handler: self)
        } catch {
            keys?.putBack()
            keys = nil
        }
    }

    func timerFired(_ timer: Timer) {
        show()
        site.loop.arm(timer, at: .now + interval)
        guard let left = remaining else { return }
        remaining = left - 1
        if left == 1 { isOver = true }
    }

    func descriptorReady(_ descriptor: CInt, _ readiness: Readiness) {
        guard let pressed = keys?.pressed() else { return site.loop.unwatch(descriptor) }
        for key in pressed {
            switch key {
            case UInt8(ascii: "k"): grouping = .key
            case UInt8(ascii: "m"): grouping = .model
            case UInt8(ascii: "p"): grouping = .provider
            case UInt8(ascii: "q"): isOver = true
            default: break
            }
        }
        if !isOver { show() }
    }

    private func show() {
        let (all, groups) = window.sums(by: grouping, at: .now)
        let heading = TopScreen.Heading(
            time: String(Timestamp(milliseconds: WallClock.milliseconds()).description.prefix(19)),
            length: length,
            grouping: grouping,
            activeCount: activeCount(),
            lostCount: window.lostCount,
            note: note,
            takesKeys: keys != nil
        )
        guard isScreen else { return showLine(heading, all, groups) }
        let size = Terminal.size(of: STDOUT_FILENO) ?? (columns: 80, rows: 24)
        let lines = TopScreen.lines(
            heading,
            all,
            groups,
            columns: size.columns,
            rows: size.rows,
            style
        )
        // Each line is written in the place of the one before: nothing flickers.
        let text = lines.map { "\u{1B}[K" + $0 }.joined(separator: "\n")
        site.output.print("\u{1B}[H" + text + "\u{1B}[J")
    }

    private func showLine(
        _ heading: TopScreen.Heading,
        _ all: TopSums,
        _ groups: [(name: String, sums: TopSums)]
    ) {
        if isJSON { return showJSON(heading, all, groups) }
        if let note = heading.note { printAside("note: \(note)") }
        site.output.print(TopScreen.plain(heading, all) + "\n")
    }

    private func showJSON(
        _ heading: TopScreen.Heading,
        _ all: TopSums,
        _ groups: [(name: String, sums: TopSums)]
    ) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("time", heading.time + "Z")
        writer.member("groupBy", grouping.rawValue)
        if let count = heading.activeCount { writer.member("active", count) }
        writer.member("lost", heading.lostCount)
        writer.key("totals")
        writer.beginObject()
        all.write(into: &writer)
        writer.endObject()
        writer.key("items")
        writer.beginArray()
        for (name, sums) in groups {
            writer.beginObject()
            writer.member("name", name)
            sums.write(into: &writer)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        site.output.print(String(decoding: writer.bytes, as: UTF8.self) + "\n")
    }

    /// The requests under way in all workers; nil where nobody tells.
    private func activeCount() -> Int? {
        do {
            guard let line = try ControlClient.status(stateDirectory: site.state) else {
                return nil
            }
            let status = try JSONDocument.parse(line.span).root
            let others = status["other_workers"]?.elements ?? []
            return ([status] + others).reduce(0) { sum, worker in
                sum + Int(clamping: worker["active_requests"]?.integer ?? 0)
            }
        } catch {
            return nil
        }
    }
}
