package import JSON
package import Model

/// A member of a request that is carried over by its value alone.
package struct Setting: Sendable {
    /// What it means.
    package let meaning: SettingMeaning
    /// What the client calls it.
    package let name: String
    /// Its value.
    package let value: JSONCursor
}

/// What members mean that go by different names in different dialects.
package enum SettingMeaning: CaseIterable, Sendable {
    case temperature, topP, topK, frequencyPenalty, presencePenalty, seed
    case serviceTier, verbosity, metadata
    case cacheKey, cacheRetention, safetyIdentifier
}

/// What a dialect calls the members of its requests.
///
/// A setting is carried from one dialect to another when both have a name for it, else dropped.
package struct MemberNames: Sendable {
    /// Settings, by their names; those of an object within the request with a dot.
    let settings: [(name: String, meaning: SettingMeaning)]
    /// Members that are read, each in its own way.
    let read: [String]
    /// Members without which the request would mean something else: their presence is an error.
    let refused: [(name: String, reason: String)]
    /// Settings that are read here but that few providers of the dialect take.
    var unwritten: [SettingMeaning] = []

    /// What a name means.
    func meaning(of name: String) -> SettingMeaning? {
        settings.first { $0.name == name }?.meaning
    }

    /// What something is called; nil when the dialect has no word for it.
    func name(of meaning: SettingMeaning) -> String? {
        if unwritten.contains(meaning) { return nil }
        return settings.first { $0.meaning == meaning }?.name
    }
}

extension Dialect {
    /// What the members of this dialect's requests are called.
    package var memberNames: MemberNames { row.names }
}

extension NeutralRequest {
    /// Takes a member that needs no reading of its own: a setting, a refused one, or one that is
    /// dropped.
    mutating func take(
        _ name: String,
        _ value: JSONCursor,
        _ names: MemberNames
    ) throws(TranslationError) {
        if let meaning = names.meaning(of: name) {
            settings.append(Setting(meaning: meaning, name: name, value: value))
        } else if let refused = names.refused.first(where: { $0.name == name }) {
            if value.says { throw TranslationError(name, refused.reason) }
        } else if value.says {
            noteRemoved(name)
        }
    }
}

extension JSONCursor {
    /// Whether the value asks for anything: false, null and what is empty do not.
    var says: Bool {
        switch kind {
        case .null, .false: false
        case .true, .number: true
        case .string: range.count > 2
        case .object, .array:
            elements.first { _ in true } != nil || members.first { _ in true } != nil
        }
    }
}
