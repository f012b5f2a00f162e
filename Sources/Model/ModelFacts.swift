/// A kind of content that goes into a model or comes out of it.
package enum Modality: String, CaseIterable, Sendable {
    case text, image, audio, video, pdf, embedding
}

/// Kinds of content, in the order of `Modality.allCases`.
package struct Modalities: Hashable, Sendable {
    private var bits: UInt8 = 0

    /// These kinds.
    package init(_ kinds: [Modality] = []) {
        for kind in kinds { bits |= Self.bit(of: kind) }
    }

    /// Whether nobody said which.
    package var isEmpty: Bool { bits == 0 }

    /// Whether a kind is among them.
    package func contains(_ kind: Modality) -> Bool { bits & Self.bit(of: kind) != 0 }

    /// What they are called.
    package var names: [String] { Modality.allCases.filter(contains).map(\.rawValue) }

    private static func bit(of kind: Modality) -> UInt8 {
        switch kind {
        case .text: 1
        case .image: 2
        case .audio: 4
        case .video: 8
        case .pdf: 16
        case .embedding: 32
        }
    }
}

/// Where a provider's machines for a model stand.
package struct Datacenter: Hashable, Sendable {
    /// Two letters, as ISO 3166 has them.
    package let countryCode: String
    /// The provider's name of the region; empty where it has none.
    package let region: String

    /// A place.
    package init(countryCode: String, region: String = "") {
        self.countryCode = countryCode
        self.region = region
    }
}

/// What is known of a model beside its name: nil or empty where no source says it.
package struct ModelFacts: Hashable, Sendable {
    /// What people read.
    package var displayName: String?
    /// What it is for, in a sentence.
    package var description: String?
    /// Who made it.
    package var author: String?
    /// What goes in.
    package var inputModalities = Modalities()
    /// What comes out.
    package var outputModalities = Modalities()
    /// What it can do: `tool-calling`, `reasoning`.
    package var supportedFeatures: [String] = []
    /// Top-level members of a request that it does not take.
    package var unsupportedParameters: [String] = []
    /// The tokens of its context.
    package var maxContextWindow: Int?
    /// The most tokens of one answer.
    package var maxOutputTokens: Int?
    /// Its tokens for each token that o200k makes of the same text.
    package var tokensPerO200k: PriceFactor?
    /// How many parameters it has.
    package var parameterCount: Int?
    /// What its weights were cut down to: `fp8`.
    package var quantization: String?
    /// Whether the provider trains on what it is sent, in its own words.
    package var dataTrainingPolicy: String?
    /// For how many days the provider keeps what it is sent.
    package var dataRetentionDays: Int?
    /// The same in the provider's own words.
    package var dataRetentionPolicy: String?
    /// Where the machines stand.
    package var datacenters: [Datacenter] = []
    /// What it costs.
    package var pricing: Pricing?
    /// When it came out.
    package var released: CalendarDay?
    /// Since when its maker wishes that another one is used.
    package var deprecated: CalendarDay?
    /// From when on it is not served any more.
    package var retired: CalendarDay?
    /// What the operator added: the text of a JSON object.
    package var metadata: String?

    /// Nothing is known.
    package init() {}
}

extension ModelFacts {
    /// Whether its provider has ceased to serve it by then.
    package func isRetired(at moment: Timestamp) -> Bool {
        retired.map { $0.start <= moment } ?? false
    }

    /// Takes what is not known yet from another description of the same model at the same
    /// provider.
    package mutating func fill(from other: ModelFacts) {
        fillIntrinsic(from: other)
        maxOutputTokens = maxOutputTokens ?? other.maxOutputTokens
        if unsupportedParameters.isEmpty { unsupportedParameters = other.unsupportedParameters }
        quantization = quantization ?? other.quantization
        dataTrainingPolicy = dataTrainingPolicy ?? other.dataTrainingPolicy
        dataRetentionDays = dataRetentionDays ?? other.dataRetentionDays
        dataRetentionPolicy = dataRetentionPolicy ?? other.dataRetentionPolicy
        if datacenters.isEmpty { datacenters = other.datacenters }
        pricing = pricing ?? other.pricing
        deprecated = deprecated ?? other.deprecated
        retired = retired ?? other.retired
        metadata = metadata ?? other.metadata
    }

    /// Takes what is not known yet and holds wherever the model is served: no price, no promise.
    package mutating func fillIntrinsic(from other: ModelFacts) {
        displayName = displayName ?? other.displayName
        description = description ?? other.description
        author = author ?? other.author
        if inputModalities.isEmpty { inputModalities = other.inputModalities }
        if outputModalities.isEmpty { outputModalities = other.outputModalities }
        if supportedFeatures.isEmpty { supportedFeatures = other.supportedFeatures }
        maxContextWindow = maxContextWindow ?? other.maxContextWindow
        maxOutputTokens = maxOutputTokens ?? other.maxOutputTokens
        tokensPerO200k = tokensPerO200k ?? other.tokensPerO200k
        parameterCount = parameterCount ?? other.parameterCount
        released = released ?? other.released
    }
}
