import ControlPlane
import JSON
import Testing

@Suite struct `The table of routes` {
    @Test(arguments: [
        ("GET", "/access-keys", "/access-keys"), ("HEAD", "/access-keys", "/access-keys"),
        ("PATCH", "/access-keys/aigk_1", "/access-keys/{id}"),
        ("GET", "/access-keys/%61igk_1", "/access-keys/{id}"),
        ("GET", "/endpoints/ep_main", "/endpoints/{id}"),
    ])
    func `finds the route of a path`(method: String, path: String, route: String) throws {
        #expect(try ControlPlane.route(method, path).route.path == route)
    }

    @Test(arguments: [
        "", "/", "//", "access-keys", "/access-keys/", "/access-keys/a/b", "/access-keys/%",
        "/access-keys/%f", "/access-keys/%ff", "/Access-Keys", "/access-keys//", "/%61ccess-keys",
        "/endpoints/\u{FFFD}/", "/\u{0}",
    ])
    func `has nothing at other paths`(path: String) {
        let error = #expect(throws: APIError.self) { try ControlPlane.route("GET", path) }
        #expect(error?.kind == .notFound)
    }

    @Test(arguments: ["PUT", "OPTIONS", "TRACE", "get", "", "POST "])
    func `tells what a path takes`(method: String) {
        let error = #expect(throws: APIError.self) {
            try ControlPlane.route(method, "/access-keys/x")
        }
        #expect(error?.kind == .methodNotAllowed)
        #expect(error?.answer.headers.map(\.value) == ["GET, HEAD, PATCH, DELETE"])
    }

    @Test func `has each method of a path once`() {
        let names = ControlPlane.routes.map { "\($0.method) \($0.path)" }
        #expect(Set(names).count == names.count)
    }

    @Test(arguments: APIError.Kind.allCases)
    func `an error has a code, its status and its words`(kind: APIError.Kind) throws {
        let answer = APIError(kind, "words \"\n", details: ["field": "name"]).answer
        let json = try answer.json()
        #expect(json.members.map(\.name) == ["errorCode", "statusCode", "msg", "details"])
        #expect(json["errorCode"]?.string == kind.code && kind.code.hasPrefix("ERR_NGROK_"))
        #expect(json["statusCode"]?.integer == Int64(answer.status))
        #expect((400...599).contains(answer.status) && answer.errorCode == kind.code)
        #expect(json["msg"]?.string == "words \"\n" && json["details"]?["field"]?.string == "name")
    }
}
