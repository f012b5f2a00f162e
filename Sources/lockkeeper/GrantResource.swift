import Accounting
import ControlPlane
import JSON
import Model

/// A grant as it is shown.
struct GrantResource: Resource {
    let account: AccountID
    let grant: Grant

    static let columns = ["ID", "ACCOUNT", "CATEGORY", "AMOUNT", "REMAINING", "CREATED", "EXPIRES"]

    var row: [String] {
        [
            "\(grant.id.number)", account.rawValue, grant.category.rawValue,
            grant.amount.description, grant.remaining.description, grant.createdAt.description,
            grant.expiresAt.description,
        ]
    }

    var details: [(title: String, text: String)] {
        [
            ("id", "\(grant.id.number)"),
            ("account", account.rawValue),
            ("category", grant.category.rawValue),
            ("amount", grant.amount.description),
            ("remaining", grant.remaining.description),
            ("created", grant.createdAt.description),
            ("expires", grant.expiresAt.description),
        ]
    }

    func write(into writer: inout JSONWriter) {
        GrantView(grant, to: account).write(into: &writer)
    }
}
