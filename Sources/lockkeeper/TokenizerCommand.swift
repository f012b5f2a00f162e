import ArgumentParser
import JSON
import Storage
import Tokenizer

/// `lockkeeper tokenizer`.
struct TokenizerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenizer",
        abstract: "Vocabularies, by which tokens are counted exactly.",
        discussion: "Without them tokens are estimated, with a margin.",
        subcommands: [
            TokenizerInstallCommand.self, TokenizerListCommand.self, TokenizerCountCommand.self,
        ]
    )
}

/// `lockkeeper tokenizer install`.
struct TokenizerInstallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Take vocabularies from a file into the state directory.",
        discussion: """
            The file is one of tiktoken's (o200k_base, cl100k_base), whatever its name, or the \
            litellm wheel of PyPI, which holds both: pip download --no-deps litellm. What is taken \
            is known by its SHA-256.
            """
    )

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("The file.", valueName: "file"), completion: .file())
    var from: String

    func run() throws {
        let files = try common.vocabularyFiles()
        let names = try files.install(from: from)
        Output.show(try names.map { try VocabularyResource($0, files) }, asJSON: common.json)
    }
}

/// `lockkeeper tokenizer list`.
struct TokenizerListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the vocabularies and whether they are installed."
    )

    @OptionGroup var common: CommonOptions

    func run() throws {
        let files = try common.vocabularyFiles()
        let names = VocabularyName.allCases
        Output.show(try names.map { try VocabularyResource($0, files) }, asJSON: common.json)
    }
}

extension CommonOptions {
    func vocabularyFiles() throws -> VocabularyFiles {
        let configuration = try ConfigurationLoader.load(
            path: configurationPath,
            secrets: .optional
        )
        return VocabularyFiles(of: try StateDirectory(configuration.state))
    }
}

/// A vocabulary as it is shown.
private struct VocabularyResource: Resource {
    private let name: VocabularyName
    private let path: String
    private let condition: VocabularyFiles.Condition

    init(_ name: VocabularyName, _ files: VocabularyFiles) throws {
        self.name = name
        path = files.path(of: name)
        condition = try files.condition(of: name)
    }

    static let columns = ["NAME", "STATUS", "FILE"]

    var row: [String] { [name.rawValue, status, path] }

    var details: [(title: String, text: String)] {
        zip(VocabularyResource.columns, row).map { ($0.lowercased(), $1) }
    }

    private var status: String {
        switch condition {
        case .installed: "installed"
        case .absent: "absent"
        case .damaged: "damaged"
        }
    }

    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", name.rawValue)
        writer.member("status", status)
        writer.member("file", path)
        writer.member("sha256", name.sha256)
        writer.endObject()
    }
}
