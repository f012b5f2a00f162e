import CLinux
import Glibc

/// Calls at an absolute schedule, more exactly than a ``Timer``, whose loop waits in milliseconds.
package final class Ticker: DescriptorHandler {
    private let descriptor: FileDescriptor
    private let loop: EventLoop
    private let tick: (Int) -> Void

    /// Ticks at `first` (nanoseconds of CLOCK_MONOTONIC) and then at each interval; `tick` is told
    /// how many ticks have come due since it was last called.
    package init(
        first: Int,
        interval: Int,
        on loop: EventLoop,
        tick: @escaping (Int) -> Void
    ) throws(SystemError) {
        let number = clinux_ticker(Int64(first), Int64(interval))
        guard number >= 0 else { throw .last("timerfd") }
        descriptor = FileDescriptor(taking: number)
        self.loop = loop
        self.tick = tick
        try loop.watch(number, for: .readable, handler: self)
    }

    /// Ticks no more; the loop keeps a ticker until then.
    package func stop() {
        loop.unwatch(descriptor.number)
    }

    package func descriptorReady(_ descriptor: CInt, _ readiness: Readiness) {
        var count: UInt64 = 0
        let size = MemoryLayout<UInt64>.size
        guard unsafe read(descriptor, &count, size) == size else { return }
        tick(Int(clamping: count))
    }
}
