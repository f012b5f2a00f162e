/// How a provider wants its credential.
package enum Auth: Hashable, Sendable {
    /// `Authorization: Bearer <key>`.
    case bearer
    /// `x-api-key: <key>`, Anthropic's way.
    case xAPIKey
    /// `x-goog-api-key: <key>`, Google's way.
    case googAPIKey
    /// The key alone in a header of that name.
    case header(String)
    /// No credential at all.
    case none

    /// The header that carries the key, in lower case; nil when none does.
    package var headerName: String? {
        switch self {
        case .bearer: "authorization"
        case .xAPIKey: "x-api-key"
        case .googAPIKey: "x-goog-api-key"
        case .header(let name): name
        case .none: nil
        }
    }

    /// What stands before the key in that header.
    package var valuePrefix: String {
        switch self {
        case .bearer: "Bearer "
        case .xAPIKey, .googAPIKey, .header, .none: ""
        }
    }
}

extension Auth {
    /// The words of the configuration file, in the order an error lists them.
    package static let names = ["bearer", "x-api-key", "x-goog-api-key", "api-key", "none"]

    /// Reads a word of the configuration file.
    package init?(name: String) {
        switch name {
        case "bearer": self = .bearer
        case "x-api-key": self = .xAPIKey
        case "x-goog-api-key": self = .googAPIKey
        case "api-key": self = .header("api-key")
        case "none": self = .none
        default: return nil
        }
    }

    /// The word of the configuration file.
    package var name: String {
        switch self {
        case .bearer: "bearer"
        case .none: "none"
        case .xAPIKey, .googAPIKey, .header: headerName ?? "none"
        }
    }
}
