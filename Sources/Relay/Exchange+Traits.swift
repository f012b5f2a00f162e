import Model
import Routing

/// What the request asks for beyond its model: read from the body when something needs it, and once.
extension Exchange {
    /// The traits of the request; those of a form, and of a request without a body, are zeros.
    mutating func readTraits() -> RequestTraits {
        if let traits { return traits }
        var read = RequestTraits(path: endpoint?.name ?? "")
        if !body.isForm {
            read = body.bytes.withBytes { RequestTraitsReader.read($0, path: read.path) }
        }
        return note(read)
    }

    /// Keeps what was read of the body, with what the path says beside.
    @discardableResult
    mutating func note(_ read: RequestTraits) -> RequestTraits {
        var read = read
        if expectedForm != .whole { read.isStream = true }
        traits = read
        return read
    }
}

extension Gateway {
    /// Whether all requests are looked into for more than their model.
    var readsTraits: Bool { limits.maxInputTokens != nil || choice.usesTraits }
}
