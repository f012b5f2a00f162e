/// How long a key that a provider refused is tried last (chapter 4).
///
/// As long as the provider's `Retry-After` says, else one second, doubling with each refusal that
/// follows to a minute.
struct CoolDown {
    static let shortest: Duration = .seconds(1)
    static let longest: Duration = .seconds(60)

    /// When it is over.
    private(set) var end: ContinuousClock.Instant
    private(set) var next = shortest

    /// The first refusal.
    init(retryAfter: Duration?, at now: ContinuousClock.Instant) {
        end = now
        refuse(retryAfter: retryAfter, at: now)
    }

    /// One that was begun elsewhere.
    init(remaining: Duration, next: Duration, at now: ContinuousClock.Instant) {
        end = now + remaining
        self.next = min(max(next, CoolDown.shortest), CoolDown.longest)
    }

    func isCooling(at now: ContinuousClock.Instant) -> Bool { now < end }

    /// Whether nothing is known of it any more.
    func isForgotten(at now: ContinuousClock.Instant) -> Bool { end + CoolDown.longest * 2 <= now }

    /// Takes one more refusal into account; those of requests that were under way together count as
    /// one.
    mutating func refuse(retryAfter: Duration?, at now: ContinuousClock.Instant) {
        if let retryAfter {
            end = max(end, now + retryAfter)
        } else if !isCooling(at: now) {
            end = now + next
            next = min(next * 2, CoolDown.longest)
        }
    }
}
