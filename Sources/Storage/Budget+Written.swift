package import JSON
package import Model

extension Budget {
    /// A budget as the member `budget` has it.
    init(_ written: WrittenValue) throws(MemberError) {
        try written.requireObject(of: ["amount", "period", "scope"])
        let amount = try written.required("amount")
        guard let text = amount.value.string else {
            throw amount.error("not an amount in dollars as text, such as \"25.00\"")
        }
        let limit: NanoDollars
        do throws(NanoDollars.Problem) {
            limit = try NanoDollars(dollars: text)
        } catch {
            throw amount.error("\(error)")
        }
        guard limit > .zero else { throw amount.error("must be more than 0") }
        self.init(
            limit,
            each: try written.required("period").word(Period.allCases),
            of: try written["scope"].map { (scope) throws(MemberError) in
                try scope.word(Scope.allCases)
            } ?? .all
        )
    }
}

extension WrittenValue {
    /// One of some words.
    fileprivate func word<Word: RawRepresentable<String>>(
        _ words: [Word]
    ) throws(MemberError) -> Word {
        let text = try text(atMost: Limits.nameLength)
        guard let word = words.first(where: { $0.rawValue == text }) else {
            let all = words.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            throw error("\"\(text)\" is none of \(all)")
        }
        return word
    }
}

extension JSONWriter {
    /// A budget as a value; null for none.
    package mutating func budget(_ budget: Budget?) {
        guard let budget else { return null() }
        beginObject()
        member("amount", budget.amount.description)
        member("period", budget.period.rawValue)
        member("scope", budget.scope.rawValue)
        endObject()
    }
}
