/// Every limit that is a number and no setting.
///
/// Nothing grows with the client's patience.
package enum Limits {
    /// The characters of a record's name.
    package static let nameLength = 255
    /// The characters of a record's description.
    package static let descriptionLength = 255
    /// The bytes of a record's metadata, serialised.
    package static let metadataBytes = 4096
    /// The bytes of one provider key's value.
    package static let providerKeyValueBytes = 8192
    /// The bytes of a configured token prefix.
    package static let tokenPrefixBytes = 16
    /// The bytes of one line of the key store.
    package static let storeLineBytes = 1 << 20
    /// The bytes of the key store; of its texts a start keeps 32-bit positions.
    package static let storeBytes = 1 << 31
    /// The bytes of an account's name.
    package static let accountNameBytes = 64
    /// The tokens that an account may set as a limit.
    package static let settingsTokens = 1...1_000_000_000
    /// The providers that an account makes.
    package static let customProviders = 100
    /// The bytes of such a provider's base URL.
    package static let baseURLBytes = 2048
    /// The APIs of such a provider.
    package static let customSurfaces = 3
    /// The parameters that one of them takes.
    package static let customParameters = 256
    /// The models of such a provider.
    package static let customModels = 1000
    /// The parameters that one of them does not take.
    package static let unsupportedParameters = 100
    /// The virtual models of an account.
    package static let accountVirtualModels = 100
    /// The bytes of such a model's name.
    package static let virtualModelNameBytes = 64
    /// The bytes of an id that a person chose: of an account, a gateway, a provider.
    package static let identifierBytes = 255

    /// The bytes of a tokenizer's vocabulary.
    package static let vocabularyFileBytes = 16 << 20
    /// The bytes of an archive that holds one.
    package static let vocabularyArchiveBytes = 256 << 20

    /// The bytes of a body that a loop reads by itself: more would hold up its other requests.
    package static let bodyBytesOnLoop = 256 * 1024
    /// The bytes of text whose tokens are counted one by one: a tenth of a second on another thread.
    package static let countedTextBytes = 1 << 20
    /// The bytes of a body that a loop translates by itself.
    package static let translatedBytesOnLoop = 64 * 1024
    /// The bytes of a whole answer that is translated.
    package static let translatedAnswerBytes = 16 << 20

    /// The attempts that serve one request.
    package static let attempts = 10
    /// The entries of a request's `models`.
    package static let modelsOfARequest = 32
    /// The parts of a form.
    package static let formParts = 256
    /// The bytes of the headers of one part of a form.
    package static let formPartHeadBytes = 8 * 1024
    /// The entries of one allow list of an access key configuration.
    package static let allowListEntries = 1024
    /// The rules of an access key configuration.
    package static let configurationRules = 256
    /// The steps of a rule.
    package static let ruleSteps = 16
    /// The keys of a step.
    package static let stepKeys = 64
    /// The targets of a virtual model.
    package static let virtualModelTargets = 10
    /// The bytes of an answer held back before the commit.
    package static let heldBackBytes = 256 * 1024
    /// The bytes of one response header value of ours.
    package static let headerValueBytes = 1024
    /// The tokens of an answer whose length nobody limits, for an estimate of its price.
    package static let assumedOutputTokens = 4096
    /// The cap of an answer whose length nobody limits and of which nothing is seen as it comes.
    package static let unseenOutputTokens = 16_384
    /// The bytes of an answer that are read at most when its client is gone.
    package static let drainedBytes = 16 << 20
    /// How long a client waits for its end while the ledger can't be written.
    package static let settlementWait: Duration = .seconds(60)
    /// How long the end of a connection is waited for when all was said.
    package static let lastByteWait: Duration = .seconds(1)
    /// The most answers of one request that a hold is made for.
    package static let pricedChoices = 128
    /// The input that is assumed of a request that refers to what is not in it, for a model whose
    /// context nobody knows.
    package static let unseenInputTokens = 200_000
    /// The least that is bought at once.
    package static let leastPurchase = NanoDollars(5_000_000_000)
    /// How long granted money can be spent, in days.
    package static let grantDays = 365
    /// The bytes of an idempotency key.
    package static let idempotencyKeyBytes = 255
    /// The output that an account must be able to pay beside the input.
    package static let leastOutputTokens = 256
    /// The output that a crash may take from the books, of a stream that is paid.
    package static let unnotedOutputTokens = 256
    /// The top-level members of a body that is changed for its candidate.
    package static let bodyMembers = 4096
    /// The members taken out of a body that are told by name.
    package static let removedNames = 64
    /// The bytes of an upstream's headers that pass; nginx's `fastcgi_buffer_size` holds them all.
    package static let passedHeaderBytes = 8 * 1024
    /// The bytes of a client's model name in the log.
    package static let loggedNameBytes = 512
    /// The waits for a provider's `Retry-After` of one request.
    package static let retryAfterWaits = 2
    /// The longest `Retry-After` that is waited for.
    package static let retryAfterWait: Duration = .seconds(5)

    /// The names of keys, models and the like whose numbers the ledger has at hand.
    package static let ledgerNames = 16_384
    /// The bytes of such a name.
    package static let ledgerNameBytes = 512
    /// The records that wait for the ledger when a usage event without a settlement is dropped.
    package static let waitingUsageEvents = 65_536

    /// How far a key's `lastUsed` may lag.
    package static let lastUsedLag: Duration = .seconds(60)
    /// How often `last-used.jsonl` is written.
    package static let lastUsedInterval: Duration = .seconds(30)
    /// The balances at which an account is warned.
    package static let warningThresholds = 16
    /// Those who are warned by mail.
    package static let warningReceivers = 32
    /// The warnings that wait to be sent, each once for each way.
    package static let warningsOnTheirWay = 256
    /// How often a warning is tried: over an hour and a half.
    package static let warningAttempts = 24
    /// How often balances are looked at.
    package static let warningRound: Duration = .seconds(1)
    /// Those who watch requests as they end, at once.
    package static let liveWatchers = 64
    /// The requests that wait for one who watches, and their bytes.
    package static let liveLines = 4096
    package static let liveBytes = 4 << 20
    /// The longest that one attempt to send a warning may take.
    package static let warningTimeout: Duration = .seconds(30)

    /// Checks what must hold between the limits; called once at start.
    package static func assertRelations() {
        precondition(
            nameLength + descriptionLength + metadataBytes < storeLineBytes / 16,
            "a record at its limits, every byte escaped, must fit a line of the store"
        )
        precondition(
            providerKeyValueBytes < storeLineBytes / 16,
            "a sealed provider key must fit a line of the store"
        )
        precondition(
            storeBytes <= Int(UInt32.max) && storeLineBytes < storeBytes,
            "a position in the store's texts must fit 32 bits"
        )
        precondition(
            lastUsedInterval * 2 <= lastUsedLag,
            "one missed write of last-used must not exceed the promised lag"
        )
        precondition(
            virtualModelTargets <= modelsOfARequest,
            "a virtual model must not offer more than a client may ask for"
        )
    }
}
