import ArgumentParser
import JSON
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

    /// Writes the members that are said.
    ///
    /// - Parameter id: what it is called in addresses of models; of a new one alone.
    func write(into writer: inout JSONWriter, id: String? = nil) throws {
        let texts: [(member: StaticString, text: String?)] = [
            ("providerId", id), ("name", name), ("baseUrl", baseUrl),
        ]
        let said =
            texts.filter { $0.text != nil }.map { "\($0.member)" }
            + (metadata == nil ? [] : ["metadata"])
        if file != nil || said.isEmpty { try ObjectInput(file).write(into: &writer, but: said) }
        for (member, text) in texts {
            if let text { writer.member(member, text) }
        }
        if let metadata { writer.metadata(try RecordOptions.metadata(metadata)) }
    }
}
