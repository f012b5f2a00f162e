package import Model

/// The number of a grant, in the order in which they were made.
package struct GrantID: Hashable, Comparable, Sendable {
    /// The number.
    package let number: Int64

    /// That number.
    package init(_ number: Int64) {
        self.number = number
    }

    package static func < (left: GrantID, right: GrantID) -> Bool {
        left.number < right.number
    }
}

/// Money given to an account, to be spent before a day.
package struct Grant: Equatable, Sendable {
    /// Where it came from.
    package enum Category: String, CaseIterable, Sendable {
        case purchase, promotional
    }

    /// Which it is.
    package let id: GrantID
    /// What was given.
    package let amount: NanoDollars
    /// Where it came from.
    package let category: Category
    /// When it was made.
    package let createdAt: Timestamp
    /// The first moment at which it can't be held any more.
    package let expiresAt: Timestamp
    /// What is neither spent nor expired.
    package internal(set) var remaining: NanoDollars
    /// How much of that requests under way hold.
    package internal(set) var held = NanoDollars.zero

    /// A grant; nothing of it is spent unless it is said how much remains.
    package init(
        _ id: GrantID,
        amount: NanoDollars,
        category: Category,
        createdAt: Timestamp,
        expiresAt: Timestamp,
        remaining: NanoDollars? = nil
    ) {
        self.id = id
        self.amount = amount
        self.category = category
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.remaining = remaining ?? amount
    }

    /// What nobody holds.
    var free: NanoDollars { remaining - held }

    /// Whether it can't be held any more.
    package func isExpired(at now: Timestamp) -> Bool { now >= expiresAt }

    /// Whether it is spent before another one.
    func isSpentBefore(_ other: Grant) -> Bool {
        (expiresAt, id) < (other.expiresAt, other.id)
    }
}

/// A part of a grant.
package struct GrantPart: Equatable, Sendable {
    /// The grant.
    package let grant: GrantID
    /// How much of it.
    package let amount: NanoDollars

    /// So much of a grant.
    package init(_ grant: GrantID, _ amount: NanoDollars) {
        self.grant = grant
        self.amount = amount
    }
}

extension [GrantPart] {
    /// All of them together.
    package var total: NanoDollars { reduce(.zero) { $0 + $1.amount } }
}
