import Access
import Model

/// The token of a management key as somebody presents it: of the right shape, and no more is known.
package struct APICredential: Sendable {
    let token: Secret

    /// Reads an `Authorization` header.
    package init(authorization: String?) throws(APIError) {
        guard let authorization, !authorization.isEmpty else {
            throw APIError(
                .noCredential,
                "There is no credential: send Authorization: Bearer and a management key, ngm-..."
            )
        }
        let words = authorization.split(separator: " ", maxSplits: 1)
        let token = words.count == 2 ? words[1].filter { $0 != " " } : ""
        guard words.first?.lowercased() == "bearer",
            case .valid = TokenFormat.management.shape(of: Array(token.utf8).span)
        else {
            throw APIError(
                .wrongCredential,
                "This is no management key: those begin with ngm- and are sent as Authorization: "
                    + "Bearer. The keys of applications work at the data plane alone."
            )
        }
        self.token = Secret(String(token))
    }
}
