package import Accounting
package import JSON
package import Model

/// A grant as a person writes it.
package struct GrantDraft: Sendable {
    /// The account it is for; nil where none is named.
    package let accountID: AccountID?
    /// How much.
    package let amount: NanoDollars
    /// Where it comes from.
    package let category: Grant.Category

    /// Reads a JSON object.
    package init(_ root: JSONValue) throws(DraftError) {
        let reader = try DraftReader(root, members: ["accountId", "amount", "category"])
        accountID = try reader.optional("accountId") { (written) throws(MemberError) in
            AccountID(try written.identifier())
        }
        .flatMap(\.self)
        let amount = try reader.value("amount") { (written) throws(MemberError) in
            try GrantDraft.amount(written)
        }
        let category: Grant.Category? = try reader.value("category") {
            (written) throws(MemberError) in try written.word()
        }
        guard let amount else { throw DraftError(.missing, "\"amount\" is missing") }
        guard let category else { throw DraftError(.missing, "\"category\" is missing") }
        guard category != .purchase || amount >= Limits.leastPurchase else {
            throw DraftError(
                .value,
                "amount: a purchase is of \(Limits.leastPurchase) dollars at least"
            )
        }
        self.amount = amount
        self.category = category
    }

    private static func amount(_ written: WrittenValue) throws(MemberError) -> NanoDollars {
        guard let text = written.value.string else {
            throw written.error("not an amount in dollars as text, such as \"25.00\"")
        }
        let amount: NanoDollars
        do throws(NanoDollars.Problem) {
            amount = try NanoDollars(dollars: text)
        } catch {
            throw written.error("\(error)")
        }
        guard amount > .zero else { throw written.error("must be more than 0") }
        return amount
    }
}
