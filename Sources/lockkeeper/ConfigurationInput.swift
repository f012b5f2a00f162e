import ArgumentParser

/// Where a command finds the JSON of an access key configuration.
struct ConfigurationInput: ParsableArguments {
    @Option(
        help: "The file with the JSON object; without it, or with -, standard input.",
        completion: .file(extensions: ["json"])
    )
    var file: String?

    /// Reads it.
    func read() throws -> ObjectInput { try ObjectInput(file) }
}
