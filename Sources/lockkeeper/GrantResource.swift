import JSON
import Model

/// A grant as it is shown.
struct GrantResource: Resource {
    private let answer: ControlAnswer

    /// One that was just given.
    init(_ answer: ControlAnswer) {
        self.answer = answer
    }

    static let columns = ["ID", "ACCOUNT", "CATEGORY", "AMOUNT", "REMAINING", "CREATED", "EXPIRES"]

    var row: [String] { details.map(\.text) }

    var details: [(title: String, text: String)] {
        [
            ("id", text("id")), ("account", text("accountId")), ("category", text("category")),
            ("amount", amount("amount")), ("remaining", amount("remaining")),
            ("created", text("createdAt")), ("expires", text("expiresAt")),
        ]
    }

    func write(into writer: inout JSONWriter) { answer.write(into: &writer) }

    private func text(_ name: String) -> String { answer[name]?.string ?? "" }

    /// Without the zeros that machines get.
    private func amount(_ name: String) -> String {
        do throws(NanoDollars.Problem) {
            return try NanoDollars(dollars: text(name)).description
        } catch {
            return text(name)
        }
    }
}
