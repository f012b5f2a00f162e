import Accounting
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
        writer.beginObject()
        writer.member("id", "\(grant.id.number)")
        writer.member("accountId", account.rawValue)
        writer.member("category", grant.category.rawValue)
        writer.member("amount", grant.amount.description)
        writer.member("remaining", grant.remaining.description)
        writer.member("createdAt", grant.createdAt.description)
        writer.member("expiresAt", grant.expiresAt.description)
        writer.endObject()
    }
}
