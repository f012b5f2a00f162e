import Accounting
import Model
import Testing

@testable import Storage

@Suite struct `Credits of a configuration` {
    @Test func `have defaults`() throws {
        let configuration = try load(gatewayYAML())
        #expect(configuration.credits == CreditRules())
        #expect(configuration.ledger == LedgerSettings())
        #expect(configuration.gateways[0].onDisconnect == .cancel)
        let warnings = configuration.creditWarnings
        #expect(warnings.webhook == nil)
        #expect(warnings.mail == nil)
        let amounts = try ["5", "1", "0"].map { try NanoDollars(dollars: $0) }
        #expect(warnings.thresholds == WarningThresholds(amounts))
    }

    @Test func `are what the file says`() throws {
        let yaml =
            """
            credits:
              mode: prepaid
              processing_fee: "0.25"
              byok_fee: "0.000001"
              hold_output_tokens: 512
              warn_at: ["10", "0.5"]
              webhook: { url: "${env:HOOK}", secret: "${env:SECRET}" }
              smtp:
                url: smtp://mail.example.com:587
                user: lockkeeper
                password: "${env:PASSWORD}"
                from: gateway@example.com
                to: [ops@example.com, finance@example.com]
            ledger: { sync: full, retention: 7d }

            """ + gatewayYAML("on_disconnect: drain")
        let environment = [
            "SECRET": "whsec", "PASSWORD": "pw", "HOOK": "http://127.0.0.1:9/hook/?a=b",
        ]
        let configuration = try load(yaml, sources(environment))
        #expect(
            configuration.credits
                == CreditRules(
                    mode: .prepaid,
                    managedFee: TokenPrice(picoDollars: 250_000),
                    ownKeyFee: TokenPrice(picoDollars: 1),
                    holdOutputTokens: 512
                )
        )
        #expect(configuration.ledger.sync == .full)
        #expect(configuration.ledger.retention == .seconds(7 * 86_400))
        #expect(configuration.gateways[0].onDisconnect == .drain)
        let warnings = configuration.creditWarnings
        #expect(warnings.webhook?.url.exposed == "http://127.0.0.1:9/hook/?a=b")
        #expect(warnings.webhook?.isPlainHTTP == true)
        #expect(warnings.webhook?.secret == Secret("whsec"))
        #expect(
            warnings.mail
                == .init(
                    url: "smtp://mail.example.com:587",
                    needsTLS: true,
                    login: .init(user: "lockkeeper", password: Secret("pw")),
                    from: "gateway@example.com",
                    to: ["ops@example.com", "finance@example.com"]
                )
        )
        #expect(configuration.warnings.isEmpty)
        let again = try load(configuration.effective, sources(environment))
        #expect(again.credits == configuration.credits)
        #expect(again.ledger == configuration.ledger)
        #expect(configuration.effective.contains("warn_at: [10, 0.5]\n"))
        #expect(configuration.effective.contains("retention: 7d\n"))
    }

    @Test(arguments: [
        ("smtp://127.0.0.1:25", false), ("smtp://localhost", false), ("smtp://10.0.0.1", true),
        ("smtps://[::1]:465", false), ("smtp://mail", true),
    ])
    func `may be mailed in the open within the machine alone`(
        _ url: String,
        _ needsTLS: Bool
    ) throws {
        let yaml = "credits: { smtp: { url: '\(url)', from: a@b, to: [c@d] } }\n" + gatewayYAML()
        #expect(try load(yaml).creditWarnings.mail?.needsTLS == needsTLS)
    }

    @Test(arguments: [
        ("mode: postpaid", "1:18: 'credits.mode' must be prepaid, track or off, not 'postpaid'"),
        (
            "processing_fee: -1",
            "1:28: 'credits.processing_fee' must be a decimal number, such as \"2.50\", not '-1'"
        ),
        (
            "warn_at: [5, \"1.\"]",
            "1:25: 'credits.warn_at[1]' must be an amount in dollars, such as \"5.00\", not '1.'"
        ),
        (
            "webhook: { url: \"https://example.com\" }",
            "1:28: 'credits.webhook.secret' is missing, without which 'credits.webhook.url' is of no "
                + "use"
        ),
        (
            "webhook: { url: \"http://example.com\", secret: \"${env:S}\" }",
            "1:28: 'credits.webhook.url' is http to example.com: use https (http is for loopback, "
                + "private and .internal hosts)"
        ),
        (
            "smtp: { url: \"http://mail\", from: a@b, to: [c@d] }",
            "1:25: 'credits.smtp.url' must be smtps://HOST:PORT or smtp://HOST:PORT, not 'http://mail'"
        ),
        (
            "smtp: { url: \"smtp://mail/x\", from: a@b, to: [c@d] }",
            "1:25: 'credits.smtp.url' must be smtps://HOST:PORT or smtp://HOST:PORT, not "
                + "'smtp://mail/x'"
        ),
        (
            "smtp: { url: \"smtp://mail\", from: \"Me <a@b>\", to: [c@d, e] }",
            "1:46: 'credits.smtp.from' must be an address such as ops@example.com, not 'Me <a@b>'\n"
                + "1:68: 'credits.smtp.to' must be an address such as ops@example.com, not 'e'"
        ),
        (
            "smtp: { from: a@b }",
            "1:26: 'credits.smtp.url' is missing, without which 'credits.smtp.from' is of no use"
        ),
        (
            "smtp: { url: \"smtp://mail\", user: me, from: a@b, to: [c@d] }",
            "1:46: 'credits.smtp.password' is missing, without which 'credits.smtp.user' is of no use"
        ),
        (
            "modes: off",
            "1:12: unknown key 'modes' in 'credits': did you mean 'mode'?"
        ),
    ])
    func `are refused where they can't be meant`(_ setting: String, _ problem: String) {
        let found = problems("credits: { \(setting) }\n" + gatewayYAML(), sources(["S": "x"]))
        #expect(found.joined(separator: "\n") == problem)
    }

    @Test func `are warned of where they do nothing or show a secret`() throws {
        let yaml = """
            credits:
              mode: off
              webhook: { url: "https://example.com", secret: hush }

            """
        let warnings = try load(yaml + gatewayYAML()).warnings
        #expect(warnings.map(\.line) == [3, 3])
        #expect(warnings.contains { $0.text.contains("'credits.webhook' is not used") })
        #expect(warnings.contains { $0.text.contains("'credits.webhook.secret' holds a secret") })
    }

    @Test func `may lack their secrets where nobody is served`() throws {
        var few = sources()
        few.secrets = .optional
        let yaml = """
            credits:
              webhook: { url: "${env:URL}", secret: "${env:SECRET}" }
              smtp: { url: smtps://mail, user: me, password: "${env:PW}", from: a@b, to: [c@d] }

            """
        let configuration = try load(yaml + gatewayYAML(), few)
        #expect(configuration.missingSecrets.count == 3)
        #expect(configuration.creditWarnings.webhook == nil)
    }
}
