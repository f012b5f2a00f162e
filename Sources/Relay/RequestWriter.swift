import Dialects
import Model
import Routing

/// Writes a client's request for its candidates, in other dialects too: it is read once, however many
/// are tried.
final class RequestWriter: LongWork {
    /// How the client's body is to be read.
    struct Client {
        let dialect: Dialect
        /// Whether a stream is wanted, where the path says it and not the body.
        let isStream: Bool?
        /// Whether the client is told how long its prompt is before the provider knows.
        let wantsEstimate: Bool
    }

    private let body: ByteBuffer
    private let client: Client
    private var translation: RequestTranslation?
    /// The tokens of the prompt, where the client wants them.
    private(set) var estimatedInput = 0
    /// What is to be written next.
    private var fitting: BodyFitting?
    /// What came of it.
    private(set) var result: Result<FittedBody, RequestBody.Malformed>?

    init(_ body: ByteBuffer, of client: Client) {
        self.body = body
        self.client = client
    }

    /// The bytes of memory that the request takes as it was read.
    var heldBytes: Int { translation?.heldBytes ?? 0 }

    /// Says what ``run()`` is to write.
    func prepare(_ fitting: BodyFitting) {
        self.fitting = fitting
        result = nil
    }

    func run() {
        guard let fitting else { preconditionFailure("a request for nobody") }
        do throws(RequestBody.Malformed) {
            result = .success(
                fitting.asking.isTranslated
                    ? try fitting.fit(read(for: fitting)) : try fitting.fit(body)
            )
        } catch {
            result = .failure(error)
        }
    }

    private func read(
        for fitting: BodyFitting
    ) throws(RequestBody.Malformed) -> RequestTranslation {
        if let translation { return translation }
        let read = try fitting.read(body, from: client.dialect, isStream: client.isStream)
        translation = read
        if client.wantsEstimate {
            estimatedInput =
                body.withBytes { RequestTraitsReader.read($0, path: "") }.estimatedInputTokens
        }
        return read
    }
}
