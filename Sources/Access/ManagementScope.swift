package import Model

/// What a management key may do, and to whose resources.
package enum ManagementScope: Equatable, Sendable {
    /// Everything, in every account.
    case admin
    /// Everything that belongs to one account.
    case account(AccountID)
    /// To look at what belongs to one account.
    case read(AccountID)

    /// Its word.
    package enum Role: String, CaseIterable, Sendable {
        case admin, account, read
    }

    /// The scope of a role; nil unless it has an account where it needs one, and none elsewhere.
    package init?(_ role: Role, _ account: AccountID?) {
        switch (role, account) {
        case (.admin, nil): self = .admin
        case (.account, let account?): self = .account(account)
        case (.read, let account?): self = .read(account)
        case (.admin, _), (.account, nil), (.read, nil): return nil
        }
    }

    /// Its word.
    package var role: Role {
        switch self {
        case .admin: .admin
        case .account: .account
        case .read: .read
        }
    }

    /// The account that it is about; nil for all.
    package var accountID: AccountID? {
        switch self {
        case .admin: nil
        case .account(let account), .read(let account): account
        }
    }

    /// Whether it may change anything.
    package var mayWrite: Bool {
        switch self {
        case .admin, .account: true
        case .read: false
        }
    }

    /// Whether what belongs to an account is there for it at all.
    package func covers(_ account: AccountID) -> Bool {
        accountID == nil || accountID == account
    }
}
