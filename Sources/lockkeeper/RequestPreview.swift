import JSON
import Model
import Relay
import Routing
import Storage

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
        moment: Timestamp
    ) {
        body = ByteBuffer()
        body.append(bytes.span)
        traits = RequestTraitsReader.read(bytes.span, path: path)
        self.operation = operation
        self.routes = routes
        limits = RequestLimits(
            maxInputTokens: gateway.maxInputTokens,
            maxOutputTokens: gateway.maxOutputTokens
        )
        self.moment = moment
    }

    /// Why the gateway takes no request of this length; nil when it does.
    var refusal: Refusal? { Refusal(lengthOf: traits, for: operation, limits) }

    /// What a candidate would be sent; nil when nothing can be made of the body.
    func sent(to candidate: Candidate) -> Sent? {
        let rules = ParameterRules(routes, for: candidate, limits.maxOutputTokens)
        let provider = routes.providers[candidate.providerIndex].id
        let edited: EditedBody?
        do throws(ScanError) {
            edited = try BodyEditor(rules, for: operation, at: provider).edit(body)
        } catch {
            return nil
        }
        let limit =
            edited.map { edited in
                edited.bytes.withBytes { RequestTraitsReader.read($0, path: traits.path) }
            }?.maxOutputTokens ?? traits.maxOutputTokens
        let facts = routes.offer(of: candidate)?.facts
        var output = operation.outputLimit == .none ? 0 : limit ?? Limits.assumedOutputTokens
        if let most = facts?.maxOutputTokens { output = min(output, most) }
        return Sent(
            removed: edited?.removed ?? [],
            maxOutputTokens: limit,
            cost: facts?.pricing?
                .estimate(input: traits.estimatedInputTokens, output: output, at: moment),
            outputTokens: output
        )
    }

    /// Prints it for people, under the candidate.
    func printText(_ candidate: Candidate) {
        guard let sent = sent(to: candidate) else { return }
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
        guard let sent = sent(to: candidate) else { return }
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
