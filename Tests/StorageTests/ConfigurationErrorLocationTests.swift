import Testing

@testable import Storage

@Suite struct `Where nginx goes on after an error` {
    @Test(arguments: ["@fallback", "/fallback", "/a/b?c=d"])
    func `is a named location or a path`(location: String) throws {
        let yaml = gatewayYAML("on_error: continue", "on_error_location: \"\(location)\"")
        #expect(try load(yaml).gateways[0].errorLocation == location)
        #expect(try load(gatewayYAML()).gateways[0].errorLocation == nil)
    }

    @Test(arguments: [
        "fallback", "http://a.example/", "//a.example/", "/a b", "/a/../b", "/./a", "@", "/é",
        "/a#b",
        "/\\n",
    ])
    func `is nothing else`(location: String) {
        let yaml = gatewayYAML("on_error: continue", "on_error_location: \"\(location)\"")
        #expect(
            problems(yaml).first?.hasPrefix(
                "4:24: 'gateways[0].on_error_location' must be a named location of nginx"
            ) == true
        )
    }

    @Test func `must be said where it is used`() throws {
        #expect(
            problems(gatewayYAML("on_error: continue")) == [
                "3:15: 'gateways[0].on_error' is continue and 'on_error_location' does not say "
                    + "where, such as @fallback"
            ]
        )
        let unused = try load(gatewayYAML("on_error_location: /x"))
        #expect(unused.gateways[0].errorLocation == nil)
        #expect(unused.warnings.map(\.text).contains { $0.contains("is not used") })
    }
}
