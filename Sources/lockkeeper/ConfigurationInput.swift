import ArgumentParser
import JSON
import Storage

/// Where a command finds the JSON of an access key configuration.
struct ConfigurationInput: ParsableArguments {
    @Option(
        help: "The file with the JSON object; without it, or with -, standard input.",
        completion: .file(extensions: ["json"])
    )
    var file: String?

    /// Reads it.
    func read() throws -> KeyConfigurationDraft {
        let source = file.flatMap { $0 == "-" ? nil : $0 }
        let name = source ?? "standard input"
        let bytes =
            try source.map { try ConfigurationSources.contents(of: $0, limit: 1 << 20) }
            ?? StandardInput.readAll()
        do {
            return try KeyConfigurationDraft(JSONDocument.parse(bytes.span).root)
        } catch let error as JSONParseError {
            throw Refused("\(name) is not JSON: \(error)")
        } catch let error as KeyConfigurationError {
            throw Refused("\(name): \(error)")
        }
    }
}
