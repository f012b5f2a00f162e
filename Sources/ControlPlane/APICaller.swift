package import Access
import Model

/// Who asks, and by what right.
package struct APICaller: Equatable, Sendable {
    /// What it may do, and to whose resources.
    package let scope: ManagementScope
    /// How records name it: the id of a management key.
    package let author: String

    /// Somebody of that name.
    package init(_ author: String, _ scope: ManagementScope) {
        self.author = author
        self.scope = scope
    }

    /// Whether it may use a route that asks for a role.
    func may(_ least: ManagementScope.Role) -> Bool {
        switch least {
        case .read: true
        case .account: scope.mayWrite
        case .admin: scope == .admin
        }
    }

    /// Whether what belongs to an account is there for it at all.
    func sees(_ account: AccountID) -> Bool { scope.covers(account) }
}
