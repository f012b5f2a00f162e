package import Model

/// At which balances an account is warned.
package struct WarningThresholds: Equatable, Sendable {
    private let falling: [NanoDollars]

    /// The thresholds, in any order.
    package init(_ amounts: [NanoDollars]) {
        falling = amounts.sorted(by: >)
    }

    /// The lowest threshold that a balance has reached; nil when it is above all of them.
    package func reached(by balance: NanoDollars) -> NanoDollars? {
        falling.last { balance <= $0 }
    }
}

/// What an account is warned of.
package enum CreditWarning: Hashable, Sendable {
    /// Its balance fell to a threshold or below.
    case lowBalance(threshold: NanoDollars, balance: NanoDollars)
    /// What remains of a grant can't be spent any more from that moment on, within so many days.
    case grantExpires(GrantID, remaining: NanoDollars, at: Timestamp, days: Int)
}

/// What decides of an account whether it is warned.
package struct AccountFunds: Equatable, Sendable {
    /// The account.
    package let account: AccountID
    /// What it has.
    package let balance: NanoDollars
    /// The grants of which something remains.
    package let grants: [Grant]

    /// An account with so much.
    package init(_ account: AccountID, balance: NanoDollars, grants: [Grant]) {
        self.account = account
        self.balance = balance
        self.grants = grants
    }
}

/// What accounts were warned of, so that nothing is told twice: a threshold again only when the
/// balance was above it in between, and of each grant each term once.
package struct WarningBook: Equatable, Sendable {
    /// The terms at which grants that expire are told of, in days.
    package static let terms = [30, 7]

    /// The lowest threshold that was reached when an account was last looked at; nil in it where the
    /// balance was above all.
    package private(set) var levels: [AccountID: NanoDollars?]
    /// The shortest term that each grant was told of.
    package private(set) var told: [GrantID: Int]

    /// A book in which so much stands.
    package init(levels: [AccountID: NanoDollars?] = [:], told: [GrantID: Int] = [:]) {
        self.levels = levels
        self.told = told
    }

    /// Looks at all accounts: what they are to be warned of now.
    ///
    /// An account that was never looked at before has not crossed anything.
    package mutating func look(
        at funds: [AccountFunds],
        _ thresholds: WarningThresholds,
        at now: Timestamp
    ) -> [(account: AccountID, warning: CreditWarning)] {
        var warnings: [(account: AccountID, warning: CreditWarning)] = []
        var told: [GrantID: Int] = [:]
        for account in funds {
            let level = thresholds.reached(by: account.balance)
            if let before = levels[account.account], let level,
                before.map({ level < $0 }) ?? true
            {
                let warning = CreditWarning.lowBalance(
                    threshold: level,
                    balance: account.balance
                )
                warnings.append((account.account, warning))
            }
            levels[account.account] = .some(level)
            for grant in account.grants where grant.remaining > .zero {
                guard let term = Self.term(of: grant, at: now) else { continue }
                told[grant.id] = min(term, self.told[grant.id] ?? term)
                guard self.told[grant.id].map({ term < $0 }) ?? true else { continue }
                let warning = CreditWarning.grantExpires(
                    grant.id,
                    remaining: grant.remaining,
                    at: grant.expiresAt,
                    days: term
                )
                warnings.append((account.account, warning))
            }
        }
        self.told = told
        return warnings
    }

    /// The shortest term within which a grant expires; nil for one that has more time, or none.
    private static func term(of grant: Grant, at now: Timestamp) -> Int? {
        guard !grant.isExpired(at: now) else { return nil }
        let left = grant.expiresAt.milliseconds - now.milliseconds
        return terms.last { left <= Int64($0) * 86_400_000 }
    }
}
