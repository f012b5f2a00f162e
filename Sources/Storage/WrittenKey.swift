import Access
import Model

/// An access key's line in the very form in which this program writes it.
///
/// A large store is read by these: no part of the line becomes a value that nobody asks for. What
/// has another form, is deleted, has an escape, an object as metadata or anything else that is rare
/// is read by ``StoreLine`` as any JSON; what is read here reads the same there.
struct WrittenKey {
    let sequence: UInt64
    let id: Range<Int>
    let name: Range<Int>
    let account: Range<Int>
    let description: Range<Int>
    /// Text; a line with an object is read otherwise.
    let metadata: Range<Int>
    private let gateway: Range<Int>?
    let configuration: Range<Int>?
    private let handle: TokenHandle
    private let hash: TokenHash
    let keyRedacted: Range<Int>
    private let creation: Range<Int>
    private let update: Range<Int>
    private let creator: Range<Int>
    private let updater: Range<Int>
    private let expiry: Range<Int>?
    private let isDisabled: Bool

    /// Reads a line without its newline; nil when it has another form.
    init?(_ line: Span<UInt8>) {
        var reader = WrittenReader()
        guard reader.take("{\"v\":1,\"seq\":", line), let sequence = reader.number(line),
            reader.take(",\"type\":\"accessKey\",\"id\":", line), let id = reader.id(line),
            reader.take(",\"accountId\":", line), let account = reader.id(line),
            reader.take(",\"name\":", line), let name = reader.text(line),
            reader.take(",\"description\":", line), let description = reader.text(line),
            reader.take(",\"metadata\":", line), let metadata = reader.text(line),
            reader.take(",\"endpointId\":", line), let gateway = reader.optionalID(line),
            reader.take(",\"accessKeyConfigurationId\":", line),
            let configuration = reader.optionalID(line),
            reader.take(",\"handle\":", line), let handle = reader.text(line),
            let handle = handle.count == TokenHandle.length
                ? TokenHandle(line.extracting(handle)) : nil,
            reader.take(",\"hash\":", line), let hash = reader.text(line),
            let hash = TokenHash(hexadecimal: line.extracting(hash)),
            reader.take(",\"keyRedacted\":", line), let keyRedacted = reader.text(line),
            reader.take(",\"createdAt\":", line), let creation = reader.moment(line),
            reader.take(",\"updatedAt\":", line), let update = reader.moment(line),
            reader.take(",\"createdBy\":", line), let creator = reader.text(line),
            reader.take(",\"lastUpdatedBy\":", line), let updater = reader.text(line),
            reader.take(",\"expiresAt\":", line), let expiry = reader.optionalMoment(line),
            reader.take(",\"disabled\":", line), let isDisabled = reader.bool(line),
            reader.take("}", line), reader.position == line.count
        else { return nil }
        self.sequence = sequence
        self.id = id
        self.name = name
        self.account = account
        self.description = description
        self.metadata = metadata
        self.gateway = gateway.range
        self.configuration = configuration.range
        self.handle = handle
        self.hash = hash
        self.keyRedacted = keyRedacted
        self.creation = creation
        self.update = update
        self.creator = creator
        self.updater = updater
        self.expiry = expiry.range
        self.isDisabled = isDisabled
    }

    /// The policy that it is under.
    func configurationID(_ line: Span<UInt8>) -> ConfigurationID? {
        configuration.map { ConfigurationID(line.text($0)) }
    }

    /// What a key table keeps of it.
    func facts(_ line: Span<UInt8>) -> KeyFacts {
        KeyFacts(
            handle: handle,
            hash: hash,
            accountID: AccountID(line.text(account)),
            gatewayID: gateway.map { GatewayID(line.text($0)) },
            configurationID: configurationID(line),
            usableUntil: expiry.flatMap { Timestamp(line.text($0)) }?.unixSecond,
            isDisabled: isDisabled
        )
    }

    /// The account that it belongs to.
    func accountID(_ line: Span<UInt8>) -> AccountID {
        AccountID(line.text(account))
    }

    /// When it was made; nil for what is no moment.
    func createdAt(_ line: Span<UInt8>) -> Timestamp? {
        Timestamp(line.text(creation))
    }

    /// All of it; nil for what is no moment.
    func record(_ line: Span<UInt8>) -> AccessKeyRecord? {
        guard let createdAt = createdAt(line), let updatedAt = Timestamp(line.text(update))
        else { return nil }
        return AccessKeyRecord(
            id: AccessKeyID(line.text(id)),
            accountID: accountID(line),
            name: line.text(name),
            description: line.text(description),
            metadata: .text(line.text(metadata)),
            gatewayID: gateway.map { GatewayID(line.text($0)) },
            configurationID: configuration.map { ConfigurationID(line.text($0)) },
            handle: handle,
            hash: hash,
            keyRedacted: line.text(keyRedacted),
            createdAt: createdAt,
            updatedAt: updatedAt,
            createdBy: line.text(creator),
            lastUpdatedBy: line.text(updater),
            expiresAt: expiry.flatMap { Timestamp(line.text($0)) },
            isDisabled: isDisabled
        )
    }
}
