import Model
import Relay
import Synchronization
import Testing

@Suite struct `Requests that are watched` {
    private final class Bell: Sendable {
        let count = Mutex(0)
        func ring() { count.withLock { $0 += 1 } }
    }

    private func line(_ text: String) -> LiveLine {
        var line = LiveLine(Array(text.utf8))
        line.account = "a"
        line.keyID = "aigk_1"
        line.keyName = "team"
        line.modelAsked = "openai/gpt-4o"
        line.modelServed = "openai:gpt-4o-mini"
        line.status = 429
        return line
    }

    @Test func `cost nothing as long as nobody watches`() throws {
        let feed = LiveFeed()
        #expect(!feed.isWatched)
        feed.tell(line("1"))
        let watcher = try #require(feed.watch(LiveFilter()) {})
        #expect(feed.isWatched)
        #expect(watcher.take().lines == [])
        feed.forget(watcher)
        #expect(!feed.isWatched)
    }

    @Test func `wake who watches once for all that waits`() throws {
        let feed = LiveFeed()
        let bell = Bell()
        let watcher = try #require(feed.watch(LiveFilter(), wake: bell.ring))
        for text in ["1", "2", "3"] { feed.tell(line(text)) }
        #expect(bell.count.withLock { $0 } == 1)
        #expect(watcher.take().lines == ["1", "2", "3"].map { Array($0.utf8) })
        #expect(watcher.take().lines == [])
        feed.tell(line("4"))
        #expect(bell.count.withLock { $0 } == 2)
    }

    @Test(arguments: [1, 2000])
    func `are lost and counted where nobody keeps up`(length: Int) throws {
        let feed = LiveFeed()
        let watcher = try #require(feed.watch(LiveFilter()) {})
        let quick = try #require(feed.watch(LiveFilter()) {})
        let told = Limits.liveLines + 10
        var seen = 0
        for number in 0..<told {
            feed.tell(LiveLine(Array(repeating: UInt8(truncatingIfNeeded: number), count: length)))
            seen += quick.take().lines.count
        }
        #expect(seen == told)
        let (lines, lostCount) = watcher.take()
        #expect(lines.count == min(Limits.liveLines, Limits.liveBytes / length))
        #expect(lines.count + lostCount == told)
        #expect(lines.first?.first == 0)
        #expect(watcher.take().lostCount == 0)
    }

    @Test func `are shown to so many at once`() throws {
        let feed = LiveFeed()
        let watchers = try (0..<Limits.liveWatchers).map { _ in
            try #require(feed.watch(LiveFilter()) {})
        }
        #expect(feed.watch(LiveFilter()) {} == nil)
        feed.forget(watchers[3])
        #expect(feed.watch(LiveFilter()) {} != nil)
    }

    @Test(
        arguments: [
            ("a", nil, nil, nil, true), ("b", nil, nil, nil, false),
            (nil, "aigk_1", nil, nil, true), (nil, "team", nil, nil, true),
            (nil, "tea", nil, nil, false), (nil, nil, "gpt-4o", nil, true),
            (nil, nil, "4o-mini", nil, true), (nil, nil, "openai/", nil, true),
            (nil, nil, "claude", nil, false), (nil, nil, nil, "429", true),
            (nil, nil, nil, "4xx", true), (nil, nil, nil, "error", true),
            (nil, nil, nil, "5xx", false), (nil, nil, nil, "200", false),
            ("a", "team", "gpt", "4xx", true), ("a", "team", "gpt", "200", false),
        ] as [(String?, String?, String?, String?, Bool)]
    )
    func `pass what is asked for`(
        account: String?,
        key: String?,
        model: String?,
        status: String?,
        passes: Bool
    ) {
        var filter = LiveFilter()
        filter.account = account
        filter.key = key
        filter.model = model
        filter.status = status.flatMap { LiveFilter.Status($0) }
        #expect(filter.admits(line("x")) == passes)
    }

    @Test func `are errors where their answers broke off`() {
        var cut = line("x")
        cut.status = 200
        cut.isCut = true
        var filter = LiveFilter()
        filter.status = .error
        #expect(filter.admits(cut))
        filter.status = LiveFilter.Status("2xx")
        #expect(filter.admits(cut))
    }

    @Test(arguments: ["", "xx", "6xx", "0xx", "4x", "44x", "99", "600", "4XX", "errors", "-1"])
    func `have no such status`(text: String) {
        #expect(LiveFilter.Status(text) == nil)
    }
}
