import ArgumentParser
import ControlPlane
import Testing

@testable import lockkeeper

/// The command line has what the API has, by the same names.
@Suite struct ParityTests {
    /// Paths whose command is not told by collection and method.
    private static let named = [
        "GET /audit": "audit",
        "GET /credits/balance": "credits balance",
        "GET /credits/transactions": "credits transactions",
        "POST /credits/grants": "credits add",
        "GET /gateway-config": "gateway-config get",
        "PATCH /gateway-config": "gateway-config update",
        "GET /events": "tail",
        "GET /models": "models",
        "GET /usage": "usage",
        "GET /usage/overview": "usage",
        // The value is read from a prompt: nothing of it is made.
        "POST /provider-keys": "provider-keys add",
    ]

    /// Paths without a command, and why.
    private static let exceptions = [
        "GET /ai_gateway_api_keys": "the older form of access keys",
        "POST /ai_gateway_api_keys": "the older form of access keys",
        "GET /ai_gateway_api_keys/{id}": "the older form of access keys",
        "PATCH /ai_gateway_api_keys/{id}": "the older form of access keys",
        "DELETE /ai_gateway_api_keys/{id}": "the older form of access keys",
        "GET /usage/requests/{id}": "`tail` shows a request with its attempts as it ends",
    ]

    private static func title(_ route: APIRoute) -> String { "\(route.method) \(route.path)" }

    /// The words of the command that does what a route does; nil for a path of no collection.
    private static func words(_ route: APIRoute) -> [String]? {
        if let words = named[title(route)] { return words.split(separator: " ").map { String($0) } }
        let parts = route.path.split(separator: "/").map { String($0) }
        guard let collection = ControlCollection(rawValue: "/" + (parts.first ?? "")) else {
            return nil
        }
        let isOfOne = parts.count > 1 && parts[1] == "{id}"
        let verb: String? =
            switch (route.method, isOfOne, parts.count) {
            case ("GET", false, 1): "list"
            case ("POST", false, 1): "create"
            case ("GET", true, 2): "get"
            case ("PATCH", true, 2): "update"
            case ("DELETE", true, 2): "delete"
            case ("POST", true, 3): parts[2]
            default: nil
            }
        return verb.map { [collection.command, $0] }
    }

    private static func command(_ words: [String]) -> (any ParsableCommand.Type)? {
        var command: any ParsableCommand.Type = Lockkeeper.self
        for word in words {
            let next = command.configuration.subcommands.first {
                $0.configuration.commandName == word
            }
            guard let next else { return nil }
            command = next
        }
        return command
    }

    @Test func `every route has its command, which prints JSON, or a reason for none`() throws {
        for route in ControlPlane.routes {
            let title = Self.title(route)
            if Self.exceptions[title] != nil {
                #expect(Self.named[title] == nil, "\(title) is both")
                continue
            }
            let words = try #require(Self.words(route), "\(title) is of no collection")
            let command = try #require(
                Self.command(words),
                "\(title) has no command \(words.joined(separator: " "))"
            )
            #expect(command.configuration.subcommands.isEmpty)
            let help = Lockkeeper.helpMessage(for: command)
            #expect(help.contains("--json"), "\(words) prints no JSON")
            #expect(help.contains("--config"), "\(words) is of no site")
        }
    }

    @Test func `no exception is about a route that is gone`() {
        let titles = Set(ControlPlane.routes.map(Self.title))
        for title in Array(Self.named.keys) + Array(Self.exceptions.keys) {
            #expect(titles.contains(title), "\(title) is gone")
        }
    }

    @Test func `every collection is one of the API, and has a command`() {
        let paths = Set(ControlPlane.routes.map(\.path))
        for collection in ControlCollection.allCases {
            #expect(paths.contains(collection.rawValue), "\(collection)")
            #expect(Self.command([collection.command]) != nil, "\(collection)")
        }
    }

    @Test func `records that can be missing are listed by the command that is told of`() {
        for collection in ControlCollection.allCases {
            let isOfRecords = ControlPlane.routes.contains {
                $0.path == collection.rawValue + "/{id}"
            }
            guard isOfRecords else { continue }
            #expect(Self.command([collection.command, "list"]) != nil, "\(collection)")
        }
    }
}
