import Access
import Model

/// A request that has ended: its access log line, and what filters look at.
package struct LiveLine: Sendable {
    /// Whose it was; empty where no key was accepted.
    package var account = ""
    /// The key's id and its name.
    package var keyID = ""
    package var keyName = ""
    /// The model as the client named it, and `provider:model` of the attempt that served.
    package var modelAsked = ""
    package var modelServed = ""
    /// The status that the client saw.
    package var status = 0
    /// Whether the answer broke off after it had begun.
    package var isCut = false
    /// The access log line, without a newline.
    package let bytes: [UInt8]

    /// A line of which nothing else is known.
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The line of an exchange.
    package init(_ exchange: borrowing Exchange, _ bytes: [UInt8]) {
        self.bytes = bytes
        let record = exchange.record
        modelAsked = record.modelAsked ?? ""
        modelServed = record.modelServed ?? ""
        status = record.status
        isCut = record.outcome == .cut
        guard let key = record.key, let keys = exchange.snapshot.keys else { return }
        account = keys.account(of: key).rawValue
        keyID = keys.id(of: key)
        keyName = keys.name(of: key)
    }
}

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

        fileprivate func admits(_ line: LiveLine) -> Bool {
            switch self {
            case .exactly(let status): line.status == status
            case .hundred(let digit): line.status / 100 == digit
            case .error: line.status >= 400 || line.isCut
            }
        }
    }

    /// Whether a request passes.
    package func admits(_ line: LiveLine) -> Bool {
        if let account, line.account != account { return false }
        if let key, line.keyID != key, line.keyName != key { return false }
        if let model, !line.modelAsked.contains(model), !line.modelServed.contains(model) {
            return false
        }
        return status?.admits(line) ?? true
    }
}
