package import Access
import Accounting
package import Model
import Routing

/// What one access log line tells of an exchange: never a body, never a secret.
package struct ExchangeRecord: Sendable {
    /// How an exchange ended.
    package enum Outcome: String, Sendable {
        /// The answer went out whole, a provider's error included.
        case served
        /// The web server carries on with the provider.
        case handedOver = "handed_over"
        /// The gateway answered with an error of its own.
        case refused
        /// The answer broke off after the commit.
        case cut
        /// The client left first.
        case clientClosed = "client_closed"
    }

    /// The path as the documentation spells it; empty for one that is not served.
    package var endpoint = ""
    /// The gateway's id.
    package var gateway = ""
    /// The key that was accepted.
    package var key: KeyReference?
    /// The model as the client named it.
    package var modelAsked: String?
    /// `provider:model` of the attempt that served.
    package var modelServed: String?
    /// Every try, in order.
    package var attempts: [AttemptRecord] = []
    /// Tokens, where the provider told them.
    package var usage: Usage?
    /// What its attempts cost, by what is charged; nil where nothing is known of it.
    package private(set) var cost: NanoDollars?
    /// Whether one of them had no price.
    package private(set) var isUnpriced = false
    /// From the request's arrival to the commit.
    package var timeToFirstToken: Duration?
    /// Whether the answer was a stream.
    package var isStream = false
    /// The status that the client saw; 0 when it saw none.
    package private(set) var status = 0
    /// How it ended; nil while it runs.
    package private(set) var outcome: Outcome?
    /// The code of the gateway's own error.
    package private(set) var errorCode: String?

    /// Notes how an attempt ended; false when that is noted already.
    mutating func close(
        _ index: Int,
        _ outcome: AttemptOutcome?,
        message: String?,
        at now: ContinuousClock.Instant
    ) -> Bool {
        guard index < attempts.count, attempts[index].outcome == nil else { return false }
        attempts[index].outcome = outcome
        attempts[index].message = message
        attempts[index].duration = now - attempts[index].start
        return true
    }

    /// Notes what an attempt came to.
    mutating func note(_ event: UsageEvent) {
        if event.isUnpriced { isUnpriced = true }
        if event.charge != nil {
            cost = NanoDollars((cost ?? .zero).rawValue + event.totalCost.rawValue)
        }
    }

    mutating func finish(_ outcome: Outcome, status: Int, code: String? = nil) {
        self.outcome = outcome
        self.status = status
        errorCode = code
    }
}
