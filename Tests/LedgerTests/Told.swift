import Glibc
import Synchronization

/// What was told, in its order, from whatever thread.
final class Told: Sendable {
    private let list = Mutex<[Int]>([])

    func add(_ number: Int) { list.withLock { $0.append(number) } }

    var numbers: [Int] { list.withLock { $0 } }
}

struct Timeout: Error {}

/// Waits for something that happens on another thread or in another process.
func waitUntil(_ isSo: () -> Bool) throws {
    let end = ContinuousClock.now + .seconds(20)
    while !isSo() {
        guard ContinuousClock.now < end else { throw Timeout() }
        sched_yield()
    }
}
