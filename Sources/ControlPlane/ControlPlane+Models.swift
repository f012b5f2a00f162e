import Access
import JSON
import Model
import Routing
import Storage

/// `/models`: what an account may ask a gateway for, and what it costs (chapter 13.5).
extension ControlPlane {
    static let modelRoutes: [APIRoute] = [
        APIRoute(
            "GET",
            "/models",
            .read,
            parameters: ["accountId", "endpointId"],
            ControlPlane.listModels
        )
    ]

    private func listModels(_ call: APICall) throws(APIError) -> APIOutcome {
        let account = try account(
            call.query["accountId"].map { AccountID($0) },
            of: call,
            at: "parameter"
        )
        let named = call.query["endpointId"].map { GatewayID($0) }
        if let named { try requireGateway(named, for: account) }
        let gateway = configuration.gateways.first {
            $0.accounts.contains(account) && (named == nil || $0.id == named)
        }
        let table = try gateway.map { (gateway) throws(APIError) in
            configuration.routes(of: account, at: gateway, index.others, try catalog())
        }
        let models = table?.models.filter { !$0.facts.isRetired(at: call.now) } ?? []
        return .answer(
            APIAnswer(200) { writer in
                writer.beginObject()
                writer.member("object", "list")
                writer.key("data")
                writer.beginArray()
                if let table {
                    for model in models {
                        ModelView(model, table.providers, at: call.now).write(into: &writer)
                    }
                }
                writer.endArray()
                writer.member("uri", call.request.path)
                writer.member("endpointId", gateway?.id.rawValue)
                writer.endObject()
            }
        )
    }

    /// The catalog that is in force with the configuration; it is read once, which takes too long
    /// for the store's lock.
    func catalog() throws(APIError) -> Catalog {
        if let loadedCatalog { return loadedCatalog }
        do throws(ConfigurationErrors) {
            let catalog = try configuration.loadCatalog()
            loadedCatalog = catalog
            return catalog
        } catch {
            throw APIError(.notStored, "The catalog of models can't be read: \(error)")
        }
    }
}
