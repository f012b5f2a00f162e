import Accounting
import Model

/// An answer whose client is gone and that is read to its end all the same, so that what the provider
/// reports is what is charged (`on_disconnect: drain`).
extension Exchange {
    /// The client left; false when all is over, so that the shell ends the transfer.
    package mutating func goesOnWithoutClient(at now: ContinuousClock.Instant) -> Bool {
        guard gateway?.onDisconnect == .drain, case .answering = state, funds != nil else {
            return false
        }
        isDraining = true
        return true
    }

    /// Takes bytes that nobody gets.
    mutating func drain(_ count: Int, at now: ContinuousClock.Instant) -> Step {
        drainedBytes += count
        let isDear = countedOutput >= funds?.topUpDue ?? .max
        guard drainedBytes > Limits.drainedBytes || isDear else { return Step(.wait) }
        return stopDraining(at: now)
    }

    /// Enough was read for nobody: what came so far is charged.
    package mutating func stopDraining(at now: ContinuousClock.Instant) -> Step {
        isDraining = false
        clientLeft(at: now)
        return Step(.finish)
    }
}
