package import JSON
package import Model
package import Routing

/// A body made fit for one candidate.
package struct EditedBody {
    /// What is sent.
    package let bytes: ByteBuffer
    /// The names of the members that were taken out.
    package let removed: [String]
    /// Whether it asks for the usage of a stream, which the client did not.
    let addsUsage: Bool
}

/// Makes a body fit for a candidate: takes out what the candidate does not take, sets what the
/// configuration sets, and keeps the answer's length within the gateway's limit.
///
/// All other bytes stay as the client sent them. What is set takes the place of every member of its
/// name; a limit that is there twice is refused, as nobody could say which one counts.
package struct BodyEditor {
    private let rules: ParameterRules
    private let operation: Operation
    private let provider: ProviderID
    private let supported: NameList
    private let unsupported: NameList
    private let merged: NameList
    /// The names of the members that limit the answer's length, where it has a limit.
    private let limits: NameList

    /// An editor for a candidate of this provider.
    package init(_ rules: ParameterRules, for operation: Operation, at provider: ProviderID) {
        var rules = rules
        // What only counts tokens is neither limited nor given settings.
        if operation.onlyCounts {
            rules.merged = []
            rules.maxOutputTokens = nil
        }
        self.rules = rules
        self.operation = operation
        self.provider = provider
        supported = NameList(rules.supported)
        unsupported = NameList(rules.unsupported)
        merged = NameList(rules.merged.map(\.name))
        switch operation.outputLimit {
        case .members(let names) where rules.maxOutputTokens != nil: limits = NameList(names)
        case .generationConfig where rules.maxOutputTokens != nil:
            limits = NameList(["generationConfig", "generation_config"])
        case .members, .generationConfig, .none: limits = NameList([])
        }
    }

    /// What a pass over the body finds.
    private struct Findings {
        var members = 0
        var removed: [String] = []
        /// The places in `merged` that took a member's place.
        var set: [Int] = []
        /// The limits that stay in the body.
        var limits: Set<Int> = []
        /// The limit that the client asked for by a name that is not taken.
        var asked: Int?
        /// Whether the client said what is to be told of its stream, and whether it wants the usage.
        var saysOptions = false
        var asksForUsage = false
    }

    /// The body for the candidate; nil when it is fit as it is.
    package func edit(_ body: ByteBuffer) throws(ScanError) -> EditedBody? {
        var findings = Findings()
        let edited = ByteBuffer()
        let hasChanged = try body.withBytes { (bytes: Span<UInt8>) throws(ScanError) in
            edited.reserve(bytes.count + 256)
            return try rewriteJSONObject(
                bytes,
                in: 0..<bytes.count,
                change: { (name, kind, value) throws(ScanError) in
                    try change(bytes, name, kind, value, &findings)
                },
                additions: { additions(findings) },
                emit: { edited.append($0) }
            )
        }
        guard hasChanged else { return nil }
        var seen: Set<String> = []
        let removed = findings.removed.filter { seen.insert($0).inserted }
        let takesOptions = takes(Self.options.utf8Span.span)
        return EditedBody(
            bytes: edited,
            removed: removed,
            addsUsage: rules.asksForUsage && takesOptions && !findings.asksForUsage
        )
    }

    private func change(
        _ bytes: Span<UInt8>,
        _ name: Span<UInt8>,
        _ kind: ValueKind,
        _ value: Range<Int>,
        _ findings: inout Findings
    ) throws(ScanError) -> MemberChange {
        findings.members += 1
        if findings.members > Limits.bodyMembers {
            throw .tooManyMembers(limit: Limits.bodyMembers)
        }
        if let place = merged.place(of: name) {
            guard !findings.set.contains(place) else { return .remove }
            findings.set.append(place)
            return .replace(rules.merged[place].value)
        }
        if rules.asksForUsage, name.spell(Self.options), takes(name) {
            return try options(bytes, kind, value, &findings)
        }
        let limitPlace = limits.place(of: name)
        if !takes(name) {
            if limitPlace != nil { findings.asked = integer(bytes, kind, value) }
            note(name, in: &findings)
            return .remove
        }
        guard let limitPlace, let limit = rules.maxOutputTokens else { return .keep }
        guard findings.limits.insert(limitPlace).inserted else {
            throw .duplicateMember(limits.names[limitPlace])
        }
        if operation.outputLimit == .generationConfig {
            return try generationConfig(bytes, kind, value, limit)
        }
        return clamp(bytes, kind, value, limit)
    }

    /// Whether a member stays.
    private func takes(_ name: Span<UInt8>) -> Bool {
        let isTaken =
            unsupported.place(of: name) == nil
            && (supported.isEmpty || supported.place(of: name) != nil || operation.carries(name))
        return isTaken || operation.needs(name)
    }

    /// Notes what was taken out, as far as a client that means well has such names.
    private func note(_ name: Span<UInt8>, in findings: inout Findings) {
        guard findings.removed.count < Limits.removedNames else { return }
        findings.removed.append(name.extracting(first: Limits.headerValueBytes).text)
    }

    // MARK: The usage of a stream

    private static let options = "stream_options"
    private static let usageWish = MemberScanner(["include_usage"])

    /// What the client wants to be told of its stream, and the usage.
    private func options(
        _ bytes: Span<UInt8>,
        _ kind: ValueKind,
        _ value: Range<Int>,
        _ findings: inout Findings
    ) throws(ScanError) -> MemberChange {
        guard !findings.saysOptions else { return .remove }
        findings.saysOptions = true
        guard kind == .object else { return .replace(Self.asking) }
        if try Self.usageWish.scan(bytes, in: value)[0]?.kind == .true {
            findings.asksForUsage = true
            return .keep
        }
        var edited: [UInt8] = []
        _ = try rewriteJSONObject(
            bytes,
            in: value,
            change: { name, _, _ in name.spell("include_usage") ? .remove : .keep },
            additions: { member("include_usage", "true") },
            emit: { part in
                unsafe part.withUnsafeBufferPointer { unsafe edited.append(contentsOf: $0) }
            }
        )
        return .replace(edited)
    }

    private static let asking = Array(#"{"include_usage":true}"#.utf8)

    /// The wish for a body that says nothing of it.
    private func options(_ findings: Findings) -> [UInt8] {
        guard rules.asksForUsage, !findings.saysOptions, takes(Self.options.utf8Span.span) else {
            return []
        }
        return member(Self.options, Self.asking)
    }

    // MARK: The limit

    /// A value that is no number within the limit gives way to the limit.
    private func clamp(
        _ bytes: Span<UInt8>,
        _ kind: ValueKind,
        _ value: Range<Int>,
        _ limit: Int
    ) -> MemberChange {
        guard let asked = integer(bytes, kind, value), (0...limit).contains(asked) else {
            return .replace(Array(String(limit).utf8))
        }
        return .keep
    }

    private func integer(_ bytes: Span<UInt8>, _ kind: ValueKind, _ value: Range<Int>) -> Int? {
        guard kind == .number, value.count < 20 else { return nil }
        return Int(bytes.extracting(value).text)
    }

    private static let spellings = NameList(["maxOutputTokens", "max_output_tokens"])

    private func generationConfig(
        _ bytes: Span<UInt8>,
        _ kind: ValueKind,
        _ value: Range<Int>,
        _ limit: Int
    ) throws(ScanError) -> MemberChange {
        guard kind == .object else { return .replace(generationConfig(limit)) }
        var isLimited = false
        var edited: [UInt8] = []
        let hasChanged = try rewriteJSONObject(
            bytes,
            in: value,
            change: { name, kind, value in
                guard Self.spellings.place(of: name) != nil else { return .keep }
                isLimited = true
                return clamp(bytes, kind, value, limit)
            },
            additions: { isLimited ? [] : member("maxOutputTokens", "\(limit)") },
            emit: { part in
                unsafe part.withUnsafeBufferPointer { unsafe edited.append(contentsOf: $0) }
            }
        )
        return hasChanged ? .replace(edited) : .keep
    }

    private func generationConfig(_ limit: Int) -> [UInt8] {
        Array("{\"maxOutputTokens\":\(limit)}".utf8)
    }

    // MARK: What is added

    private func additions(_ findings: Findings) -> [UInt8] {
        var additions: [UInt8] = []
        for (place, member) in rules.merged.enumerated() where !findings.set.contains(place) {
            append(self.member(member.name, member.value), to: &additions)
        }
        append(limit(findings), to: &additions)
        append(options(findings), to: &additions)
        return additions
    }

    /// The limit for a body without one; the operator's own stands above it.
    private func limit(_ findings: Findings) -> [UInt8] {
        guard let limit = rules.maxOutputTokens, findings.limits.isEmpty,
            !limits.names.contains(where: { merged.place(of: $0.utf8Span.span) != nil }),
            let name = limitName
        else { return [] }
        if operation.outputLimit == .generationConfig {
            return member(name, generationConfig(limit))
        }
        let asked = findings.asked.map { $0 < 0 ? limit : min($0, limit) }
        return member(name, "\(asked ?? limit)")
    }

    /// The name that the candidate takes; OpenAI's newer models take the second of two alone.
    private var limitName: String? {
        let names =
            provider.rawValue.lowercased() == "openai" ? limits.names.reversed() : limits.names
        return names.first { takes($0.utf8Span.span) }
    }

    private func append(_ member: [UInt8], to additions: inout [UInt8]) {
        if !additions.isEmpty, !member.isEmpty { additions.append(UInt8(ascii: ",")) }
        additions += member
    }

    private func member(_ name: String, _ value: String) -> [UInt8] {
        member(name, Array(value.utf8))
    }

    private func member(_ name: String, _ value: [UInt8]) -> [UInt8] {
        var writer = JSONWriter()
        writer.key(name)
        return writer.bytes + value
    }
}

/// Names to look members up in; most are told apart by their length.
struct NameList {
    let names: [String]
    private let lengths: UInt64

    init(_ names: [String]) {
        self.names = names
        lengths = names.reduce(0) { $0 | NameList.bit(of: $1.utf8.count) }
    }

    var isEmpty: Bool { names.isEmpty }

    /// The place of a name in the list.
    func place(of name: Span<UInt8>) -> Int? {
        guard lengths & NameList.bit(of: name.count) != 0 else { return nil }
        return names.firstIndex { name.spell($0) }
    }

    private static func bit(of length: Int) -> UInt64 { 1 &<< UInt64(min(length, 63)) }
}
