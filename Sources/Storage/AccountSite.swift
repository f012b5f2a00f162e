package import Access
package import Model
package import Routing

/// What an account may name at the gateways that serve it, whatever keys there are: to check by.
package struct AccountSite {
    /// The account's own virtual models.
    package let virtualModels: [VirtualModelRecord]
    private let operatorModels: [VirtualModel]
    private let tables: [RouteTable]

    /// The site of an account.
    package init(
        of account: AccountID,
        in configuration: Configuration,
        _ catalog: Catalog,
        _ providers: CustomProviders
    ) {
        virtualModels = providers.virtualModels(of: account)
        operatorModels = configuration.virtualModels
        tables = configuration.gateways.filter { $0.accounts.contains(account) }.map { gateway in
            RouteTable(
                providers: gateway.providers(of: account, providers, configuration.upstreams),
                catalog: catalog
            )
        }
    }

    /// Whether a name is that of a virtual model, of the account or of the operator.
    func isVirtual(_ name: String) -> Bool {
        let lowercased = name.lowercased()
        return operatorModels.contains { $0.name.lowercased() == lowercased }
            || virtualModels.contains { $0.name.lowercased() == lowercased }
    }

    /// What else has a name; nil where nothing has.
    func reasonWhyTaken(_ name: String) -> String? {
        if RouteTable.isOpen(name) { return "what asks the gateway to choose" }
        if operatorModels.contains(where: { $0.name.lowercased() == name.lowercased() }) {
            return "a virtual model of the gateway's operator"
        }
        return tables.contains { $0.knows(name) } ? "a model" : nil
    }

    /// Why a target leads nowhere at any gateway; nil where it leads somewhere.
    func reasonWhyUnknown(_ target: String) -> String? {
        do throws(ModelAddressError) {
            _ = try ModelAddress.parse(target)
        } catch {
            return "'\(target)' is no model's name: \(error)"
        }
        let reasons = tables.compactMap { $0.reasonWhyUnknown(target) }
        guard reasons.count == tables.count, let reason = reasons.first else { return nil }
        return reason.message
    }
}
