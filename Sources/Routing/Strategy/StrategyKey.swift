import Model
import Selection

/// A provider key that expressions choose among.
struct StrategyKey {
    let credential: Credential
    /// The provider's place in the table.
    let provider: Int
    /// What expressions and metrics call it; empty where none is sent.
    let name: String
    let measured: MeasuredScope

    init(_ credential: Credential, at provider: Int, _ routes: RouteTable) {
        self.credential = credential
        self.provider = provider
        name = credential.source.name(at: routes.providers[provider].id) ?? ""
        measured = credential.measured ?? MeasuredScope(.key(""))
    }

    func isSame(as other: StrategyKey) -> Bool {
        provider == other.provider && credential.source == other.credential.source
    }
}

extension ChoiceFacts.Caller {
    /// The metadata as expressions see it.
    var metadataValue: Value {
        isMetadataJSON ? Value(jsonText: metadata) ?? .string(metadata) : .string(metadata)
    }
}
