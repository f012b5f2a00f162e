import ControlPlane
import JSON
import Model
import Relay
import Routing
import Storage
import Tokenizer

/// What becomes of a request's body, and what it would cost: per candidate.
struct RequestPreview {
    /// What one candidate would be sent.
    struct Sent {
        let removed: [String]
        /// The most tokens that come back; nil where neither client nor gateway says.
        let maxOutputTokens: Int?
        /// What it would cost; nil without a price.
        let cost: NanoDollars?
        /// The tokens out that the cost is for.
        let outputTokens: Int
    }

    /// What the client asks.
    let traits: RequestTraits
    private let body: ByteBuffer
    private let operation: Operation
    private let routes: RouteTable
    private let limits: RequestLimits
    private let moment: Timestamp

    init(
        _ bytes: [UInt8],
        path: String,
        _ operation: Operation,
        _ routes: RouteTable,
        at gateway: GatewayConfiguration,
        vocabularies: VocabularyFiles,
        moment: Timestamp
    ) throws(StorageError) {
        body = ByteBuffer()
        body.append(bytes.span)
        self.operation = operation
        self.routes = routes
        limits = RequestLimits(
            maxInputTokens: gateway.maxInputTokens,
            maxOutputTokens: gateway.maxOutputTokens
        )
        let estimated = RequestTraitsReader.read(bytes.span, path: path)
        let vocabulary = limits.areOpen(for: estimated) ? try vocabularies.load(.o200k) : nil
        traits =
            vocabulary.map { RequestTraitsReader.read(bytes.span, path: path, by: $0) } ?? estimated
        self.moment = moment
    }

    /// Why the gateway takes no request of this length; nil when it does.
    var refusal: Refusal? { Refusal(lengthOf: traits, for: operation, limits) }

    /// What a candidate would be sent, or why it would be passed over.
    private func sent(to candidate: Candidate) -> Result<Sent, RequestBody.Malformed> {
        let fitted: FittedBody
        do throws(RequestBody.Malformed) {
            fitted = try fit(for: candidate)
        } catch {
            return .failure(error)
        }
        let limit =
            fitted.bytes.withBytes { RequestTraitsReader.read($0, path: traits.path) }
            .maxOutputTokens ?? traits.maxOutputTokens
        let facts = routes.offer(of: candidate)?.facts
        var output = operation.outputLimit == .none ? 0 : limit ?? Limits.assumedOutputTokens
        if let most = facts?.maxOutputTokens { output = min(output, most) }
        return .success(
            Sent(
                removed: fitted.removed,
                maxOutputTokens: limit,
                cost: facts?.pricing?
                    .estimate(input: traits.estimatedInputTokens, output: output, at: moment),
                outputTokens: output
            )
        )
    }

    /// The body as the relay makes it; one that is only counted stays as it is.
    private func fit(
        for candidate: Candidate
    ) throws(RequestBody.Malformed) -> FittedBody {
        let provider = routes.providers[candidate.providerIndex]
        guard let asking = provider.asking(for: operation, isStream: traits.isStream) else {
            return FittedBody(bytes: body, removed: [])
        }
        let fitting = BodyFitting(
            candidate,
            asked: asking,
            in: routes,
            maxOutputTokens: limits.maxOutputTokens,
            holdsTraces: true
        )
        return asking.isTranslated
            ? try fitting.fit(translating: body, from: operation.dialect, isStream: isStreamInPath)
            : try fitting.fit(body)
    }

    /// Whether a stream is wanted, where the path says it.
    private var isStreamInPath: Bool? {
        guard case .gemini(let verb) = operation else { return nil }
        return verb == .streamGenerateContent
    }

    /// Prints it for people, under the candidate.
    func printText(_ candidate: Candidate) {
        let sent: Sent
        do throws(RequestBody.Malformed) {
            sent = try self.sent(to: candidate).get()
        } catch {
            return print("     passed over: \(error.message)")
        }
        let tokens = "\(traits.estimatedInputTokens) tokens in, \(sent.outputTokens) out"
        if let cost = sent.cost {
            print("     at most about $\(cost) for \(tokens)")
        } else {
            print("     no price is known; about \(tokens)")
        }
        if !sent.removed.isEmpty {
            print("     removed: \(sent.removed.joined(separator: ", "))")
        }
        if let limit = sent.maxOutputTokens, limit != traits.maxOutputTokens {
            let asked = traits.maxOutputTokens.map { ", not \($0)" } ?? ""
            print("     limited to \(limit) tokens out\(asked)")
        }
    }

    /// Writes it as members of the candidate's object.
    func write(_ candidate: Candidate, into writer: inout JSONWriter) {
        let sent: Sent
        do throws(RequestBody.Malformed) {
            sent = try self.sent(to: candidate).get()
        } catch {
            return writer.member("passedOver", error.message)
        }
        writer.member("passedOver", nil)
        writer.strings("removedParams", sent.removed)
        writer.key("maxOutputTokens")
        if let limit = sent.maxOutputTokens { writer.integer(limit) } else { writer.null() }
        writer.key("estimate")
        writer.beginObject()
        writer.key("inputTokens")
        writer.integer(traits.estimatedInputTokens)
        writer.key("outputTokens")
        writer.integer(sent.outputTokens)
        writer.member("usd", sent.cost?.description)
        writer.endObject()
    }
}
