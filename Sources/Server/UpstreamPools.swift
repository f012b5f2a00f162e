import Curl
import Platform

/// The upstream connections of one loop: those of the settings in force, and those of earlier
/// settings until the last transfer on them has ended.
final class UpstreamPools: TimerHandler {
    /// Where transfers start.
    private(set) var current: TransferPool
    private var settings: TransferSettings
    private var retired: [TransferPool] = []
    private let loop: EventLoop
    private lazy var timer = Timer(handler: self)

    /// How often pools of earlier settings are looked at: their idle connections are in nobody's way.
    private static let lookInterval: Duration = .seconds(1)

    /// Pools without connections.
    init(loop: EventLoop, settings: TransferSettings) {
        self.loop = loop
        self.settings = settings
        current = TransferPool(loop: loop, settings: settings)
    }

    /// How many transfers run, under whatever settings.
    var activeCount: Int {
        retired.reduce(current.activeCount) { $0 + $1.activeCount }
    }

    /// How many pools of earlier settings still have transfers.
    var retiredCount: Int { retired.count }

    /// Transfers that start from now on run under these settings; connections are opened anew, for
    /// who vouches for a provider and which way leads to it may have changed.
    func adopt(_ settings: TransferSettings) {
        guard settings != self.settings else { return }
        self.settings = settings
        retired.append(current)
        current = TransferPool(loop: loop, settings: settings)
        closeIdle()
    }

    /// Cancels what runs and closes all connections.
    func close() {
        loop.cancel(timer)
        for pool in retired { pool.close() }
        retired = []
        current.close()
    }

    func timerFired(_ timer: Timer) {
        closeIdle()
    }

    private func closeIdle() {
        for pool in retired where pool.activeCount == 0 { pool.close() }
        retired.removeAll { $0.activeCount == 0 }
        if !retired.isEmpty { loop.arm(timer, at: loop.now + UpstreamPools.lookInterval) }
    }
}
