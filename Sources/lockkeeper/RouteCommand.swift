import Access
import Accounting
import ArgumentParser
import Glibc
import JSON
import Model
import Relay
import Routing
import Storage

/// `lockkeeper route`.
struct RouteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route",
        abstract: "Show what would be tried for a request, in which order and why.",
        discussion: "No provider is called."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var choice: GatewayOption

    @Option(
        help: "The model as a client writes it; several are tried in this order, none is `auto`."
    )
    var model: [String] = []

    @Option(
        help: """
            A request's body, whose `model` and `models` count unless --model says others, and \
            which tells what it would cost; - is standard input.
            """,
        completion: .file(extensions: ["json"])
    )
    var body: String?

    @Option(help: "The id of the access key that asks; without it any key of the account.")
    var key: String?

    @Option(help: "The account whose key asks, where --key names none.")
    var account = AccountID.standard.rawValue

    @Option(help: "The path that is asked.")
    var path = "/v1/chat/completions"

    func run() throws {
        let session = try StoreSession(
            common,
            key.map { .accessKey(AccessKeyID($0)) } ?? .providerKeys,
            secrets: .needed
        )
        let written = try choice.choose(from: session.configuration)
        let operation = try operation()
        let caller = try key.map { try session.caller($0, at: written) }
        let account = try caller?.account ?? session.account(account)
        let settings = session.store.contents.accounts.settings[account]
        let gateway = written.tightened(by: settings)
        let bytes = try bodyBytes()
        let names = try names(in: bytes)
        let routes = try session.routes(of: account, at: gateway)
        let traits =
            bytes.map { RequestTraitsReader.read($0.span, path: path) } ?? RequestTraits(path: path)
        let preview = try RoutePreview(
            gateway: gateway.id,
            operation: operation,
            names: names,
            routes: routes,
            configuration: caller?.configuration,
            keys: session.store.contents.providerKeys(of: account),
            choice: gateway.choice,
            limits: written.limits(under: settings),
            isCounted: session.configuration.credits.mode != .off,
            request: try bytes.map { bytes throws(StorageError) in
                try RequestPreview(
                    bytes,
                    path: path,
                    operation,
                    routes,
                    at: gateway,
                    vocabularies: session.vocabularies,
                    moment: session.now
                )
            }
        ) { keys in
            try session.choiceFacts(
                routes,
                keys,
                at: gateway,
                caller: Caller.asSeen(caller),
                traits: traits
            )
        }
        if common.json { preview.printJSON() } else { preview.printText() }
        if preview.refusal != nil || preview.request?.refusal != nil { throw ExitCode(1) }
    }

    private func operation() throws -> Operation {
        switch path.utf8.count > 2048 ? .notServed : Self.match(path) {
        case .endpoint(let endpoint), .otherMethod(let endpoint, _):
            if let operation = endpoint.operation { return operation }
        case .notServed, .malformedPath: break
        }
        throw Refused("no model is asked at \(path); try /v1/chat/completions or /v1/messages")
    }

    private static func match(_ path: String) -> EndpointMatch {
        let bytes = Array(path.utf8)
        return Endpoint.match(method: .post, path: bytes.span)
    }

    /// The body that was given; nil where none was.
    private func bodyBytes() throws -> [UInt8]? {
        guard let body else { return nil }
        return body == "-"
            ? try StandardInput.readAll()
            : try ConfigurationSources.contents(of: body, limit: 64 << 20)
    }

    private func names(in bytes: [UInt8]?) throws -> (model: String?, fallbacks: [String]) {
        guard model.isEmpty, let body, let bytes else {
            return (model.first, Array(model.dropFirst()))
        }
        let document: JSONDocument
        do throws(JSONParseError) {
            document = try JSONDocument.parse(bytes.span)
        } catch {
            throw Refused("ERR_NGROK_27228 (400): \(body) is not JSON: \(error)")
        }
        let root = document.root
        let model = root["model"]
        let models = root["models"]
        let fallbacks = models?.elements.compactMap(\.string) ?? []
        if let model, model.string == nil {
            throw Refused("ERR_NGROK_27228 (400): `model` of \(body) is no string")
        }
        if let models, models.kind != .array || fallbacks.count != models.elements.count {
            throw Refused("ERR_NGROK_27228 (400): `models` of \(body) is no list of strings")
        }
        return (model?.string, fallbacks)
    }
}
