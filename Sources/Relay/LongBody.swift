import Model
import Routing

/// A body that is too long to be read between two events of a loop.
final class LongBody: LongWork {
    private(set) var body: RequestBody
    private(set) var fault: RequestBody.Malformed?
    /// What the request asks for, where that was wanted.
    private(set) var traits: RequestTraits?
    /// What of that has a price of its own, where that was wanted.
    private(set) var terms: RequestTerms?
    private let form: RequestBody.Form
    private let dialect: Dialect
    private let path: String
    private let readsTraits: Bool
    private let readsTerms: Bool

    /// The body of a request to a path, and whether its traits and terms are wanted too: where it
    /// names no model its traits always are.
    init(
        _ body: RequestBody,
        as form: RequestBody.Form,
        to endpoint: Endpoint,
        readsTraits: Bool,
        readsTerms: Bool
    ) {
        self.body = body
        self.form = form
        dialect = endpoint.dialect
        path = endpoint.name
        self.readsTraits = readsTraits
        self.readsTerms = readsTerms
    }

    /// Finds what the gateway reads of it.
    func run() {
        do throws(RequestBody.Malformed) {
            try body.read(as: form, in: dialect)
            if readsTraits || body.leavesChoice, !body.isForm {
                traits = body.bytes.withBytes { RequestTraitsReader.read($0, path: path) }
            }
            if readsTerms, !body.isForm { terms = body.bytes.withBytes { RequestTerms($0) } }
        } catch {
            fault = error
        }
    }
}
