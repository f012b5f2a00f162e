package import Model

/// A model that the catalog knows.
package struct CatalogModel: Equatable, Sendable {
    /// Its name.
    package let id: String
    /// Other names for it.
    package let aliases: [String]
    /// What holds wherever an offer says nothing else.
    package let facts: ModelFacts
    /// Who serves it.
    package let offers: [CatalogOffer]

    /// A model of the catalog.
    package init(
        id: String,
        aliases: [String] = [],
        facts: ModelFacts = ModelFacts(),
        offers: [CatalogOffer]
    ) {
        self.id = id
        self.aliases = aliases
        self.facts = facts
        self.offers = offers
    }
}

/// A provider that serves a model, and the model's name there.
package struct CatalogOffer: Equatable, Sendable {
    /// Who serves it.
    package let provider: ProviderID
    /// What it is called there.
    package let model: String
    /// What is different there.
    package let facts: ModelFacts

    /// An offer.
    package init(provider: ProviderID, model: String, facts: ModelFacts = ModelFacts()) {
        self.provider = provider
        self.model = model
        self.facts = facts
    }
}

/// Who makes models.
package struct CatalogAuthor: Equatable, Sendable {
    /// The name before the slash of a model address.
    package let id: String
    /// What people read.
    package let displayName: String
    /// Other names that may stand before the slash.
    package let aliases: [String]

    /// An author.
    package init(id: String, displayName: String, aliases: [String] = []) {
        self.id = id
        self.displayName = displayName
        self.aliases = aliases
    }
}

/// The models that the product knows beside those that the operator lists.
package struct Catalog: Sendable {
    /// All of them, in the order of the file.
    package let models: [CatalogModel]
    /// Their makers, as far as there is more to say of them than the id.
    package let authors: [CatalogAuthor]
    /// Places in `authors` by id and alias in lower case.
    private let authorPlaces: [String: Int]

    /// An empty catalog.
    package init() {
        models = []
        authors = []
        authorPlaces = [:]
    }

    /// Takes models and authors whose names, aliases included, are all different, whatever the
    /// case.
    package init(
        models: [CatalogModel],
        authors: [CatalogAuthor] = []
    ) throws(CatalogError) {
        var owners: [String: String] = [:]
        for model in models {
            for name in [model.id] + model.aliases {
                if let owner = owners.updateValue(model.id, forKey: name.lowercased()) {
                    throw .duplicateName(name, of: model.id, and: owner)
                }
            }
        }
        var places: [String: Int] = [:]
        for (place, author) in authors.enumerated() {
            for name in [author.id] + author.aliases {
                if let owner = places.updateValue(place, forKey: name.lowercased()) {
                    throw .duplicateName(name, of: author.id, and: authors[owner].id)
                }
            }
        }
        self.models = models
        self.authors = authors
        authorPlaces = places
    }

    /// The author of that name or alias, the case of letters ignored.
    package func author(named name: String) -> CatalogAuthor? {
        authorPlaces[name.lowercased()].map { authors[$0] }
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
                ? "'\(first)' has the name '\(name)' twice"
                : "'\(second)' and '\(first)' share the name '\(name)'"
        }
    }
}
