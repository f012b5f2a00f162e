import Access
import JSON
import Model

/// Why a line can't be read, in words that follow `file:line: `.
struct MemberError: Error, Equatable {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}

/// The members that lines of our files have; the cases are named as the members are.
enum MemberName: Int, CaseIterable {
    case v, seq, type, id, deleted, accountId, providerId, name, description, metadata
    case endpointId, accessKeyConfigurationId, handle, hash, sealedValue, keyRedacted
    case createdAt, updatedAt, createdBy, lastUpdatedBy, expiresAt, disabled, lastUsed, access,
        router, budget, role
    case totalTimeout, perRequestTimeout, maxInputTokens, maxOutputTokens
    case baseUrl, supportedApiSurfaces, models, targets

    /// The members' names, in the order of the cases.
    static let texts = allCases.map { "\($0)" }

    /// In quotes, as it stands in the file.
    var quoted: String { "\"\(self)\"" }
}

/// Takes the members of one record, each with the type that it must have, and then nothing else.
///
/// The line is scanned, not modelled: a start reads a hundred thousand of them.
struct MemberReader {
    private static let scanner = MemberScanner(MemberName.texts)

    private let bytes: [UInt8]
    private let members: Members
    /// A bit for each member taken.
    private var taken: UInt64 = 0

    /// Scans a line.
    init(_ bytes: [UInt8]) throws(MemberError) {
        do throws(ScanError) {
            members = try MemberReader.scanner.scan(bytes.span)
        } catch {
            throw MemberError(error)
        }
        self.bytes = bytes
    }

    /// An integer.
    mutating func integer(_ name: MemberName) throws(MemberError) -> Int {
        let member = try member(name)
        let digits = String(decoding: bytes[member.value], as: UTF8.self)
        guard let value = Int(digits) else { throw MemberError("\(name.quoted) is not an integer") }
        return value
    }

    /// An integer of a range, or null.
    mutating func optionalInteger(
        _ name: MemberName,
        _ range: ClosedRange<Int>
    ) throws(MemberError) -> Int? {
        if try isNull(name) { return nil }
        let value = try integer(name)
        guard range.contains(value) else {
            throw MemberError(
                "\(name.quoted) is not from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return value
    }

    /// `true` or `false`.
    mutating func bool(_ name: MemberName) throws(MemberError) -> Bool {
        switch try member(name).kind {
        case .true: return true
        case .false: return false
        case .string, .number, .object, .array, .null:
            throw MemberError("\(name.quoted) is not true or false")
        }
    }

    /// Text of so many characters at most.
    mutating func text(_ name: MemberName, atMost limit: Int? = nil) throws(MemberError) -> String {
        let text = try text(name, in: try member(name))
        if let limit, text.unicodeScalars.count > limit {
            throw MemberError("\(name.quoted) has more than \(limit) characters")
        }
        return text
    }

    /// Text that is an id.
    mutating func identifier(_ name: MemberName) throws(MemberError) -> String {
        let text = try text(name)
        guard (1...Limits.identifierBytes).contains(text.utf8.count) else {
            throw MemberError("\(name.quoted) does not have 1 to \(Limits.identifierBytes) bytes")
        }
        return text
    }

    /// Text that is an id, or null.
    mutating func optionalIdentifier(_ name: MemberName) throws(MemberError) -> String? {
        try isNull(name) ? nil : try identifier(name)
    }

    /// What a text stands for.
    mutating func value<Value>(
        _ name: MemberName,
        _ read: (String) -> Value?
    ) throws(MemberError) -> Value {
        let text = try text(name)
        guard let value = read(text) else { throw MemberError("\(name.quoted) is malformed") }
        return value
    }

    /// What a text stands for, or null.
    mutating func optionalValue<Value>(
        _ name: MemberName,
        _ read: (String) -> Value?
    ) throws(MemberError) -> Value? {
        try isNull(name) ? nil : try value(name, read)
    }

    /// Text or an object.
    mutating func metadata() throws(MemberError) -> Metadata {
        let member = try member(.metadata)
        let metadata: Metadata =
            member.kind == .object
            ? .object(json: try json(member.value)) : .text(try text(.metadata, in: member))
        guard metadata.byteCount <= Limits.metadataBytes else {
            throw MemberError(
                "\(MemberName.metadata.quoted) has more than \(Limits.metadataBytes) bytes"
            )
        }
        return metadata
    }

    /// A value of any kind, as a tree.
    mutating func tree(_ name: MemberName) throws(MemberError) -> JSONValue {
        try document(try member(name).value).root
    }

    /// A budget, where there is one.
    mutating func budget() throws(MemberError) -> Budget? {
        guard members[MemberName.budget.rawValue] != nil else { return nil }
        return try Budget(WrittenValue(try tree(.budget), at: "\(MemberName.budget)"))
    }

    /// Whether the record says that it is no more.
    mutating func deletion() throws(MemberError) -> Bool {
        guard members[MemberName.deleted.rawValue] != nil else { return false }
        guard try bool(.deleted) else {
            throw MemberError("\(MemberName.deleted.quoted) is not true")
        }
        return true
    }

    /// Refuses what no one took.
    func refuseOthers() throws(MemberError) {
        guard taken.nonzeroBitCount != members.count else { return }
        let others = try document(0..<bytes.count).root.members.map(\.name).filter { name in
            guard let place = MemberName.texts.firstIndex(of: name) else { return true }
            return taken & 1 << UInt64(place) == 0
        }
        throw MemberError("unknown member \(others.map { "\"\($0)\"" }.joined(separator: ", "))")
    }

    private mutating func member(_ name: MemberName) throws(MemberError) -> Member {
        guard let member = members[name.rawValue] else {
            throw MemberError("\(name.quoted) is missing")
        }
        taken |= 1 << UInt64(name.rawValue)
        return member
    }

    private mutating func isNull(_ name: MemberName) throws(MemberError) -> Bool {
        try member(name).kind == .null
    }

    private func text(_ name: MemberName, in member: Member) throws(MemberError) -> String {
        guard member.kind == .string, let text = decodeJSONString(bytes.span, member.value) else {
            throw MemberError("\(name.quoted) is not text")
        }
        return text
    }

    /// The text of an object, whose grammar the scanner has not checked.
    private func json(_ range: Range<Int>) throws(MemberError) -> String {
        _ = try document(range)
        return String(decoding: bytes[range], as: UTF8.self)
    }

    private func document(_ range: Range<Int>) throws(MemberError) -> JSONDocument {
        do throws(JSONParseError) {
            return try .parse(bytes.span.extracting(range))
        } catch {
            throw MemberError("not JSON: \(error.reason)")
        }
    }
}

extension MemberError {
    fileprivate init(_ error: ScanError) {
        switch error {
        case .notAnObject, .notAnArray: self.init("not a JSON object")
        case .duplicateMember(let name): self.init("\"\(name)\" occurs twice")
        case .malformed(let place): self.init("not JSON at byte \(place + 1)")
        case .trailingBytes(let place): self.init("more after the object, at byte \(place + 1)")
        case .tooDeep: self.init("nested too deeply")
        case .tooManyMembers(let limit): self.init("more than \(limit) members")
        }
    }
}
