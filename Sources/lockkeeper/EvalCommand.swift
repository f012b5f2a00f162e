import ArgumentParser
import JSON
import Routing
import Selection
import Storage

/// `lockkeeper eval`.
struct EvalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Evaluate a selection expression (CEL) and print its value with its type.",
        discussion: """
            An expression may speak of `ai`, `req`, `key` and `now`: then it is run against the \
            catalog, the keys and the live metrics in force, with every model that is there to \
            use. Bindings are a JSON object of typed values: {"tokens": {"int": "1200"}}. Cases are a \
            JSON list of {"expr": ..., "bindings": ..., "value": ...}; each that differs is \
            printed, and any makes the exit code 1.
            """
    )

    @Argument(help: "The expression.")
    var expression: String?

    @Option(
        help: ArgumentHelp("Values for the expression's variables.", valueName: "file"),
        completion: .file(extensions: ["json"])
    )
    var bindings: String?

    @Option(
        help: ArgumentHelp("Run the cases of a file instead.", valueName: "file"),
        completion: .file(extensions: ["json"])
    )
    var cases: String?

    @OptionGroup var common: CommonOptions
    @OptionGroup var choice: GatewayOption

    @Option(help: "The id of the access key that asks; without it any key of the account.")
    var key: String?

    func validate() throws {
        if (expression == nil) == (cases == nil) {
            throw ValidationError("give either an expression or --cases")
        }
        if cases != nil, bindings != nil {
            throw ValidationError("cases bring their own bindings")
        }
    }

    func run() throws {
        if let cases { return try run(cases: cases) }
        let variables = try readBindings()
        var environment = StrategyVocabulary.environment(zone: ZoneFiles.zone(named:))
        environment.variables = variables.mapValues { _ in .any }
        do {
            let program = try Program(expression ?? "", in: environment)
            guard program.usesHost else { return print(try program.value(variables).json) }
            let site = try EvalSite(common, choice, key: key)
            print(try site.json(of: program, variables))
        } catch let error as SourceError {
            throw Refused(common.json ? json(of: error) : error.withCaret)
        } catch let error as EvaluationError {
            throw Refused(error.message)
        }
    }

    private func json(of error: SourceError) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("error")
        writer.string(error.message)
        writer.key("line")
        writer.integer(error.line)
        writer.key("column")
        writer.integer(error.column)
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func readBindings() throws -> [String: Value] {
        guard let bindings else { return [:] }
        var variables: [String: Value] = [:]
        for (name, json) in try root(of: bindings).members {
            guard let value = Value(json: json) else {
                throw Refused(
                    "\(bindings): '\(name)' is no typed value; write {\"int\": \"3\"} or the like"
                )
            }
            variables[name] = value
        }
        return variables
    }

    private func run(cases path: String) throws {
        let cases = try root(of: path).elements
        guard !cases.isEmpty else { throw Refused("\(path) is no list of cases") }
        var missed = 0
        for (place, json) in cases.enumerated() {
            guard let one = ConformanceCase(json) else {
                throw Refused("\(path): case \(place + 1) is malformed")
            }
            guard let difference = one.difference(zone: ZoneFiles.zone(named:)) else { continue }
            missed += 1
            print("\(one.name): \(one.expression)\n    \(difference)")
        }
        print("\(cases.count - missed) passed, \(missed) failed")
        if missed > 0 { throw ExitCode(1) }
    }

    private func root(of path: String) throws -> JSONValue {
        let bytes = try ConfigurationSources.contents(of: path, limit: 64 << 20)
        do throws(JSONParseError) {
            return try JSONDocument.parse(bytes.span).root
        } catch {
            throw Refused("\(path) is not JSON: \(error)")
        }
    }
}
