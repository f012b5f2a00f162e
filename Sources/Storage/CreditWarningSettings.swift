package import Accounting
package import Model

/// When accounts are warned that their credits run out, and where the warnings go.
package struct CreditWarningSettings: Equatable, Sendable {
    /// The balances at which an account is warned.
    package var thresholds = WarningThresholds([])
    /// Where warnings are posted to; nil for nowhere.
    package var webhook: Webhook?
    /// How they are mailed; nil for not at all.
    package var mail: Mail?

    /// A receiver of warnings over HTTP.
    package struct Webhook: Equatable, Sendable {
        /// Its URL: whoever has it can often post there.
        package let url: Secret
        /// Whether it is called without TLS.
        package let isPlainHTTP: Bool
        /// What warnings are signed with.
        package let secret: Secret

        /// A receiver at a URL that was found good.
        package init(url: Secret, isPlainHTTP: Bool, secret: Secret) {
            self.url = url
            self.isPlainHTTP = isPlainHTTP
            self.secret = secret
        }
    }

    /// A mail server, and who writes to whom.
    package struct Mail: Equatable, Sendable {
        /// `smtp://` or `smtps://`, host and port.
        package let url: String
        /// Whether the connection must be encrypted: only that within a machine may be open.
        package let needsTLS: Bool
        /// Who logs in; nil for nobody.
        package let login: Login?
        /// The sender.
        package let from: String
        /// The receivers, at least one.
        package let to: [String]

        /// Mail by a server whose URL was found good.
        package init(url: String, needsTLS: Bool, login: Login?, from: String, to: [String]) {
            self.url = url
            self.needsTLS = needsTLS
            self.login = login
            self.from = from
            self.to = to
        }
    }

    /// A name and its password.
    package struct Login: Equatable, Sendable {
        package let user: String
        package let password: Secret

        /// A login.
        package init(user: String, password: Secret) {
            self.user = user
            self.password = password
        }
    }
}

/// How the ledger is kept.
package struct LedgerSettings: Equatable, Sendable {
    /// When a write counts as done.
    package var sync = LedgerSync.normal
    /// How long the usage of single requests is kept.
    package var retention = Duration.seconds(90 * 86_400)
}
