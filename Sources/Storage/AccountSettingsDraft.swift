package import Access
package import JSON
package import Model

/// An account's settings as a person writes them, or a change to them: what is nil is left out, and
/// nil in it clears.
package struct AccountSettingsDraft: Equatable, Sendable {
    /// All attempts together until the first content.
    package var totalTimeout: Duration??
    /// One attempt until its first content.
    package var perRequestTimeout: Duration??
    /// The most tokens of a request.
    package var maxInputTokens: Int??
    /// The most tokens of an answer.
    package var maxOutputTokens: Int??
    /// What programs say about them.
    package var metadata: Metadata?

    /// Nothing at all.
    package init() {}

    /// Reads a JSON object; a member that is null clears what stands there.
    package init(_ root: JSONValue) throws(DraftError) {
        let reader = try DraftReader(
            root,
            members: [
                "totalTimeout", "perRequestTimeout", "maxInputTokens", "maxOutputTokens",
                "metadata",
            ]
        )
        totalTimeout = try reader.optional("totalTimeout") { (written) throws(MemberError) in
            try written.duration()
        }
        perRequestTimeout = try reader.optional("perRequestTimeout") {
            (written) throws(MemberError) in try written.duration()
        }
        maxInputTokens = try reader.optional("maxInputTokens") { (written) throws(MemberError) in
            try written.tokens()
        }
        maxOutputTokens = try reader.optional("maxOutputTokens") {
            (written) throws(MemberError) in try written.tokens()
        }
        metadata = try reader.metadata()
    }

    /// Changes settings by what is said.
    package func apply(to settings: inout AccountSettings, at now: Timestamp, by author: String) {
        if let totalTimeout { settings.totalTimeout = totalTimeout }
        if let perRequestTimeout { settings.perRequestTimeout = perRequestTimeout }
        if let maxInputTokens { settings.maxInputTokens = maxInputTokens }
        if let maxOutputTokens { settings.maxOutputTokens = maxOutputTokens }
        if let metadata { settings.metadata = metadata }
        settings.updatedAt = now
        settings.lastUpdatedBy = author
    }

    /// An account's settings with the change.
    package func changed(
        _ id: AccountID,
        of accounts: StoredAccounts,
        at now: Timestamp,
        by author: String
    ) -> AccountSettings {
        var settings = accounts.settings[id] ?? AccountSettings(of: id, at: now, by: author)
        apply(to: &settings, at: now, by: author)
        return settings
    }

    /// A stretch of time as it is written everywhere: `30s`, `1h30m`.
    package static func duration(_ text: String) -> Duration? {
        ConfigurationQuantity.duration(text)
    }

    /// A stretch of time in that form.
    package static func text(_ duration: Duration) -> String {
        ConfigurationQuantity.text(duration)
    }
}

extension WrittenValue {
    fileprivate func duration() throws(MemberError) -> Duration {
        guard let duration = value.string.flatMap({ ConfigurationQuantity.duration($0) }) else {
            throw error("no stretch of time such as \"300ms\", \"30s\" or \"1h30m\"")
        }
        return duration
    }

    /// A number of tokens.
    func tokens() throws(MemberError) -> Int {
        guard let number = value.integer, Limits.settingsTokens.contains(Int(clamping: number))
        else {
            throw error("no whole number from 1 to \(Limits.settingsTokens.upperBound)")
        }
        return Int(number)
    }
}
