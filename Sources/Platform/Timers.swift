/// Something to be woken at a time: owned by whoever waits, known to one ``Timers``.
///
/// A timer is made once and armed many times; arming and cancelling allocate nothing.
package final class Timer {
    /// When it fires, or would have fired last.
    package fileprivate(set) var deadline = Timer.noDeadline
    fileprivate var place = Timer.unarmed
    private unowned let handler: any TimerHandler

    fileprivate static let unarmed = -1
    /// What a timer holds that was never armed: one is made for each request, and the clock is not
    /// read for it.
    private static let noDeadline = ContinuousClock.now

    /// A timer that is not armed.
    ///
    /// The handler must outlive it.
    package init(handler: any TimerHandler) {
        self.handler = handler
    }

    /// Whether it will fire.
    package var isArmed: Bool { place != Timer.unarmed }

    /// Wakes the handler; the timer was disarmed before.
    func fire() {
        handler.timerFired(self)
    }
}

/// Who is woken when a ``Timer`` fires.
package protocol TimerHandler: AnyObject {
    /// The timer's deadline has passed; it is no longer armed.
    func timerFired(_ timer: Timer)
}

/// The armed timers of one loop, the earliest first: a binary heap whose entries know their place.
struct Timers {
    private var heap: [Timer] = []

    /// How many are armed.
    var count: Int { heap.count }

    /// When the first timer is due, or nil.
    var earliest: ContinuousClock.Instant? { heap.first?.deadline }

    /// Arms a timer, or moves it when it is armed already.
    mutating func arm(_ timer: Timer, at deadline: ContinuousClock.Instant) {
        timer.deadline = deadline
        if timer.place == Timer.unarmed {
            timer.place = heap.count
            heap.append(timer)
            rise(from: timer.place)
        } else {
            rise(from: timer.place)
            sink(from: timer.place)
        }
    }

    /// Disarms a timer; nothing happens when it is not armed.
    mutating func cancel(_ timer: Timer) {
        let place = timer.place
        guard place != Timer.unarmed else { return }
        timer.place = Timer.unarmed
        let last = heap.removeLast()
        guard last !== timer else { return }
        put(last, at: place)
        rise(from: place)
        sink(from: last.place)
    }

    /// Takes the first timer that is due, disarmed, or nil.
    mutating func takeDue(at now: ContinuousClock.Instant) -> Timer? {
        guard let first = heap.first, first.deadline <= now else { return nil }
        cancel(first)
        return first
    }

    private mutating func put(_ timer: Timer, at place: Int) {
        heap[place] = timer
        timer.place = place
    }

    private mutating func rise(from start: Int) {
        var place = start
        let timer = heap[place]
        while place > 0 {
            let parent = (place - 1) / 2
            guard timer.deadline < heap[parent].deadline else { break }
            put(heap[parent], at: place)
            place = parent
        }
        put(timer, at: place)
    }

    private mutating func sink(from start: Int) {
        var place = start
        let timer = heap[place]
        while true {
            var child = 2 * place + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].deadline < heap[child].deadline {
                child += 1
            }
            guard heap[child].deadline < timer.deadline else { break }
            put(heap[child], at: place)
            place = child
        }
        put(timer, at: place)
    }
}
