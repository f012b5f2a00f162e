package import Access
package import JSON
import Model
import Storage

/// An account's settings as they are shown.
package struct AccountSettingsView: APIResource {
    /// The settings.
    package let settings: AccountSettings

    /// Settings.
    package init(_ settings: AccountSettings) {
        self.settings = settings
    }

    package var uri: String {
        settings.accountID == .standard
            ? "/gateway-config"
            : "/gateway-config?accountId=" + PercentText.encoded(settings.accountID.rawValue)
    }
    package var tag: String { EntityTag.of(.accountSettings(settings)) }

    package func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", settings.accountID.rawValue)
        writer.member("uri", uri)
        writer.member("accountId", settings.accountID.rawValue)
        writer.member("totalTimeout", settings.totalTimeout.map(AccountSettingsDraft.text))
        writer.member(
            "perRequestTimeout",
            settings.perRequestTimeout.map(AccountSettingsDraft.text)
        )
        writer.number("maxInputTokens", settings.maxInputTokens)
        writer.number("maxOutputTokens", settings.maxOutputTokens)
        writer.metadata(settings.metadata)
        writer.history(
            settings.createdAt,
            settings.createdBy,
            settings.updatedAt,
            settings.lastUpdatedBy
        )
        writer.endObject()
    }
}
