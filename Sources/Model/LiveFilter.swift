/// Which requests somebody wants to watch: those that pass all that is set.
package struct LiveFilter: Equatable, Sendable {
    /// Those of one account.
    package var account: String?
    /// Those of one key, by its id or its name.
    package var key: String?
    /// Those whose model, as it was asked for or as it served, has this in its name.
    package var model: String?
    /// Those with such a status.
    package var status: Status?

    /// All requests.
    package init() {}

    /// A set of statuses.
    package enum Status: Equatable, Sendable, CustomStringConvertible {
        /// One status.
        case exactly(Int)
        /// Those that begin with this digit: `4xx`.
        case hundred(Int)
        /// What failed: a status from 400 on, or an answer that broke off.
        case error

        /// Reads `429`, `4xx` or `error`; nil for anything else.
        package init?(_ text: String) {
            if text == "error" {
                self = .error
            } else if text.utf8.count == 3, text.hasSuffix("xx"),
                let digit = text.first?.wholeNumberValue, (1...5).contains(digit)
            {
                self = .hundred(digit)
            } else if let status = Int(text), (100...599).contains(status) {
                self = .exactly(status)
            } else {
                return nil
            }
        }

        package var description: String {
            switch self {
            case .exactly(let status): String(status)
            case .hundred(let digit): "\(digit)xx"
            case .error: "error"
            }
        }
    }
}
