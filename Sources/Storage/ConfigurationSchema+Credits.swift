import Accounting

extension ConfigurationSchema {
    static let credits: [ConfigurationKey] = [
        ConfigurationKey(
            "mode",
            .choice(CreditRules.Mode.allCases.map(\.rawValue)),
            default: "track",
            .reload,
            "prepaid: traffic on your keys needs a balance; track: usage and cost are recorded, and",
            "nobody is charged or refused; off: nothing is recorded. docs/credits.md has it all."
        ),
        ConfigurationKey(
            "processing_fee",
            .price,
            default: "\"0.05\"",
            .reload,
            "What traffic on your keys costs beside the provider's price, in dollars per million tokens."
        ),
        ConfigurationKey(
            "byok_fee",
            .price,
            default: "\"0\"",
            .reload,
            "What traffic on an account's own keys costs, in dollars per million tokens."
        ),
        ConfigurationKey(
            "hold_output_tokens",
            .integer(1...1_000_000),
            default: "4096",
            .reload,
            "The output that is set aside at first for a stream that does not say how long it may get."
        ),
        ConfigurationKey(
            "warn_at",
            .list(.amount),
            default: "[\"5.00\", \"1.00\", \"0\"]",
            .reload,
            "The balances in dollars at which an account is warned. Grants that expire are warned of",
            "30 and 7 days before."
        ),
        ConfigurationKey(
            "webhook",
            .section(webhook),
            default: "{}",
            .reload,
            "Where warnings are posted to."
        ),
        ConfigurationKey(
            "smtp",
            .section(smtp),
            default: "{}",
            .reload,
            "How warnings are mailed."
        ),
    ]

    static let webhook: [ConfigurationKey] = [
        ConfigurationKey(
            "url",
            .optional(.secret),
            default: "null",
            .reload,
            "https, or http on loopback, private and .internal hosts; null is nowhere."
        ),
        ConfigurationKey(
            "secret",
            .optional(.hidden),
            default: "null",
            .reload,
            "What they are signed with, in Lockkeeper-Signature."
        ),
    ]

    static let smtp: [ConfigurationKey] = [
        ConfigurationKey(
            "url",
            .optional(.text),
            default: "null",
            .reload,
            "smtps://HOST, or smtp://HOST with STARTTLS, which only a server on this machine may lack;",
            "null is nowhere."
        ),
        ConfigurationKey(
            "user",
            .optional(.text),
            default: "null",
            .reload,
            "Who logs in there; null is nobody."
        ),
        ConfigurationKey(
            "password",
            .optional(.hidden),
            default: "null",
            .reload,
            "The password."
        ),
        ConfigurationKey(
            "from",
            .optional(.text),
            default: "null",
            .reload,
            "The address of the sender."
        ),
        ConfigurationKey(
            "to",
            .list(.text),
            default: "[]",
            .reload,
            "The addresses of those who are warned."
        ),
    ]

    static let ledger: [ConfigurationKey] = [
        ConfigurationKey(
            "sync",
            .choice(LedgerSync.allCases.map(\.rawValue)),
            default: "normal",
            .reload,
            "normal: what is charged survives the end of the process; full: a power cut too, and the",
            "end of each answer waits for the disk."
        ),
        ConfigurationKey(
            "retention",
            .duration,
            default: "90d",
            .reload,
            "How long the usage of single requests is kept, at most 365d. Grants and charges are kept",
            "for good."
        ),
    ]
}
