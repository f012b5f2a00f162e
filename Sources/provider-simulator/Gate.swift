import Synchronization

/// Holds answers back until a test opens it, shared by the loops.
final class Gate: Sendable {
    private let state = Mutex(State())

    private struct State {
        var isOpen = false
        var waiting = 0
    }

    /// Opens it, or closes it for what comes from now on.
    func set(isOpen: Bool) { state.withLock { $0.isOpen = isOpen } }

    /// Whether answers may pass.
    var isOpen: Bool { state.withLock { $0.isOpen } }

    /// One more answer waits, or one less.
    func note(waiting change: Int) { state.withLock { $0.waiting += change } }

    /// What the gate is doing, as JSON.
    var json: String {
        state.withLock { "{\"open\":\($0.isOpen),\"waiting\":\($0.waiting)}" }
    }
}
