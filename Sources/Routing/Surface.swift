/// One dialect of a provider: where it is spoken and how the credential is sent.
package struct Surface: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// Where it is.
    package let baseURL: BaseURL
    /// What stands behind the base URL instead of the dialect's own path; nil for the usual one.
    package let path: String?
    /// How the credential is sent.
    package let auth: Auth
    /// The configured parameters, each encoded as `name=value`.
    private let parameters: [String]
    /// The query of every URL: the base URL's own, then the parameters.
    ///
    /// It may hold a secret: a URL made here is for curl, not for the log.
    private let query: String

    /// A surface whose URLs carry these parameters too, each already encoded as `name=value`.
    package init(
        baseURL: BaseURL,
        path: String? = nil,
        auth: Auth,
        parameters: [String] = []
    ) {
        self.baseURL = baseURL
        self.path = path
        self.auth = auth
        self.parameters = parameters
        let own = baseURL.query.isEmpty ? [] : [baseURL.query]
        query = (own + parameters).joined(separator: "&")
    }

    /// The same surface with more parameters behind its own.
    package func adding(parameters more: [String]) -> Surface {
        Surface(baseURL: baseURL, path: path, auth: auth, parameters: parameters + more)
    }

    /// The URL of an operation: base, path, the surface's query, and of the client's query the
    /// parameters that go upstream and that the surface does not set itself.
    package func url(for operation: Operation, model: String, clientQuery: String = "") -> String {
        let path = (operation.isMain ? self.path : nil) ?? operation.path(model: model)
        var url = baseURL.prefix + path
        var mark = "?"
        if !query.isEmpty {
            url += mark
            url += query
            mark = "&"
        }
        if clientQuery.isEmpty { return url }
        for pair in clientQuery.split(separator: "&") where goesUpstream(pair) {
            url += mark
            url += pair
            mark = "&"
        }
        return url
    }

    /// The base without its query, which may hold a secret.
    package var description: String { baseURL.prefix }

    /// Nothing: `dump` and failed expectations print the mirror of a value.
    package var customMirror: Mirror { Mirror(self, children: []) }

    private func goesUpstream(_ pair: Substring) -> Bool {
        let name = pair.prefix { $0 != "=" }
        guard name == "alt" || name == "api-version" || name == "model" else { return false }
        guard pair.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") })
        else { return false }
        return !query.split(separator: "&").contains { $0.prefix { $0 != "=" } == name }
    }
}
