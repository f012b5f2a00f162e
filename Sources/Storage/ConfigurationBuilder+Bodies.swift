import JSON
import Model
import Routing

extension ConfigurationBuilder {
    /// What a gateway or a provider sets in bodies.
    mutating func bodyMembers(_ section: ConfigurationSection) -> [BodyMember] {
        section.pairs("body").compactMap { pair in
            guard case .json(let text) = pair.setting.value else { return nil }
            let path = "\(section.path("body")).\(pair.name)"
            if pair.name.isEmpty {
                report.refuse(
                    "'\(section.path("body"))' has a member without a name",
                    at: pair.namePlace
                )
            } else if Self.ownMembers.contains(pair.name) {
                report.refuse("'\(path)' is set by the gateway itself", at: pair.namePlace)
            }
            return BodyMember(name: pair.name, value: Array(text.utf8))
        }
    }

    /// Members by which the gateway finds a provider and knows the form of its answer.
    private static let ownMembers: Set<String> = ["model", "models", "stream"]
}
