import Model
import Routing

extension ConfigurationBuilder {
    /// Where nginx goes on with a request that failed; nil where the error is the answer.
    mutating func errorLocation(_ section: ConfigurationSection) -> String? {
        let location = section.text("on_error_location")
        let place = section["on_error_location"].place
        if let location, !Self.isLocation(location) {
            report.refuse(
                "'\(section.path("on_error_location"))' must be a named location of nginx, such as "
                    + "@fallback, or a path that begins with a slash, not '\(location)'",
                at: place
            )
        }
        guard section.text("on_error") == "continue" else {
            if location != nil, section.text("on_error") != nil {
                report.warn(
                    "'\(section.path("on_error_location"))' is not used: 'on_error' is halt",
                    at: place
                )
            }
            return nil
        }
        if case .none = section["on_error_location"].value {
            report.refuse(
                "'\(section.path("on_error"))' is continue and 'on_error_location' does not say "
                    + "where, such as @fallback",
                at: section["on_error"].place
            )
        }
        return location
    }

    /// Whether nginx takes it in `X-Accel-Redirect`.
    private static func isLocation(_ text: String) -> Bool {
        let isPath = text.hasPrefix("/") && !text.hasPrefix("//")
        guard isPath || text.hasPrefix("@"), text.utf8.count > 1, text.utf8.count <= 1024 else {
            return false
        }
        let segments = text.split(separator: "/", omittingEmptySubsequences: false)
        return text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }
            && !segments.contains("..") && !segments.contains(".")
    }
}
