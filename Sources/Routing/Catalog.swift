package import Model

/// A model that the catalog knows.
package struct CatalogModel: Equatable, Sendable {
    /// Its name.
    package let id: String
    /// What people read.
    package let displayName: String
    /// Who made it.
    package let author: String
    /// Other names for it.
    package let aliases: [String]
    /// The tokens of its context.
    package let maxContextWindow: Int?
    /// The most tokens of one answer.
    package let maxOutputTokens: Int?
    /// Who serves it.
    package let offers: [CatalogOffer]

    /// A model of the catalog.
    package init(
        id: String,
        displayName: String,
        author: String,
        aliases: [String] = [],
        maxContextWindow: Int? = nil,
        maxOutputTokens: Int? = nil,
        offers: [CatalogOffer]
    ) {
        self.id = id
        self.displayName = displayName
        self.author = author
        self.aliases = aliases
        self.maxContextWindow = maxContextWindow
        self.maxOutputTokens = maxOutputTokens
        self.offers = offers
    }
}

/// A provider that serves a model, and the model's name there.
package struct CatalogOffer: Equatable, Sendable {
    /// Who serves it.
    package let provider: ProviderID
    /// What it is called there.
    package let model: String

    /// An offer.
    package init(provider: ProviderID, model: String) {
        self.provider = provider
        self.model = model
    }
}

/// The models that the product knows beside those that the operator lists.
package struct Catalog: Sendable {
    /// All of them, in the order of the file.
    package let models: [CatalogModel]

    /// An empty catalog.
    package init() {
        models = []
    }

    /// Takes models whose names, aliases included, are all different, whatever the case.
    package init(models: [CatalogModel]) throws(CatalogError) {
        var owners: [String: String] = [:]
        for model in models {
            for name in [model.id] + model.aliases {
                if let owner = owners.updateValue(model.id, forKey: name.lowercased()) {
                    throw .duplicateName(name, of: model.id, and: owner)
                }
            }
        }
        self.models = models
    }
}

/// Why a list of models is no catalog.
package enum CatalogError: Error, Equatable, Sendable, CustomStringConvertible {
    case duplicateName(String, of: String, and: String)

    /// What is wrong.
    package var description: String {
        switch self {
        case .duplicateName(let name, let first, let second):
            first == second
                ? "the model '\(first)' has the name '\(name)' twice"
                : "the models '\(second)' and '\(first)' share the name '\(name)'"
        }
    }
}
