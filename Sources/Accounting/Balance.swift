package import Model

/// The money of one account: its grants, and what requests under way hold of them.
///
/// A value without a clock or a disk. Each change is told as a ``BalanceEvent``, and the events alone
/// make the same balance again: what the ledger keeps is they. No grant is ever below zero, nor held
/// for more than remains of it.
package struct Balance: Equatable, Sendable {
    /// What is neither spent nor expired, the grant that is spent first in front.
    package private(set) var grants: [Grant] = []
    /// The parts of grants that each hold has.
    private var holds: [HoldID: [GrantPart]] = [:]
    /// What was charged beyond all that the account had.
    package private(set) var overrun = NanoDollars.zero

    /// The balance of an account without a grant.
    package init() {}

    /// Grants less settlements and expiries, held or not.
    package func amount(at now: Timestamp) -> NanoDollars {
        grants.reduce(.zero) { $0 + ($1.isExpired(at: now) ? $1.held : $1.remaining) }
    }

    /// What can be held.
    package func free(at now: Timestamp) -> NanoDollars {
        grants.reduce(.zero) { $0 + ($1.isExpired(at: now) ? .zero : $1.free) }
    }

    /// The holds that are neither settled nor released.
    package var openHolds: [HoldID] { holds.keys.sorted() }

    /// How many there are.
    package var openHoldCount: Int { holds.count }

    /// What a hold has set aside; nil when there is no such hold.
    package func amount(of hold: HoldID) -> NanoDollars? { holds[hold]?.total }

    // MARK: Changes

    /// Adds a grant.
    package mutating func add(_ grant: Grant, telling events: inout [BalanceEvent]) {
        make(.granted(grant), &events)
    }

    /// Sets money aside, that which expires first in front.
    package mutating func reserve(
        _ size: HoldSize,
        as id: HoldID,
        at now: Timestamp,
        telling events: inout [BalanceEvent]
    ) -> HoldOutcome {
        expire(at: now, telling: &events)
        let free = free(at: now)
        guard free >= size.least else {
            // What is held of an expired grant is gone when it comes back.
            let lasting = grants.drop { $0.isExpired(at: now) }.map(\.remaining).reduce(.zero, +)
            return lasting >= size.least ? .heldByOthers : .exhausted
        }
        let amount = size.amount(of: free)
        make(.held(id, parts(of: amount, at: now)), &events)
        return .held(Hold(id, amount))
    }

    /// Sets more aside for a hold; false, and nothing is changed, when there is not so much.
    package mutating func topUp(
        _ hold: inout Hold,
        by more: NanoDollars,
        at now: Timestamp,
        telling events: inout [BalanceEvent]
    ) -> Bool {
        expire(at: now, telling: &events)
        // What another worker holds may have been settled for it meanwhile.
        guard holds[hold.id] != nil, free(at: now) >= more else { return false }
        make(.held(hold.id, parts(of: more, at: now)), &events)
        hold.amount = hold.amount + more
        return true
    }

    /// Charges a hold's attempt; what it does not need returns.
    ///
    /// A charge above the hold takes what else is free, down to zero; the rest is an overrun.
    package mutating func settle(
        _ hold: consuming Hold,
        for charge: NanoDollars,
        at now: Timestamp,
        telling events: inout [BalanceEvent]
    ) {
        settleOrphan(hold.keepNumber(), for: charge, at: now, telling: &events)
    }

    /// The same for a hold whose worker is no more, so that only its number is left; nothing when it
    /// was settled or released before.
    package mutating func settleOrphan(
        _ hold: HoldID,
        for charge: NanoDollars,
        at now: Timestamp,
        telling events: inout [BalanceEvent]
    ) {
        guard let own = holds[hold] else { return }
        let parts = parts(of: charge, at: now, returning: own)
        make(.settled(hold, parts, overrun: max(.zero, charge - parts.total)), &events)
        expire(at: now, telling: &events)
    }

    /// Returns all of a hold.
    package mutating func release(
        _ hold: consuming Hold,
        at now: Timestamp,
        telling events: inout [BalanceEvent]
    ) {
        releaseOrphan(hold.keepNumber(), at: now, telling: &events)
    }

    /// The same for a hold of which only the number is left.
    package mutating func releaseOrphan(
        _ hold: HoldID,
        at now: Timestamp,
        telling events: inout [BalanceEvent]
    ) {
        guard holds[hold] != nil else { return }
        make(.released(hold), &events)
        expire(at: now, telling: &events)
    }

    /// Takes away what can't be spent any more; what is held of it can.
    package mutating func expire(at now: Timestamp, telling events: inout [BalanceEvent]) {
        let due = grants.prefix { $0.isExpired(at: now) }.filter { $0.free > .zero }
        for grant in due { make(.expired(GrantPart(grant.id, grant.free)), &events) }
    }

    private mutating func make(_ event: BalanceEvent, _ events: inout [BalanceEvent]) {
        apply(event)
        events.append(event)
    }

    /// The parts of grants, in the order in which they are spent, that make up an amount or all
    /// there is; what a hold has counts as free, expired or not.
    private func parts(
        of amount: NanoDollars,
        at now: Timestamp,
        returning own: [GrantPart] = []
    ) -> [GrantPart] {
        var left = amount
        var parts: [GrantPart] = []
        for grant in grants where left > .zero {
            let returned = own.filter { $0.grant == grant.id }.total
            let free = grant.isExpired(at: now) ? returned : grant.free + returned
            let part = min(free, left)
            if part > .zero { parts.append(GrantPart(grant.id, part)) }
            left = left - part
        }
        return parts
    }

    // MARK: Events

    /// Makes the change that an event tells of; one that this balance can't have had ends the
    /// process, as the books would be wrong from there on.
    package mutating func apply(_ event: BalanceEvent) {
        switch event {
        case .granted(let grant):
            let place = grants.firstIndex { grant.isSpentBefore($0) } ?? grants.count
            grants.insert(grant, at: place)
        case .held(let hold, let parts):
            for part in parts { change(part) { $0.held = $0.held + part.amount } }
            holds[hold, default: []] += parts
        case .settled(let hold, let parts, let overrun):
            giveBack(hold)
            for part in parts { change(part) { $0.remaining = $0.remaining - part.amount } }
            self.overrun = self.overrun + overrun
            dropEmptyGrants()
        case .released(let hold): giveBack(hold)
        case .expired(let part):
            change(part) { $0.remaining = $0.remaining - part.amount }
            dropEmptyGrants()
        }
    }

    private mutating func giveBack(_ hold: HoldID) {
        guard let parts = holds.removeValue(forKey: hold) else {
            preconditionFailure("there is no hold \(hold.number)")
        }
        for part in parts { change(part) { $0.held = $0.held - part.amount } }
    }

    private mutating func change(_ part: GrantPart, _ body: (inout Grant) -> Void) {
        guard let place = grants.firstIndex(where: { $0.id == part.grant }) else {
            preconditionFailure("there is no grant \(part.grant.number)")
        }
        body(&grants[place])
        let grant = grants[place]
        precondition(
            grant.held >= .zero && grant.free >= .zero,
            "grant \(grant.id.number) is wrong"
        )
    }

    private mutating func dropEmptyGrants() {
        grants.removeAll { $0.remaining == .zero }
    }
}
