package import Model

extension Budget.Period {
    /// The first day of the stretch that a moment is in, and of the next one; nil when there is only
    /// one.
    package func days(around moment: Timestamp) -> (first: CalendarDay, next: CalendarDay)? {
        let today = CalendarDay(of: moment).number
        switch self {
        case .day: return (CalendarDay(number: today), CalendarDay(number: today + 1))
        case .week:
            // The epoch was a Thursday.
            let weekday = ((today + 3) % 7 + 7) % 7
            return (
                CalendarDay(number: today - weekday), CalendarDay(number: today - weekday + 7)
            )
        case .month:
            let date = CivilDate(dayNumber: Int64(today))
            let first = Int64(today) - date.day + 1
            // No month has more than 31 days, and all have more than 3.
            let next = CivilDate(dayNumber: first + 31)
            return (
                CalendarDay(number: Int32(clamping: first)),
                CalendarDay(number: Int32(clamping: first + 31 - next.day + 1))
            )
        case .total: return nil
        }
    }
}

/// How far a budget is used up: what was spent in its stretch of time, and what is held for requests
/// under way, so that many at once can't pass it together.
package struct BudgetMeter: Equatable, Sendable {
    /// The budget.
    package let budget: Budget
    /// What was spent in the stretch.
    package private(set) var spent: NanoDollars
    /// What is held in it.
    package private(set) var held = NanoDollars.zero
    private var stretch: CalendarDay?

    /// Why a request may not begin.
    package struct Exceeded: Error, Equatable, Sendable {
        /// When there is a budget again; nil when there never will be.
        package let resetsAt: Timestamp?

        /// Nothing before that moment.
        package init(resetsAt: Timestamp?) {
            self.resetsAt = resetsAt
        }
    }

    /// A part of a budget held for a request: to be given to ``settle(_:for:)`` once.
    package struct Part: Equatable, Sendable {
        /// How much of it.
        package internal(set) var amount: NanoDollars
        let period: Budget.Period
        let stretch: CalendarDay?
    }

    /// A budget of which so much was spent in the stretch that a moment is in.
    package init(_ budget: Budget, spent: NanoDollars = .zero, at now: Timestamp) {
        self.budget = budget
        self.spent = spent
        stretch = budget.period.days(around: now)?.first
    }

    /// What can be held.
    package func free(at now: Timestamp) -> NanoDollars {
        var meter = self
        meter.turn(to: now)
        return max(.zero, budget.amount - meter.spent - meter.held)
    }

    /// Holds what a request may cost, or what is left where that is the least that it needs.
    package mutating func reserve(
        _ size: HoldSize,
        at now: Timestamp
    ) throws(Exceeded) -> Part {
        turn(to: now)
        let free = max(.zero, budget.amount - spent - held)
        guard free >= size.least, free > .zero else {
            throw Exceeded(resetsAt: budget.period.days(around: now)?.next.start)
        }
        let part = Part(
            amount: size.amount(of: free),
            period: budget.period,
            stretch: stretch
        )
        held = held + part.amount
        return part
    }

    /// Holds more for a request; false, and nothing is changed, when there is not so much.
    package mutating func topUp(_ part: inout Part, by more: NanoDollars) -> Bool {
        guard isOfNow(part) else { return true }
        guard budget.amount - spent - held >= more else { return false }
        held = held + more
        part.amount = part.amount + more
        return true
    }

    /// Ends a part: what the attempt cost is spent, the rest returns.
    ///
    /// An attempt counts for the stretch in which it began: one that is over has no use for it.
    package mutating func settle(_ part: Part, for cost: NanoDollars) {
        guard isOfNow(part) else { return }
        held = max(.zero, held - part.amount)
        spent = spent + cost
    }

    /// Undoes a top-up.
    mutating func takeBack(_ part: inout Part, _ less: NanoDollars) {
        guard isOfNow(part) else { return }
        held = held - less
        part.amount = part.amount - less
    }

    /// The same for another budget; in another kind of stretch nothing is spent yet.
    func changed(to budget: Budget, at now: Timestamp) -> BudgetMeter {
        guard budget.period == self.budget.period else { return BudgetMeter(budget, at: now) }
        var meter = BudgetMeter(budget, spent: spent, at: now)
        meter.held = held
        meter.stretch = stretch
        return meter
    }

    /// Whether a part was held in the stretch that runs.
    private func isOfNow(_ part: Part) -> Bool {
        part.period == budget.period && part.stretch == stretch
    }

    private mutating func turn(to now: Timestamp) {
        guard let first = budget.period.days(around: now)?.first, first > stretch ?? first else {
            return
        }
        stretch = first
        spent = .zero
        held = .zero
    }
}
