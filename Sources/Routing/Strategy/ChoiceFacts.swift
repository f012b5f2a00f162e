package import Model

/// What the models and keys of one request are chosen by, beside the candidates themselves.
package struct ChoiceFacts: Sendable {
    /// Who asks, as expressions see it.
    package struct Caller: Sendable {
        /// The access key's id.
        package var id = ""
        /// Its name.
        package var name = ""
        /// What its owner noted of it.
        package var metadata = ""
        /// Whether that is the text of a JSON object.
        package var isMetadataJSON = false
        /// Whose live metrics are those of the account.
        package var account: MeasuredScope

        /// A caller of an account.
        package init(account: AccountID) {
            self.account = MeasuredScope(.account(account))
        }
    }

    /// What the candidates point into.
    package let routes: RouteTable
    /// Which keys may be tried.
    package let keys: KeyChoice
    /// What is asked.
    package var traits: RequestTraits
    /// The client's headers, names in lower case; none of a credential.
    package var headers: [(name: String, value: String)] = []
    /// Who asks.
    package var caller: Caller
    /// Whose live metrics are those of the endpoint.
    package var gateway: MeasuredScope
    /// What was measured of late.
    package var metrics: MetricsView
    /// When the request came.
    package var moment: Timestamp
    /// Where chance begins.
    package var seed: UInt64

    /// Facts of a request.
    package init(
        routes: RouteTable,
        keys: KeyChoice,
        traits: RequestTraits,
        caller: Caller,
        gateway: GatewayID,
        metrics: MetricsView = .none,
        moment: Timestamp,
        seed: UInt64
    ) {
        self.routes = routes
        self.keys = keys
        self.traits = traits
        self.caller = caller
        self.gateway = MeasuredScope(.gateway(gateway))
        self.metrics = metrics
        self.moment = moment
        self.seed = seed
    }
}
