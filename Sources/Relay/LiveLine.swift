import Access
package import Model

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

extension LiveFilter {
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

extension LiveFilter.Status {
    fileprivate func admits(_ line: LiveLine) -> Bool {
        switch self {
        case .exactly(let status): line.status == status
        case .hundred(let digit): line.status / 100 == digit
        case .error: line.status >= 400 || line.isCut
        }
    }
}
