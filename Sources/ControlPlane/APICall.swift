import Access
import JSON
import Model
import Storage

/// A request that has found its route and whose caller may use it.
package struct APICall: Sendable {
    /// The request.
    package let request: APIRequest
    /// Who asks.
    package let caller: APICaller
    /// What stands in the path for the names in braces.
    let names: [String]
    /// The query, each parameter once.
    let query: [String: String]

    /// Reads the query, which may have these parameters.
    init(
        _ request: APIRequest,
        from caller: APICaller,
        names: [String],
        parameters: [String]
    ) throws(APIError) {
        self.request = request
        self.caller = caller
        self.names = names
        query = try APICall.query(request.query, parameters)
    }

    /// When it came.
    var now: Timestamp { request.moment }

    /// The id in the path.
    var id: String { names.first ?? "" }

    private static func query(
        _ text: String,
        _ parameters: [String]
    ) throws(APIError) -> [String: String] {
        var values: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentText.decoded(parts[0], plusIsSpace: true),
                let value = PercentText.decoded(parts.count > 1 ? parts[1] : "", plusIsSpace: true)
            else {
                throw APIError(.invalid, "The query is not percent-encoded UTF-8.")
            }
            guard parameters.contains(name) else {
                let all = parameters.isEmpty ? "none" : parameters.joined(separator: ", ")
                throw APIError(
                    .invalid,
                    "There is no query parameter \"\(name)\" here; there are: \(all).",
                    details: ["parameter": name]
                )
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw APIError(
                    .invalid,
                    "The query parameter \"\(name)\" occurs twice.",
                    details: ["parameter": name]
                )
            }
        }
        return values
    }

    // MARK: The body

    /// The body as JSON.
    func body() throws(APIError) -> JSONValue {
        let type = request.contentType.prefix { $0 != ";" }.filter { $0 != " " }
        guard type.lowercased() == "application/json" else {
            throw APIError(.notJSON, "The body must be JSON: send Content-Type: application/json.")
        }
        do throws(JSONParseError) {
            return try JSONDocument.parse(request.body.span).root
        } catch {
            guard !error.isOfALargeNumber else {
                throw APIError(
                    .invalid,
                    "The body has a whole number of more than 64 bits at line \(error.line), column "
                        + "\(error.column): write it as text."
                )
            }
            throw APIError(.invalid, "The body is not JSON: \(error).")
        }
    }

    /// What a body says, and the names of its members, as the audit trail tells them.
    func draft<Draft>(
        of codes: DraftCodes = .general,
        _ read: (JSONValue) throws(DraftError) -> Draft
    ) throws(APIError) -> (draft: Draft, fields: [String]) {
        let body = try body()
        do throws(DraftError) {
            return (try read(body), body.members.map(\.name))
        } catch {
            throw APIError(error, of: codes)
        }
    }

    // MARK: If-Match

    /// Refuses a change of a record that is another one than the caller has seen.
    func requireMatch(_ tag: String) throws(APIError) {
        guard let wanted = request.ifMatch else { return }
        let tags = wanted.split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" } }
        guard !tags.contains(where: { $0 == "*" || $0 == tag }) else { return }
        throw APIError(
            .versionConflict,
            "It was changed since you read it: read it again, then send its ETag as If-Match.",
            details: ["etag": tag]
        )
    }

    // MARK: Accounts

    /// The account that a new record is for: that of the caller, or the one an admin names.
    func account(_ named: AccountID?) throws(APIError) -> AccountID {
        guard let own = caller.scope.accountID else { return named ?? .standard }
        guard named == nil || named == own else {
            throw APIError(
                .notAllowed,
                "This management key is for the account \"\(own)\" alone.",
                details: ["field": "accountId"]
            )
        }
        return own
    }
}
