import Access
package import JSON
package import Model
import Routing
package import Storage

/// `/endpoints`: the gateways of gateway.yaml, which the API does not change.
extension ControlPlane {
    static let gatewayRoutes: [APIRoute] = [
        APIRoute(
            "GET",
            "/endpoints",
            .read,
            parameters: APIRoute.listParameters,
            ControlPlane.listGateways
        ),
        APIRoute("GET", "/endpoints/{id}", .read, ControlPlane.readGateway),
    ]

    private func listGateways(_ call: APICall) throws(APIError) -> APIOutcome {
        let page = try APIPage(call)
        var gateways = gateways(for: call.caller)
        if let before = page.beforeID {
            guard let place = gateways.firstIndex(where: { $0.id == before }) else {
                throw .missing("gateway", before)
            }
            gateways.removeFirst(place + 1)
        }
        let shown = Array(gateways.prefix(page.limit))
        let last = gateways.count > page.limit ? shown.last?.id : nil
        return .answer(APIAnswer("endpoints", shown, of: call, nextBefore: last))
    }

    private func readGateway(_ call: APICall) throws(APIError) -> APIOutcome {
        guard let gateway = gateways(for: call.caller).first(where: { $0.id == call.id }) else {
            throw .missing("gateway", call.id)
        }
        return .answer(APIAnswer(200, gateway))
    }

    /// Those that take keys of the caller's account, in the order of the file.
    private func gateways(for caller: APICaller) -> [GatewayView] {
        configuration.gateways.compactMap { gateway in
            let accounts = gateway.accounts.filter { caller.sees($0) }
            return accounts.isEmpty ? nil : GatewayView(gateway, accounts: accounts)
        }
    }

    /// Refuses a gateway that takes no keys of an account.
    func requireGateway(_ id: GatewayID, for account: AccountID) throws(APIError) {
        let gateways = configuration.gateways.filter { $0.accounts.contains(account) }
        guard !gateways.contains(where: { $0.id == id }) else { return }
        let names = gateways.map(\.id.rawValue).joined(separator: ", ")
        throw APIError(
            .invalid,
            "endpointId: there is no gateway \"\(id)\"; there are: \(names).",
            details: ["field": "endpointId"]
        )
    }
}

/// A gateway as it is shown.
package struct GatewayView: APIResource {
    private let gateway: GatewayConfiguration
    private let accounts: [AccountID]

    /// A gateway with those of its accounts that may be seen.
    package init(_ gateway: GatewayConfiguration, accounts: [AccountID]) {
        self.gateway = gateway
        self.accounts = accounts
    }

    var id: String { gateway.id.rawValue }
    package var uri: String { "/endpoints/" + id }
    package var tag: String { EntityTag.of { write(into: &$0) } }

    /// Those that the file lists: it may allow the built-in ones besides.
    package var providers: [String] {
        gateway.providers.providers.filter(\.isConfigured).map(\.id.rawValue)
    }

    package func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("uri", uri)
        writer.strings("accounts", accounts.map(\.rawValue))
        writer.strings("providers", providers)
        writer.key("onlyAllowConfiguredProviders")
        writer.bool(gateway.rules.onlyConfiguredProviders)
        writer.key("onlyAllowConfiguredModels")
        writer.bool(gateway.rules.onlyConfiguredModels)
        writer.endObject()
    }
}
