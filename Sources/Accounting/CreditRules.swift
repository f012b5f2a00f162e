package import Model

/// What traffic costs here, and what becomes of who can't pay (chapter 5).
package struct CreditRules: Equatable, Sendable {
    /// How money is handled.
    package enum Mode: String, CaseIterable, Sendable {
        /// Managed traffic needs a balance.
        case prepaid
        /// What is used is recorded, and nobody is charged or refused.
        case track
        /// There is no ledger.
        case off
    }

    /// How money is handled.
    package var mode: Mode
    /// What is charged for each token of managed traffic, beside the provider's price.
    package var managedFee: TokenPrice
    /// What is charged for each token of traffic that the account pays at its provider.
    package var ownKeyFee: TokenPrice
    /// The output that is held at first for a stream of any length, in tokens of each answer.
    package var holdOutputTokens: Int

    /// Rules; the defaults are those of the configuration.
    package init(
        mode: Mode = .track,
        managedFee: TokenPrice = TokenPrice(picoDollars: 50_000),
        ownKeyFee: TokenPrice = .free,
        holdOutputTokens: Int = 4096
    ) {
        self.mode = mode
        self.managedFee = managedFee
        self.ownKeyFee = ownKeyFee
        self.holdOutputTokens = holdOutputTokens
    }
}
