package import Model

/// What is kept of an attempt when it has ended (chapter 13.12): one event for each.
package struct UsageEvent: Equatable, Sendable {
    /// Who pays the provider.
    package enum KeySource: String, CaseIterable, Sendable {
        /// The operator, by one of the configuration's keys.
        case managed
        /// The account, by its own key.
        case user
        /// Nobody: the provider takes no key.
        case none
    }

    /// `rq_...`, as in the answer and the access log.
    package var requestID: String
    /// When the attempt began.
    package var time: Timestamp
    /// Who called.
    package var account: AccountID
    package var accessKey: AccessKeyID
    /// The configuration that the key was under.
    package var configuration: ConfigurationID?
    /// Where.
    package var gateway: GatewayID
    /// Who was asked, for which model: the provider's own name of it.
    package var provider: ProviderID
    package var model: String
    /// The virtual model whose target that was.
    package var virtualModel: String?
    /// From 1.
    package var attempt: Int
    /// Whether no other attempt came after it.
    package var isFinal: Bool
    /// The provider's status; nil where no head came.
    package var status: Int?
    /// How it ended, as the access log says it: `429`, `connection failed`.
    package var outcome: String
    /// Whether its answer is the one that the client got.
    package var isServed: Bool
    /// Why the model stopped, as the client's dialect names it; nil where nobody said.
    package var stopReason: String?
    /// Whether some time ran out.
    package var isTimedOut: Bool
    /// Whether it failed.
    package var isError: Bool
    /// Whether the answer was a stream.
    package var isStream: Bool
    /// What the provider reported; nil where it did not.
    package var reported: Usage?
    /// What the gateway counted.
    package var counted: Usage
    /// Whether the cost is by our own count.
    package var isEstimated: Bool
    /// Whether there is no price, so that nobody knows the cost.
    package var isUnpriced: Bool
    /// What it costs, part by part; nil where nothing is charged or nobody knows.
    package var charge: Charge?
    /// What it costs by the price list, whoever pays; nil where nobody knows.
    package var listCost: NanoDollars?
    /// Who pays the provider.
    package var keySource: KeySource
    /// The account's own key that was used.
    package var providerKey: ProviderKeyID?
    /// From the request's arrival to its end, in milliseconds; nil where nobody measured it.
    package var millisecondsOfRequest: Int?
    /// How long it took, in milliseconds.
    package var milliseconds: Int
    /// From its beginning to the first content, in milliseconds; nil without a stream.
    package var millisecondsToContent: Int?

    /// What is charged: the sum of the parts, rounded up once.
    package var totalCost: NanoDollars { charge?.total ?? .zero }

    /// An attempt of which only the beginning is known.
    package init(
        requestID: String,
        time: Timestamp,
        account: AccountID,
        accessKey: AccessKeyID,
        gateway: GatewayID,
        provider: ProviderID,
        model: String,
        attempt: Int,
        keySource: KeySource
    ) {
        self.requestID = requestID
        self.time = time
        self.account = account
        self.accessKey = accessKey
        self.gateway = gateway
        self.provider = provider
        self.model = model
        self.attempt = attempt
        self.keySource = keySource
        isFinal = true
        isServed = false
        outcome = ""
        isTimedOut = false
        isError = false
        isStream = false
        counted = Usage()
        isEstimated = false
        isUnpriced = false
        milliseconds = 0
    }
}
