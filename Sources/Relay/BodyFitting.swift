import Dialects
import JSON
package import Model
package import Routing

/// Makes of a client's body what a candidate is sent: in the dialect of its provider, with the
/// members that it takes and within the gateway's limits (chapters 4 and 11).
package struct BodyFitting: Sendable {
    /// How the provider is asked.
    package let asking: Asking
    private let candidate: Candidate
    private let routes: RouteTable
    private let maxOutputTokens: Int?
    private let holdsTraces: Bool
    private let rules: ParameterRules

    /// What is to be done for a candidate that is asked so.
    ///
    /// - Parameters:
    ///   - holdsTraces: whether the body may hold marks of earlier translations.
    ///   - asksForUsage: whether a stream is to tell its usage, asked for or not.
    package init(
        _ candidate: Candidate,
        asked asking: Asking,
        in routes: RouteTable,
        maxOutputTokens: Int?,
        holdsTraces: Bool,
        asksForUsage: Bool = false
    ) {
        self.asking = asking
        self.candidate = candidate
        self.routes = routes
        self.maxOutputTokens = maxOutputTokens
        self.holdsTraces = holdsTraces
        var rules = ParameterRules(routes, for: candidate, maxOutputTokens)
        rules.asksForUsage = asksForUsage && !asking.isTranslated
        self.rules = rules
    }

    private var provider: ProviderID { routes.providers[candidate.providerIndex].id }

    /// What a translation goes by: to find it out takes more than all else that is done for a body
    /// that is none.
    private var target: TranslationTarget {
        let known = routes.offer(of: candidate)?.facts.maxOutputTokens
        return TranslationTarget(
            candidate,
            at: provider,
            in: asking.dialect,
            maxOutputTokens: [known, maxOutputTokens].compactMap(\.self).min()
        )
    }

    /// Whether each body goes as the client sent it.
    var changesNothing: Bool { !asking.isTranslated && rules.isEmpty && !holdsTraces }

    /// Whether so many bytes take so long that another thread should make them fit.
    func isLong(_ byteCount: Int) -> Bool {
        byteCount > (asking.isTranslated ? Limits.translatedBytesOnLoop : Limits.bodyBytesOnLoop)
            && !changesNothing
    }

    /// Makes a body fit whose provider speaks the client's dialect; the same one where nothing is to
    /// be done.
    ///
    /// What translations of earlier answers left in the conversation is cut out.
    package func fit(_ body: ByteBuffer) throws(RequestBody.Malformed) -> FittedBody {
        guard holdsTraces,
            let clean = body.withBytes({ ForeignTraces(in: $0, of: asking.dialect) })
        else { return try edited(body, removed: []) }
        let bytes = ByteBuffer()
        bytes.append(clean.body.span)
        return try edited(bytes, removed: [clean.removed])
    }

    /// Reads and translates a request, and makes that fit.
    ///
    /// - Parameter isStream: whether a stream is wanted, where the body does not say it.
    package func fit(
        translating body: ByteBuffer,
        from client: Dialect,
        isStream: Bool?
    ) throws(RequestBody.Malformed) -> FittedBody {
        try fit(read(body, from: client, isStream: isStream))
    }

    /// Reads a request for a translation.
    func read(
        _ body: ByteBuffer,
        from client: Dialect,
        isStream: Bool?
    ) throws(RequestBody.Malformed) -> RequestTranslation {
        do throws(TranslationError) {
            return try body.withBytes { (bytes: Span<UInt8>) throws(TranslationError) in
                try RequestTranslation(bytes, from: client, isStream: isStream)
            }
        } catch {
            throw RequestBody.Malformed(error, in: asking.dialect)
        }
    }

    /// Translates a request, and makes that fit.
    func fit(
        _ translation: RequestTranslation
    ) throws(RequestBody.Malformed) -> FittedBody {
        let translated: TranslatedRequest
        do throws(TranslationError) {
            translated = try translation.translated(for: target)
        } catch {
            throw RequestBody.Malformed(error, in: asking.dialect)
        }
        let body = ByteBuffer()
        body.append(translated.body.span)
        var fitted = try edited(body, removed: translated.removedParameters)
        fitted.translated = translated
        return fitted
    }

    private func edited(
        _ body: ByteBuffer,
        removed: [String]
    ) throws(RequestBody.Malformed) -> FittedBody {
        if rules.isEmpty { return FittedBody(bytes: body, removed: removed) }
        do throws(ScanError) {
            let editor = BodyEditor(rules, for: asking.operation, at: provider)
            guard let edited = try editor.edit(body) else {
                return FittedBody(bytes: body, removed: removed)
            }
            let others = edited.removed.filter { !removed.contains($0) }
            var fitted = FittedBody(bytes: edited.bytes, removed: removed + others)
            fitted.hidesUsage = edited.addsUsage
            return fitted
        } catch {
            throw RequestBody.malformed(error)
        }
    }
}

/// A body as a candidate is sent it.
package struct FittedBody {
    /// What is sent.
    package let bytes: ByteBuffer
    /// The names of the client's members that are not part of it.
    package let removed: [String]
    /// Whether its answer will tell a usage that the client did not ask for.
    var hidesUsage = false
    /// How its answer is to be read, where it is a translation.
    var translated: TranslatedRequest?

    /// A body that is no translation.
    package init(bytes: ByteBuffer, removed: [String]) {
        self.bytes = bytes
        self.removed = removed
    }
}

extension RequestBody.Malformed {
    /// What can't be said in a dialect.
    init(_ error: TranslationError, in dialect: Dialect) {
        // What is wrong with the body itself has no member.
        let isMember = error.parameter != TranslationError.request
        let name = isMember ? "`\(error.parameter)`:" : error.parameter
        self.init(
            message: "\(name) \(error.message) (for a provider of \(dialect.rawValue))",
            parameter: isMember ? error.parameter : nil
        )
    }
}

extension TranslationTarget {
    /// A candidate in one of its provider's dialects.
    fileprivate init(
        _ candidate: Candidate,
        at provider: ProviderID,
        in dialect: Dialect,
        maxOutputTokens: Int?
    ) {
        self.init(dialect: dialect, model: candidate.model)
        self.maxOutputTokens = maxOutputTokens
        if provider.rawValue == "openai" { tokenLimitName = .openAI }
        takesReasoningContent = Self.replaysThoughts(candidate.model, provider.rawValue)
    }

    /// Whether a model wants its thoughts back: DeepSeek's, Moonshot's and Z.ai's do, wherever they
    /// are served (chapter 11.4).
    private static func replaysThoughts(_ model: String, _ provider: String) -> Bool {
        if ["deepseek", "moonshotai", "z-ai"].contains(provider) { return true }
        let name = model.lowercased()
        return ["deepseek", "kimi", "glm-"].contains { name.contains($0) }
    }
}
