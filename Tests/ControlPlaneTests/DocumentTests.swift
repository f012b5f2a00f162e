import Access
import ControlPlane
import Platform
import Testing
import Yams

/// nginx/openapi.yaml against the routes that are served.
@Suite struct `The document of the API` {
    @Test func `has every route with its role and parameters, and no other`() throws {
        let documented = try Document().operations
        let served = Set(ControlPlane.routes.map(Operation.init))
        #expect(documented.subtracting(served).map(\.description).sorted() == [])
        #expect(served.subtracting(documented).map(\.description).sorted() == [])
    }
}

/// What both sides say of a route.
private struct Operation: Hashable, CustomStringConvertible {
    let method: String
    let path: String
    let role: String
    let parameters: Set<String>

    init(method: String, path: String, role: String, parameters: Set<String>) {
        self.method = method
        self.path = path
        self.role = role
        self.parameters = parameters
    }

    init(_ route: APIRoute) {
        self.init(
            method: route.method,
            path: route.path,
            role: route.role.rawValue,
            parameters: Set(route.parameters)
        )
    }

    var description: String {
        "\(method) \(path) by \(role), \(parameters.sorted().joined(separator: " "))"
    }
}

private struct Document {
    private static let methods = ["get", "post", "put", "patch", "delete"]

    private let root: Node

    init() throws {
        let folders = #filePath.split(separator: "/").dropLast(3)
        let path = folders.map { "/" + $0 }.joined() + "/nginx/openapi.yaml"
        let bytes = try File(path, for: .reading).readAll(limit: 1 << 24)
        root = try #require(try Yams.compose(yaml: String(decoding: bytes, as: UTF8.self)))
    }

    var operations: Set<Operation> {
        var operations: Set<Operation> = []
        for (path, item) in root["paths"]?.mapping ?? [:] {
            for (method, operation) in item.mapping ?? [:] {
                guard let path = path.string, let method = method.string,
                    Document.methods.contains(method)
                else { continue }
                operations.insert(
                    Operation(
                        method: method.uppercased(),
                        path: path,
                        role: role(of: operation) ?? role(of: root) ?? "",
                        parameters: Set(queryParameters(of: operation) + queryParameters(of: item))
                    )
                )
            }
        }
        return operations
    }

    private func role(of node: Node) -> String? {
        node["security"]?.sequence?.first?["managementKey"]?.sequence?.first?.string
    }

    private func queryParameters(of node: Node) -> [String] {
        (node["parameters"]?.sequence ?? []).compactMap { written in
            let parameter =
                written["$ref"]?.string?.split(separator: "/").last.flatMap { name in
                    root["components"]?["parameters"]?[String(name)]
                } ?? written
            return parameter["in"]?.string == "query" ? parameter["name"]?.string : nil
        }
    }
}
