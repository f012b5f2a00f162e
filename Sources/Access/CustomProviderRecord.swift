package import Model

/// Everything that is kept about a provider that an account made.
package struct CustomProviderRecord: Equatable, Sendable {
    /// Its id.
    package let id: CustomProviderID
    /// The account that it belongs to.
    package let accountID: AccountID
    /// What it is called in addresses of models, `mine:llama`; unique in its account.
    package let providerID: ProviderID
    /// What people call it.
    package var name: String
    /// Where it is.
    package var baseURL: String
    /// What programs say about it.
    package var metadata: Metadata
    /// What it speaks; empty for OpenAI's chat completions.
    package var surfaces: [CustomSurface]
    /// The models that are known of it.
    package var models: [CustomModel]
    /// When it was made.
    package let createdAt: Timestamp
    /// When it was last changed.
    package var updatedAt: Timestamp
    /// Who made it.
    package let createdBy: String
    /// Who last changed it.
    package var lastUpdatedBy: String

    /// A record with all its fields.
    package init(
        id: CustomProviderID,
        accountID: AccountID,
        providerID: ProviderID,
        name: String,
        baseURL: String,
        metadata: Metadata = .empty,
        surfaces: [CustomSurface] = [],
        models: [CustomModel] = [],
        createdAt: Timestamp,
        updatedAt: Timestamp,
        createdBy: String,
        lastUpdatedBy: String
    ) {
        self.id = id
        self.accountID = accountID
        self.providerID = providerID
        self.name = name
        self.baseURL = baseURL
        self.metadata = metadata
        self.surfaces = surfaces
        self.models = models
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.createdBy = createdBy
        self.lastUpdatedBy = lastUpdatedBy
    }
}

/// An API that a provider of an account offers.
package struct CustomSurface: Equatable, Sendable {
    /// Whose form it has.
    package enum Format: String, CaseIterable, Sendable {
        case openai, anthropic
    }

    /// Which API of that form.
    package enum API: String, CaseIterable, Sendable {
        case chatCompletions = "chat-completions"
        case responses
        case messages
    }

    /// Whose form it has.
    package let format: Format
    /// Which API; nil for the usual one of the form.
    package let api: API?
    /// The parameters that it takes; empty for all.
    package let supportedParameters: [String]

    /// An API.
    package init(format: Format, api: API? = nil, supportedParameters: [String] = []) {
        self.format = format
        self.api = api
        self.supportedParameters = supportedParameters
    }

    /// Its dialect; nil for an API that the form does not have.
    package var dialect: Dialect? {
        switch (format, api) {
        case (.openai, nil), (.openai, .chatCompletions): .openAIChat
        case (.openai, .responses): .openAIResponses
        case (.anthropic, nil), (.anthropic, .messages): .anthropicMessages
        case (.openai, .messages), (.anthropic, .chatCompletions), (.anthropic, .responses): nil
        }
    }
}

/// A model at a provider of an account.
package struct CustomModel: Equatable, Sendable {
    /// What clients call it.
    package let id: String
    /// What the provider calls it, where that is something else.
    package let providerModelID: String?
    /// The parameters that it does not take.
    package let unsupportedParameters: [String]

    /// A model.
    package init(
        id: String,
        providerModelID: String? = nil,
        unsupportedParameters: [String] = []
    ) {
        self.id = id
        self.providerModelID = providerModelID
        self.unsupportedParameters = unsupportedParameters
    }
}
