package import Model

/// A claim on its way from one worker to another: all that makes it, as numbers.
///
/// Whoever makes a claim of it answers for there being no other.
package struct ClaimRecord: Equatable, Sendable {
    /// The number of its hold; nil where no credits are set aside.
    package let hold: HoldID?
    /// Whose credits.
    package let account: AccountID?
    /// How much of them.
    package let amount: NanoDollars
    /// What is set aside of budgets.
    package let parts: [Part]

    /// A part of a budget.
    package struct Part: Equatable, Sendable {
        package let holder: BudgetHolder
        package let amount: NanoDollars
        package let period: Budget.Period
        /// The first day of the stretch that it is of; nil where there is only one.
        package let firstDay: CalendarDay?

        /// So much of a budget.
        package init(
            _ holder: BudgetHolder,
            _ amount: NanoDollars,
            _ period: Budget.Period,
            _ firstDay: CalendarDay?
        ) {
            self.holder = holder
            self.amount = amount
            self.period = period
            self.firstDay = firstDay
        }
    }

    /// A claim of that number.
    package init(hold: HoldID?, account: AccountID?, amount: NanoDollars, parts: [Part] = []) {
        self.hold = hold
        self.account = account
        self.amount = amount
        self.parts = parts
    }

    /// Nothing is set aside.
    package static let nothing = ClaimRecord(hold: nil, account: nil, amount: .zero)

    fileprivate var budgetParts: [(holder: BudgetHolder, part: BudgetMeter.Part)] {
        parts.map { part in
            let meterPart = BudgetMeter.Part(
                amount: part.amount,
                period: part.period,
                stretch: part.firstDay
            )
            return (part.holder, meterPart)
        }
    }

    fileprivate func makeHold() -> Hold? {
        guard let hold else { return nil }
        return Hold(hold, amount)
    }
}

extension Claim {
    /// The claim that a record is of.
    package init(_ record: ClaimRecord) {
        hold = record.makeHold()
        account = record.account
        parts = record.budgetParts
    }

    /// Ends it here: it lives on as numbers.
    package consuming func keepRecord() -> ClaimRecord {
        let record = record
        _ = abandon()
        return record
    }

    /// What makes it.
    package var record: ClaimRecord {
        ClaimRecord(
            hold: holdID,
            account: account,
            amount: amount,
            parts: parts.map { holder, part in
                ClaimRecord.Part(holder, part.amount, part.period, part.stretch)
            }
        )
    }

    /// Becomes what another worker made of its record.
    package mutating func adopt(_ record: ClaimRecord) {
        if let old = hold.take() { _ = old.keepNumber() }
        hold = record.makeHold()
        parts = record.budgetParts
    }
}

extension Treasury {
    /// Whether a hold is neither settled nor released.
    package func isOpen(_ hold: HoldID, of account: AccountID) -> Bool {
        balance(of: account).amount(of: hold) != nil
    }
}
