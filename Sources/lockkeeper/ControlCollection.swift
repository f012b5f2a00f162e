/// A collection of the API, by its path, and the command that has the same records.
enum ControlCollection: String, CaseIterable {
    case accessKeys = "/access-keys"
    case accounts = "/accounts"
    case audit = "/audit"
    case configurations = "/access-key-configurations"
    case gateways = "/endpoints"
    case grants = "/credits/grants"
    case managementKeys = "/api-keys"
    case providerKeys = "/provider-keys"
    case providers = "/providers"
    case settings = "/gateway-config"
    case virtualModels = "/virtual-models"

    /// The word behind `lockkeeper`.
    var command: String {
        switch self {
        case .accessKeys: "keys"
        case .accounts: "accounts"
        case .audit: "audit"
        case .configurations: "configurations"
        case .gateways: "gateways"
        case .grants: "credits"
        case .managementKeys: "management-keys"
        case .providerKeys: "provider-keys"
        case .providers: "providers"
        case .settings: "gateway-config"
        case .virtualModels: "virtual-models"
        }
    }
}
