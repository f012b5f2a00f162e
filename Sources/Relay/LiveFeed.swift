package import Model
import Synchronization

/// Requests as they end, for whoever watches (chapter 7): what the access log line of each says.
///
/// As long as nobody watches, a request costs one look at a number. Nobody is waited for: who does
/// not keep up loses lines and is told how many.
package final class LiveFeed: Sendable {
    private let watcherCount = Atomic<Int>(0)
    private let watchers = Mutex<[LiveWatcher]>([])

    /// A feed that nobody watches.
    package init() {}

    /// Whether anybody watches.
    package var isWatched: Bool { count > 0 }

    /// How many watch.
    package var count: Int { watcherCount.load(ordering: .relaxed) }

    /// Somebody watches from now on; nil when as many do as may.
    ///
    /// - Parameter wake: called by whoever tells a line, when there is something to take and was
    ///   nothing before.
    package func watch(
        _ filter: LiveFilter,
        wake: @escaping @Sendable () -> Void
    ) -> LiveWatcher? {
        let watcher = LiveWatcher(filter, wake: wake)
        return watchers.withLock { watchers in
            guard watchers.count < Limits.liveWatchers else { return nil }
            watchers.append(watcher)
            watcherCount.store(watchers.count, ordering: .relaxed)
            return watcher
        }
    }

    /// Somebody watches no more.
    package func forget(_ watcher: LiveWatcher) {
        watchers.withLock { watchers in
            watchers.removeAll { $0 === watcher }
            watcherCount.store(watchers.count, ordering: .relaxed)
        }
    }

    /// Tells all who want to know of it of a request.
    package func tell(_ line: LiveLine) {
        for watcher in watchers.withLock({ $0 }) { watcher.offer(line) }
    }
}

/// One who watches requests as they end.
package final class LiveWatcher: Sendable {
    private struct Waiting {
        var lines: [[UInt8]] = []
        var byteCount = 0
        var lostCount = 0
    }

    private let filter: LiveFilter
    private let wake: @Sendable () -> Void
    private let waiting = Mutex(Waiting())

    fileprivate init(_ filter: LiveFilter, wake: @escaping @Sendable () -> Void) {
        self.filter = filter
        self.wake = wake
    }

    fileprivate func offer(_ line: LiveLine) {
        guard filter.admits(line) else { return }
        let isFirst = waiting.withLock { waiting in
            guard waiting.lines.count < Limits.liveLines,
                waiting.byteCount + line.bytes.count <= Limits.liveBytes
            else {
                waiting.lostCount += 1
                return false
            }
            waiting.lines.append(line.bytes)
            waiting.byteCount += line.bytes.count
            return waiting.lines.count == 1
        }
        if isFirst { wake() }
    }

    /// The lines that wait, in their order, and how many more there were after them that found no
    /// room.
    package func take() -> (lines: [[UInt8]], lostCount: Int) {
        waiting.withLock { waiting in
            defer { waiting = Waiting() }
            return (waiting.lines, waiting.lostCount)
        }
    }
}
