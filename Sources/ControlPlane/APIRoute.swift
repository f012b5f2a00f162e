package import Access

/// One method at one path, and who does it.
package struct APIRoute: Sendable {
    /// `GET`, `POST`, `PATCH` or `DELETE`; HEAD is served where GET is.
    package let method: String
    /// The path, from the API's root: `/access-keys/{id}`.
    package let path: String
    /// The least role that may use it.
    package let role: ManagementScope.Role
    /// The parameters that its query may have.
    package let parameters: [String]
    let handle: Handler
    private let segments: [String]

    /// Does what is asked for.
    package typealias Handler =
        @Sendable (ControlPlane) -> (APICall) throws(APIError) -> APIOutcome

    /// A route.
    package init(
        _ method: String,
        _ path: String,
        _ role: ManagementScope.Role,
        parameters: [String] = [],
        _ handle: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.role = role
        self.parameters = parameters
        self.handle = handle
        segments = APIRoute.segments(of: path)
    }

    /// The parameters of every list.
    package static let listParameters = ["limit", "beforeId"]

    /// What stands in a path for the names in braces; nil for another path.
    func match(_ path: [String]) -> [String]? {
        guard path.count == segments.count else { return nil }
        var values: [String] = []
        for (segment, text) in zip(segments, path) {
            if segment.hasPrefix("{") {
                guard !text.isEmpty, let value = PercentText.decoded(text) else { return nil }
                values.append(value)
            } else if segment != text {
                return nil
            }
        }
        return values
    }

    /// A path between its slashes.
    static func segments(of path: String) -> [String] {
        path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { String($0) }
    }
}
