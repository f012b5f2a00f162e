import Access
package import Accounting
package import JSON
package import Model
import Storage

/// `/credits/grants`: money is given to an account.
extension ControlPlane {
    static let grantRoutes: [APIRoute] = [
        APIRoute("POST", "/credits/grants", .admin, ControlPlane.createGrant)
    ]

    private func createGrant(_ call: APICall) throws(APIError) -> APIOutcome {
        guard let key = call.request.idempotencyKey,
            (1...Limits.idempotencyKeyBytes).contains(key.utf8.count)
        else {
            throw APIError(
                .invalid,
                "The header Idempotency-Key must have 1 to \(Limits.idempotencyKeyBytes) bytes, of "
                    + "this grant alone.",
                details: ["header": "Idempotency-Key"]
            )
        }
        let (draft, fields) = try call.draft(GrantDraft.init)
        let owner = try account(draft.accountID, of: call)
        guard configuration.credits.mode != .off else {
            throw APIError(.invalid, "There is no ledger: credits.mode is off.")
        }
        let order = GrantOrder(of: draft.amount, draft.category, to: owner, key: key)
        try note(
            RecordedChange(
                action: "create",
                type: "credit-grant",
                id: key,
                account: owner,
                fields: fields
            ),
            by: call
        )
        return .grant(order) { answer in
            switch answer {
            case .given(let grant):
                APIAnswer(201) { GrantView(grant, to: owner).write(into: &$0) }
            case .keyReused: APIError(.idempotencyKeyReused, answer.refusal ?? "").answer
            case .refused(let reason): APIError(.notStored, reason).answer
            }
        }
    }
}

/// A grant as it is shown.
package struct GrantView {
    private let grant: Grant
    private let account: AccountID

    /// A grant to an account.
    package init(_ grant: Grant, to account: AccountID) {
        self.grant = grant
        self.account = account
    }

    /// Writes it as an object.
    package func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", "\(grant.id.number)")
        writer.member("accountId", account.rawValue)
        writer.member("category", grant.category.rawValue)
        writer.member("amount", grant.amount.decimal)
        writer.member("remaining", grant.remaining.decimal)
        writer.member("createdAt", grant.createdAt.description)
        writer.member("expiresAt", grant.expiresAt.description)
        writer.endObject()
    }
}
