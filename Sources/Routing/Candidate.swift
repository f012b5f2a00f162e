import Model

/// A model at a provider: one pair that may serve a request.
package struct Candidate: Equatable, Sendable {
    /// The provider's place in the table.
    package let providerIndex: Int
    /// The model as the provider knows it.
    package let model: String
    /// `provider:model`, as headers and the log say it.
    package let displayName: String
    /// Whether the catalog or the configuration knows the model; false for a name passed through.
    package var isKnown: Bool { offer != nil }
    /// Who serves it: what stands before the first colon, which no provider's id holds.
    var provider: ProviderID { ProviderID(String(displayName.prefix { $0 != ":" })) }
    /// What live metrics are looked up by; a known model's offer has it ready.
    package var measured: MeasuredModel { MeasuredModel(displayName) }
    /// The place in the table's `offers` where more is known of it; nil for a name passed through.
    package let offer: Int?
    /// The account that made the provider; nil for the operator's.
    var owner: AccountID?
    /// What its failures are counted under: two accounts may each have a provider of one name.
    var healthName: String { owner.map { "\($0)/\(displayName)" } ?? displayName }
}

/// Why a model at a provider is no candidate.
package enum Exclusion: Equatable, Sendable, CustomStringConvertible {
    /// The operator switched the provider off.
    case disabled
    /// Only configured providers are allowed, and this is none.
    case providerNotConfigured
    /// Only configured models are allowed, and this is none.
    case modelNotConfigured
    /// The provider does not speak the client's dialect.
    case dialectNotOffered
    /// There is no key for the provider.
    case noCredential
    /// The account's keys for the provider can't be opened.
    case keySealed
    /// The access key's configuration does not allow the provider.
    case providerNotAllowed
    /// The access key's configuration does not allow the model.
    case modelNotAllowed
    /// The rule of the access key's configuration leads to no key.
    case noCredentialInRule

    /// The reason in words.
    package var description: String {
        switch self {
        case .disabled: "the provider is disabled"
        case .providerNotConfigured: "the gateway allows configured providers only"
        case .modelNotConfigured: "the gateway allows configured models only"
        case .dialectNotOffered: "the provider does not offer this path"
        case .noCredential: "there is no key for the provider"
        case .keySealed: "the keys for the provider can't be opened with this master key"
        case .providerNotAllowed: "the access key's configuration does not allow the provider"
        case .modelNotAllowed: "the access key's configuration does not allow the model"
        case .noCredentialInRule: "the rule of the access key's configuration leads to no key"
        }
    }
}
