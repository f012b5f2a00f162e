import Model
package import Routing

/// What an attempt sends: everything but the body.
package struct UpstreamCall: Sendable {
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
    /// Where the provider speaks the client's dialect.
    package let surface: Surface

    /// The version that Anthropic's API takes for a client that names none.
    package static let anthropicVersion = "2023-06-01"

    init(
        _ planned: PlannedAttempt,
        _ operation: Operation,
        at provider: Provider,
        surface: Surface,
        clientQuery: String
    ) {
        candidate = planned.candidate
        credential = planned.credential
        self.provider = provider
        self.surface = surface
        url = surface.url(
            for: operation,
            model: planned.candidate.model,
            clientQuery: clientQuery
        )
        credentialHeader = planned.credential.secret.flatMap { secret in
            surface.auth.headerName.map { name in
                HeaderField(name: name, value: Secret(surface.auth.valuePrefix + secret.exposed))
            }
        }
    }
}
