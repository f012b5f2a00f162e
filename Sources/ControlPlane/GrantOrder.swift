package import Accounting
package import JSON
package import Ledger
package import Model
import Storage

/// A wish to give money to an account, as `credits add` puts it to whoever has the ledger.
package struct GrantOrder: Equatable, Sendable {
    /// Whom it is for.
    package let account: AccountID
    /// How much.
    package let amount: NanoDollars
    /// Where it comes from.
    package let category: Grant.Category
    /// By which the same wish is known when it comes again.
    package let key: String

    /// A wish.
    package init(
        of amount: NanoDollars,
        _ category: Grant.Category,
        to account: AccountID,
        key: String
    ) {
        self.account = account
        self.amount = amount
        self.category = category
        self.key = key
    }

    /// Writes its members.
    package func write(into writer: inout JSONWriter) {
        writer.key("account")
        writer.string(account.rawValue)
        writer.key("amount")
        writer.integer(Int(amount.rawValue))
        writer.key("category")
        writer.string(category.rawValue)
        writer.key("idempotency_key")
        writer.string(key)
    }

    /// Reads them; nil where one is missing or wrong.
    package init?(_ value: JSONValue) {
        guard let account = value["account"]?.string, let amount = value["amount"]?.integer,
            amount > 0,
            let category = value["category"]?.string.flatMap(Grant.Category.init(rawValue:)),
            let key = value["idempotency_key"]?.string
        else { return nil }
        self.init(of: NanoDollars(amount), category, to: AccountID(account), key: key)
    }

    /// Does it, once for each key.
    package func fill(
        in ledger: LedgerDatabase,
        at now: Timestamp
    ) throws(LedgerError) -> GrantOutcome {
        let lifetime = Int64(Limits.grantDays) * 86_400_000
        return try ledger.grant(
            amount,
            category,
            to: account,
            key: key,
            at: now,
            expiringAt: Timestamp(milliseconds: now.milliseconds + lifetime)
        )
    }
}

/// What came of a ``GrantOrder``.
package enum GrantAnswer: Equatable, Sendable {
    /// The money is there, and can be spent; it may have been given before, under the same key.
    case given(Grant)
    /// It is not: the key was used for another amount, category or account.
    case keyReused
    /// It is not, and why.
    case refused(String)

    /// What a ledger says.
    package init(_ outcome: GrantOutcome) {
        self =
            switch outcome {
            case .made(let grant), .madeBefore(let grant): .given(grant)
            case .keyReused: .keyReused
            }
    }

    /// Why there is no grant; nil where there is one.
    package var refusal: String? {
        switch self {
        case .given: nil
        case .keyReused:
            "the idempotency key was used for another amount, category or account;"
                + " give this grant a key of its own"
        case .refused(let reason): reason
        }
    }

    /// The line that tells it, without its newline.
    package var line: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        switch self {
        case .given(let grant):
            for (name, number) in [
                ("id", grant.id.number), ("amount", grant.amount.rawValue),
                ("remaining", grant.remaining.rawValue),
                ("created_at", grant.createdAt.milliseconds),
                ("expires_at", grant.expiresAt.milliseconds),
            ] {
                writer.key(name)
                writer.integer(Int(number))
            }
            writer.key("category")
            writer.string(grant.category.rawValue)
        case .keyReused, .refused:
            writer.member("reason", refusal)
            writer.key("key_reused")
            writer.bool(self == .keyReused)
        }
        writer.endObject()
        return writer.bytes
    }

    /// Reads a line; nil for one that is no answer.
    package init?(line: Span<UInt8>) {
        let document: JSONDocument
        do throws(JSONParseError) {
            document = try JSONDocument.parse(line)
        } catch {
            return nil
        }
        let root = document.root
        if let reason = root["reason"]?.string {
            self = root["key_reused"]?.bool == true ? .keyReused : .refused(reason)
            return
        }
        guard let id = root["id"]?.integer, let amount = root["amount"]?.integer,
            let remaining = root["remaining"]?.integer,
            let created = root["created_at"]?.integer, let expires = root["expires_at"]?.integer,
            let category = root["category"]?.string.flatMap(Grant.Category.init(rawValue:))
        else { return nil }
        self = .given(
            Grant(
                GrantID(id),
                amount: NanoDollars(amount),
                category: category,
                createdAt: Timestamp(milliseconds: created),
                expiresAt: Timestamp(milliseconds: expires),
                remaining: NanoDollars(remaining)
            )
        )
    }
}
