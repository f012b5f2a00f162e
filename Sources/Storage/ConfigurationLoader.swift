import Yams

/// Reads gateway.yaml.
package enum ConfigurationLoader {
    /// The longest file.
    private static let longest = 16 << 20

    /// Reads and checks a file; every problem is in the error.
    package static func load(
        path: String,
        secrets: ConfigurationSources.Secrets = .needed,
        environment: [String: String] = ConfigurationSources.processEnvironment
    ) throws(ConfigurationErrors) -> Configuration {
        let bytes: [UInt8]
        do throws(StorageError) {
            bytes = try ConfigurationSources.contents(of: path, limit: longest)
        } catch {
            throw refusal(of: path, "\(error.problem) (`lockkeeper init` writes a configuration)")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw refusal(of: path, "the file is not UTF-8")
        }
        var sources = ConfigurationSources(environment: environment)
        sources.secrets = secrets
        return try parse(text, path: path, sources: sources)
    }

    /// Where the state lies, for who asks a running worker: the file may have been broken since.
    ///
    /// - Throws: all problems of the file, when it does not even say where the state lies.
    package static func stateDirectory(path: String) throws(ConfigurationErrors) -> String {
        do throws(ConfigurationErrors) {
            return try load(path: path, secrets: .optional).state
        } catch {
            guard let state = legibleState(path) else { throw error }
            return state
        }
    }

    private static func legibleState(_ path: String) -> String? {
        let contents: [UInt8]?
        do throws(StorageError) {
            contents = try ConfigurationSources.contents(of: path, limit: longest)
        } catch {
            contents = nil
        }
        guard let contents, let text = String(validating: contents, as: UTF8.self),
            case .success(let node) = compose(text)
        else { return nil }
        var sources = ConfigurationSources(environment: ConfigurationSources.processEnvironment)
        sources.secrets = .optional
        let (_, directory) = place(of: path)
        var reader = ConfigurationReader(sources: sources, directory: directory)
        return reader.section(node, ConfigurationSchema.root, name: "")?.text("state")
            .map { absolute($0, in: directory) }
    }

    /// The whole path of a file, and that of its directory.
    private static func place(of path: String) -> (whole: String, directory: String) {
        let whole = absolute(path, in: ConfigurationSources.workingDirectory)
        return (whole, String(whole[..<(whole.lastIndex(of: "/") ?? whole.endIndex)]))
    }

    /// Reads and checks a text as if it stood in the file of that name.
    package static func parse(
        _ text: String,
        path: String,
        sources: ConfigurationSources
    ) throws(ConfigurationErrors) -> Configuration {
        let node: Node
        switch compose(text) {
        case .success(let composed): node = composed
        case .failure(let error): throw ConfigurationErrors(path: path, problems: [error.problem])
        }
        let (whole, directory) = place(of: path)
        var reader = ConfigurationReader(sources: sources, directory: directory)
        guard let root = reader.section(node, ConfigurationSchema.root, name: "") else {
            throw ConfigurationErrors(path: path, problems: reader.report.errors)
        }
        var builder = ConfigurationBuilder(
            path: whole,
            directory: directory,
            root: root,
            sources: sources,
            report: reader.report
        )
        if let configuration = builder.configuration() { return configuration }
        throw ConfigurationErrors(
            path: path,
            problems: ConfigurationReport.inOrder(builder.report.errors)
        )
    }

    private static func refusal(of path: String, _ text: String) -> ConfigurationErrors {
        ConfigurationErrors(
            path: path,
            problems: [ConfigurationProblem(line: nil, column: 1, text: text)]
        )
    }

    private struct SyntaxError: Error {
        let problem: ConfigurationProblem
    }

    private static func compose(_ text: String) -> Result<Node, SyntaxError> {
        do {
            // A file of comments alone is one without keys.
            return .success(try Yams.compose(yaml: text) ?? Node([(Node, Node)]()))
        } catch let error as YamlError {
            return .failure(SyntaxError(problem: problem(error)))
        } catch {
            return .failure(
                SyntaxError(
                    problem: ConfigurationProblem(line: nil, column: 1, text: "\(error)")
                )
            )
        }
    }

    private static func problem(_ error: YamlError) -> ConfigurationProblem {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return ConfigurationProblem(
                line: mark.line,
                column: mark.column,
                text: "no YAML: \(problem)"
            )
        case .duplicatedKeysInMapping(let names, let context):
            let list = names.map { "'\($0)'" }.joined(separator: ", ")
            return ConfigurationProblem(
                line: context.mark.line,
                column: context.mark.column,
                text: "a key is there twice: \(list)"
            )
        case .reader(let problem, _, _, _):
            return ConfigurationProblem(line: nil, column: 1, text: "no YAML: \(problem)")
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            return ConfigurationProblem(line: nil, column: 1, text: "no YAML: \(error)")
        }
    }
}
