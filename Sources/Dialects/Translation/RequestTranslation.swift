import JSON
package import Model

/// A client's request, understood once and written for every candidate that speaks another dialect.
package struct RequestTranslation: Sendable {
    private let request: NeutralRequest
    /// The bytes of memory that it takes as long as it lives.
    package let heldBytes: Int

    /// What was asked, as no dialect writes it.
    package var neutral: NeutralRequest { request }

    /// Reads a request; how a Gemini client wants its answer stands in its path, so that it is told
    /// here.
    package init(
        _ body: Span<UInt8>,
        from client: Dialect,
        isStream: Bool? = nil
    ) throws(TranslationError) {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: body)
        } catch {
            let place = error.byteOffsets.lowerBound
            throw TranslationError(TranslationError.request, "is not UTF-8 at byte \(place)")
        }
        let text: JSONText
        do throws(ScanError) {
            text = try JSONText(body)
        } catch {
            throw TranslationError(TranslationError.request, error.reason)
        }
        heldBytes = text.heldBytes
        let root = text.root
        guard root.kind == .object else {
            throw TranslationError(TranslationError.request, "is not a JSON object")
        }
        var request = try client.row.decodeRequest(root)
        if let isStream { request.isStream = isStream }
        self.request = request
    }

    /// Writes the request for a candidate.
    package func translated(
        for target: TranslationTarget
    ) throws(TranslationError) -> TranslatedRequest {
        if target.providerTools == .refused, let tool = request.providerTools.first {
            throw TranslationError(tool, "only tools of the client can be translated")
        }
        let encoded = try target.dialect.row.encodeRequest(request, target)
        return TranslatedRequest(request, target, encoded)
    }
}

/// A request as a candidate gets it.
package struct TranslatedRequest: Sendable {
    /// The body, a JSON object.
    package let body: [UInt8]
    /// Members that were not carried over, by the client's names.
    package let removedParameters: [String]
    private let target: TranslationTarget
    private let client: Dialect
    private let wantsStreamUsage: Bool
    private let toolNames: ToolNames
    private let formatTool: String?

    init(_ request: NeutralRequest, _ target: TranslationTarget, _ encoded: EncodedRequest) {
        body = encoded.body
        removedParameters = encoded.removed
        self.target = target
        client = request.client
        wantsStreamUsage = request.wantsStreamUsage
        toolNames = encoded.toolNames
        formatTool = encoded.formatTool
    }

    /// What the answer to this request is translated with.
    package func answerContext(requestID: String, created: Int) -> AnswerContext {
        var context = AnswerContext(
            client: client,
            provider: target.dialect,
            model: target.model,
            requestID: requestID,
            created: created
        )
        context.wantsStreamUsage = wantsStreamUsage
        context.toolNames = toolNames
        context.formatTool = formatTool
        return context
    }
}

extension ScanError {
    /// What is wrong with a text.
    var reason: String {
        switch self {
        case .notAnObject, .notAnArray: "is not a JSON object"
        case .duplicateMember(let name): "has the member \(name) twice in one object"
        case .malformed(let place): "is not JSON at byte \(place)"
        case .trailingBytes(let place): "goes on behind its end, at byte \(place)"
        case .tooDeep(let place): "is nested too deeply at byte \(place)"
        case .tooManyMembers(let limit): "has more than \(limit) values"
        }
    }
}
