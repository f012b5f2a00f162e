import ArgumentParser
import JSON
import Model
import Storage

/// What a command says of a provider of an account: by options, or by a JSON object.
struct ProviderInput: ParsableArguments {
    @Option(
        help: """
            The file with a JSON object: providerId, name, baseUrl, metadata, supportedApiSurfaces, \
            models; - is standard input, which is read too where no option says anything.
            """,
        completion: .file(extensions: ["json"])
    )
    var file: String?

    @Option(help: "What people call it, 255 characters at most.")
    var name: String?

    @Option(help: "Where it is: https, or http for .internal hosts.")
    var baseUrl: String?

    @Option(help: "What programs say about it: text or a JSON object, 4096 bytes at most.")
    var metadata: String?

    /// Reads it.
    ///
    /// - Parameter isComplete: whether options alone say enough.
    func read(unlessSaid isSaid: Bool) throws -> CustomProviderDraft {
        let isOfOptions = isSaid || name != nil || baseUrl != nil || metadata != nil
        var draft = CustomProviderDraft()
        if file != nil || !isOfOptions {
            draft = try JSONInput.read(file) { root in
                try CustomProviderDraft(root)
            }
        }
        if let name { draft.name = name }
        if let baseUrl { draft.baseURL = baseUrl }
        if let metadata { draft.metadata = try RecordOptions.metadata(metadata) }
        return draft
    }
}

/// A JSON object in a file or on standard input.
enum JSONInput {
    /// Reads it; nil and `-` are standard input.
    static func read<Draft>(
        _ file: String?,
        _ make: (JSONValue) throws -> Draft
    ) throws -> Draft {
        let source = file.flatMap { $0 == "-" ? nil : $0 }
        let name = source ?? "standard input"
        let bytes =
            try source.map { try ConfigurationSources.contents(of: $0, limit: 1 << 20) }
            ?? StandardInput.readAll()
        do {
            return try make(JSONDocument.parse(bytes.span).root)
        } catch let error as JSONParseError {
            throw Refused("\(name) is not JSON: \(error)")
        } catch let error as DraftError {
            throw Refused("\(name): \(error)")
        }
    }
}
