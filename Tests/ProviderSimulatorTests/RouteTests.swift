import Testing

@testable import provider_simulator

@Suite struct RouteTests {
    @Test(
        arguments: [
            ("POST", "/v1/chat/completions", Route.chat),
            ("POST", "/openai/v1/responses", .responses),
            ("POST", "/anthropic/v1/messages", .messages),
            ("POST", "/v1/messages/count_tokens", .countTokens),
            ("GET", "/v1/models", .models),
            ("GET", "/v1/models/sim-fast", .model("sim-fast")),
            ("POST", "/v1/audio/speech", .plain),
            ("POST", "/v1/audio/transcriptions", .listening),
            ("POST", "/v1/images/edits", .images),
            (
                "POST", "/v1beta/models/sim%2Bcalls=2:generateContent",
                .gemini(model: "sim+calls=2", .generateContent)
            ),
            (
                "POST", "/google/v1/models/a:b:streamGenerateContent",
                .gemini(model: "a:b", .streamGenerateContent)
            ),
            ("POST", "/v1beta/models/sim:count", .unknown),
            ("GET", "/_simulator/requests", .requests),
            ("POST", "/_simulator/gate", .gate),
            ("GET", "/v1/chat/completions", .unknown),
            ("POST", "/chat/completions", .unknown),
        ]
    )
    func `a path has a route`(method: String, path: String, route: Route) {
        #expect(Route(method: method, path: path) == route)
    }

    @Test(
        arguments: [
            ("HTTP_X_API_KEY", "x-api-key"), ("CONTENT_TYPE", "content-type"),
            ("REQUEST_URI", nil), ("HTTPS", nil),
        ] as [(String, String?)]
    )
    func `a parameter is a header or none`(parameter: String, header: String?) {
        #expect(RecordBook.headerName(of: parameter) == header)
    }
}
