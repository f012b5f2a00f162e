import Access
import JSON
package import Model

/// One line of the audit trail: who changed what, when; never a secret.
package struct AuditEntry: Equatable, Sendable {
    /// When.
    package let time: Timestamp
    /// Who: the id of a management key, or `cli:user`.
    package let author: String
    /// By what right.
    package let role: String
    /// The account that the changed record belongs to; nil for one that belongs to none.
    package let account: AccountID?
    /// How it was asked for: `PATCH`, or the command.
    package let method: String
    /// What was done: `create`, `update`, `delete`, `rotate`.
    package let action: String
    /// The kind of the record, `access-key`.
    package let resourceType: String
    /// Its id.
    package let resourceID: String
    /// The members that were said, without what was said.
    package let fields: [String]
    /// The address that the web server names; nil for the command line.
    package let address: String?

    /// An entry with all its parts.
    package init(
        time: Timestamp,
        author: String,
        role: String,
        account: AccountID?,
        method: String,
        action: String,
        resourceType: String,
        resourceID: String,
        fields: [String],
        address: String?
    ) {
        self.time = time
        self.author = author
        self.role = role
        self.account = account
        self.method = method
        self.action = action
        self.resourceType = resourceType
        self.resourceID = resourceID
        self.fields = fields
        self.address = address
    }

    /// The line as it stands in the file, newline included.
    var line: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("v")
        writer.integer(StoreLine.version)
        writer.member("time", time.description)
        writer.member("author", author)
        writer.member("role", role)
        writer.member("accountId", account?.rawValue)
        writer.member("method", method)
        writer.member("action", action)
        writer.member("resourceType", resourceType)
        writer.member("resourceId", resourceID)
        writer.key("fields")
        writer.beginArray()
        for field in fields { writer.string(field) }
        writer.endArray()
        writer.member("address", address)
        writer.member("result", "stored")
        writer.endObject()
        writer.newline()
        return writer.bytes
    }
}
