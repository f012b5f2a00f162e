package import Access
package import Model
package import Routing

extension GatewayConfiguration {
    /// The gateway's providers with those that an account made behind them.
    ///
    /// A provider of the account's that the operator has meanwhile listed, or that is where none
    /// may be any more, is left out.
    package func providers(
        of account: AccountID,
        _ providers: CustomProviders,
        _ upstreams: Configuration.Upstreams
    ) -> ProviderTable {
        let own = providers.records(of: account).compactMap { record in
            self.providers.index(of: record.providerID.rawValue) == nil ? Provider(record) : nil
        }
        return own.isEmpty ? self.providers : self.providers.adding(own)
    }
}

extension Configuration {
    /// The operator's virtual models, and those of an account whose names none of these has.
    package func virtualModels(
        of account: AccountID,
        _ providers: CustomProviders
    ) -> [VirtualModel] {
        let taken = Set(virtualModels.map { $0.name.lowercased() })
        let own = providers.virtualModels(of: account).filter {
            !taken.contains($0.name.lowercased())
        }
        return virtualModels
            + own.map { record in
                VirtualModel(
                    name: record.name,
                    description: record.description.isEmpty ? nil : record.description,
                    targets: record.targets
                )
            }
    }

    /// What of accounts' providers and virtual models is not used, and why.
    package func warnings(about providers: CustomProviders) -> [String] {
        let hidden = providers.records.values.sorted { $0.id < $1.id }.compactMap { record in
            hasProvider(record.providerID.rawValue, for: record.accountID)
                ? "the provider \(record.providerID) of the account \(record.accountID) is not used: "
                    + "\(path) has one of that id"
                : nil
        }
        let names = Set(virtualModels.map { $0.name.lowercased() })
        let virtual = providers.virtualModels.values.sorted { $0.id < $1.id }
            .filter { names.contains($0.name.lowercased()) }
            .map {
                "the virtual model \($0.name) of the account \($0.accountID) is not used: \(path) has "
                    + "one of that name"
            }
        return hidden + virtual
    }
}

extension Provider {
    /// The provider of a record; nil where its URL is none that may be called.
    package init?(_ record: CustomProviderRecord) {
        let base: BaseURL
        do throws(BaseURLError) {
            base = try BaseURL(record.baseURL)
        } catch {
            return nil
        }
        guard !base.isPlainHTTP || base.host.lowercased().hasSuffix(".internal") else {
            return nil
        }
        let spoken = record.surfaces.isEmpty ? [CustomSurface(format: .openai)] : record.surfaces
        var surfaces: [Dialect: Surface] = [:]
        for surface in spoken {
            guard let dialect = surface.dialect else { continue }
            surfaces[dialect] = Surface(
                baseURL: base,
                auth: surface.format == .anthropic ? .xAPIKey : .bearer
            )
        }
        self.init(
            id: record.providerID,
            displayName: record.name,
            origin: .account(record.accountID),
            surfaces: surfaces
        )
        // Parameters are taken out for a provider as a whole: one API that takes all wins.
        let isOpen = spoken.contains { $0.supportedParameters.isEmpty }
        supportedParameters = isOpen ? [] : spoken.flatMap(\.supportedParameters)
        models = record.models.map { model in
            var facts = ModelFacts()
            facts.unsupportedParameters = model.unsupportedParameters
            return ProviderModel(id: model.id, upstreamID: model.providerModelID, facts: facts)
        }
    }
}
