import Model
package import Routing

/// What an attempt sends: everything but the body.
package final class UpstreamCall: Sendable {
    /// Who is asked for what.
    package let candidate: Candidate
    /// The whole address.
    package let url: String
    /// What it is authorised with.
    package let credential: Credential
    /// The header that carries the credential; nil where none is sent.
    package let credentialHeader: HeaderField?
    /// The provider.
    package let provider: Provider
    /// Where it is asked.
    package let surface: Surface
    /// The provider's dialect.
    let dialect: Dialect
    /// Whether that is another one than the client's.
    let isTranslated: Bool
    /// The members of the client's body that the candidate does not take.
    let removedParameters: [String]

    /// The version that Anthropic's API takes for a client that names none.
    package static let anthropicVersion = "2023-06-01"

    init(
        _ planned: PlannedAttempt,
        _ asking: Asking,
        at provider: Provider,
        clientQuery: String,
        removedParameters: [String] = []
    ) {
        candidate = planned.candidate
        credential = planned.credential
        self.provider = provider
        surface = asking.surface
        dialect = asking.dialect
        isTranslated = asking.isTranslated
        self.removedParameters = removedParameters
        url = asking.url(model: planned.candidate.model, clientQuery: clientQuery)
        credentialHeader = planned.credential.secret.flatMap { secret in
            asking.surface.auth.headerName.map { name in
                HeaderField(
                    name: name,
                    value: Secret(asking.surface.auth.valuePrefix + secret.exposed)
                )
            }
        }
    }

    /// Whether the configuration sets a header of this name, in lower case.
    func setsHeader(_ name: Span<UInt8>) -> Bool {
        provider.headers.contains { isName($0.name, name) }
    }

    /// Whether a header of the configuration stays out: nothing may stand beside the credential,
    /// and an answer that is compressed could not be read.
    func overrules(_ field: HeaderField) -> Bool {
        if isName(field.name, "accept-encoding".utf8Span.span) { return true }
        guard let own = credentialHeader?.name.lowercased() else { return false }
        return isName(field.name, own.utf8Span.span)
    }

    /// Whether a configured name is this one, which is in lower case.
    private func isName(_ configured: String, _ name: Span<UInt8>) -> Bool {
        let own = configured.utf8
        return own.count == name.count
            && zip(0..., own).allSatisfy { name[$0] == $1 || name[$0] == $1 | 0x20 }
    }
}

extension Exchange {
    /// Calls `body` with every header of the attempt in course, but for those that frame it.
    ///
    /// The configuration's headers win over the client's, and nobody's over the credential's.
    package func forEachUpstreamHeader(_ body: (Span<UInt8>, Span<UInt8>) -> Void) {
        guard let call else { return }
        head.forEachUpstreamHeader(
            ownKey: !call.credential.isManaged,
            providerHeaders: call.provider.forwardHeaders,
            inOtherDialect: call.isTranslated
        ) { name, value in
            if !call.setsHeader(name) { body(name, value) }
        }
        let version = "anthropic-version"
        if call.dialect == .anthropicMessages,
            call.isTranslated || !head.hasUpstreamHeader("anthropic-version"),
            !call.setsHeader(version.utf8Span.span)
        {
            emit(version, UpstreamCall.anthropicVersion, body)
        }
        emit("accept-encoding", "identity", body)
        if call.provider.mayLeadBack {
            emit(LoopMark.header, head.way(through: snapshot.loopMark), body)
        }
        for field in call.provider.headers where !call.overrules(field) {
            emit(field.name, field.value.exposed, body)
        }
        if let field = call.credentialHeader { emit(field.name, field.value.exposed, body) }
    }

    /// The client's query for the upstream, without what holds a gateway token.
    var queryWithoutTokens: String {
        let rules = snapshot.headerRules
        return head.withQuery { query in
            guard rules.holdsToken(query) else { return query.text }
            return query.text.split(separator: "&")
                .filter { !rules.holdsToken(Array($0.utf8).span) }
                .joined(separator: "&")
        }
    }

    private func emit(
        _ name: String,
        _ value: String,
        _ body: (Span<UInt8>, Span<UInt8>) -> Void
    ) {
        body(name.utf8Span.span, value.utf8Span.span)
    }

    /// Whether the request must not be sent on a connection that libcurl could replace.
    package var forbidsRetry: Bool { head.forbidsRetry }

    /// How long the attempt in course may take to connect.
    package var connectTimeout: Duration {
        gateway?.timeouts.connect ?? .seconds(5)
    }
}
