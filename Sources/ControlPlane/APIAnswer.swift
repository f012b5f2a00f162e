package import JSON
package import Model

/// An answer of the API, but for the headers that all of them have.
package struct APIAnswer: Equatable, Sendable {
    /// The status.
    package var status: Int
    /// What it has beside the headers of every answer: names and values.
    package var headers: [(name: String, value: String)]
    /// JSON; empty for none.
    package var body: [UInt8]
    /// The code of an error; nil for an answer that is none.
    package var errorCode: String?

    /// An answer without a body.
    package init(_ status: Int) {
        self.status = status
        headers = []
        body = []
    }

    /// An answer whose body is what `write` writes.
    package init(_ status: Int, _ write: (inout JSONWriter) -> Void) {
        self.init(status)
        var writer = JSONWriter()
        write(&writer)
        body = writer.takeBytes()
    }

    /// A record.
    package init(_ status: Int, _ resource: some APIResource) {
        self.init(status) { resource.write(into: &$0) }
        headers.append(("ETag", resource.tag))
        if status == 201 { headers.append(("Location", resource.uri)) }
    }

    package static func == (left: APIAnswer, right: APIAnswer) -> Bool {
        left.status == right.status && left.body == right.body
            && left.headers.elementsEqual(right.headers, by: ==)
    }
}

/// A record as the API shows it.
package protocol APIResource {
    /// Where it is, from the API's root: `/access-keys/aigk_...`.
    var uri: String { get }
    /// What tells it from the same record at another time, as a strong `ETag` has it.
    var tag: String { get }
    /// Writes it as an object.
    func write(into writer: inout JSONWriter)
}

/// What becomes of a request.
package enum APIOutcome: Sendable {
    /// It is answered at once.
    case answer(APIAnswer)
    /// It is answered once the store is in force up to that generation.
    case stored(generation: UInt64, APIAnswer)
    /// It is answered by what whoever has the ledger says of an order.
    case grant(GrantOrder, answer: @Sendable (GrantAnswer) -> APIAnswer)
    /// It is told of requests as they end, until it leaves.
    case events(LiveFilter)
}

/// What becomes of a request, and whose it was.
package struct APIReply: Sendable {
    /// What becomes of it.
    package let outcome: APIOutcome
    /// Who asked; nil for somebody unknown.
    package let caller: APICaller?

    /// What is told to somebody.
    package init(_ outcome: APIOutcome, to caller: APICaller?) {
        self.outcome = outcome
        self.caller = caller
    }
}
