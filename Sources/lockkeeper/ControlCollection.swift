/// A collection of the API, by its path, and the command that has the same records.
enum ControlCollection: String, CaseIterable {
    case accessKeys = "/access-keys"

    /// The word behind `lockkeeper`.
    var command: String {
        switch self {
        case .accessKeys: "keys"
        }
    }
}
