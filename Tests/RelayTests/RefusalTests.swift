import JSON
import Model
import Routing
import Testing

@testable import Relay

@Suite struct Refusals {
    /// Chapter 3's table, as far as this build answers it.
    private static let table: [(Refusal.Code, String, Int)] = [
        (.keyMissing, "ERR_NGROK_27201", 401), (.keyUnknown, "ERR_NGROK_27007", 401),
        (.keyBoundElsewhere, "ERR_NGROK_27008", 403), (.storeUnreadable, "ERR_NGROK_27009", 503),
        (.noCredential, "ERR_NGROK_27202", 502), (.pathNotServed, "ERR_NGROK_27204", 404),
        (.attemptTimeout, "ERR_NGROK_27207", 504), (.totalTimeout, "ERR_NGROK_3810", 504),
        (.everyCandidateFailed, "ERR_NGROK_27208", 502),
        (.credentialRefused, "ERR_NGROK_27211", 502), (.rateLimited, "ERR_NGROK_27217", 429),
        (.modelUnknown, "ERR_NGROK_27224", 400), (.providerUnknown, "ERR_NGROK_27225", 400),
        (.noCandidateOffersPath, "ERR_NGROK_27226", 400), (.bodyInvalid, "ERR_NGROK_27228", 400),
        (.modelAddressMalformed, "ERR_NGROK_27229", 400),
        (.providerNotAllowed, "ERR_NGROK_27231", 403),
        (.modelNotAllowed, "ERR_NGROK_27232", 403),
        (.upstreamDidNotStream, "ERR_NGROK_27234", 502), (.loop, "ERR_NGROK_27237", 508),
        (.inputTooLong, "ERR_NGROK_3811", 413),
        (.creditsExhausted, "ERR_NGROK_4026", 403), (.modelUnpriced, "ERR_NGROK_27236", 400),
        (.featureUnpriced, "ERR_NGROK_27238", 400),
        (.creditsHeld, "ERR_NGROK_AI_GATEWAY_CREDITS_HELD", 429),
        (.budgetExceeded, "ERR_NGROK_AI_GATEWAY_BUDGET_EXCEEDED", 403),
        (.pathNotBillable, "ERR_NGROK_27249", 400),
        (.selectionFailed, "ERR_NGROK_3803", 422),
        (.selectionLeftNothing, "ERR_NGROK_3805", 422),
        (.selectionHasWrongType, "ERR_NGROK_3806", 422),
        (.bodyTooLong, "ERR_NGROK_AI_GATEWAY_REQUEST_BODY_TOO_LONG", 413),
        (.capacityUnavailable, "ERR_NGROK_AI_GATEWAY_REQUEST_CAPACITY_UNAVAILABLE", 503),
        (.misconfigured, "ERR_NGROK_AI_GATEWAY_MISCONFIGURED", 500),
    ]

    /// Whatever a client may put into a name.
    private static let message = "no \"quotes\" \\ \u{1} \n\r\t é 😀 </script> data: x\n\nevent: y"

    @Test func `every code has its row`() {
        #expect(Set(Refusals.table.map(\.0)) == Set(Refusal.Code.allCases))
    }

    @Test(arguments: Refusals.table, Dialect.allCases)
    func `a code's body is what the dialect's clients parse`(
        row: (Refusal.Code, String, Int),
        dialect: Dialect
    ) throws {
        let (code, text, status) = row
        let refusal = Refusal(code, Refusals.message, parameter: "model")
        #expect(refusal.status == status)
        #expect(code.text == text)
        let body = refusal.body(in: dialect, requestID: "rq_1")
        let root = try JSONDocument.parse(body.span).root
        try check(root, of: refusal, in: dialect)
    }

    private func check(_ root: JSONValue, of refusal: Refusal, in dialect: Dialect) throws {
        let error = try #require(root["error"])
        let message = "[\(refusal.code.text)] \(Refusals.message)"
        #expect(error["message"]?.string == message)
        switch dialect {
        case .openAIChat, .openAIResponses:
            #expect(root.members.count == 1)
            #expect(error["type"]?.string?.hasSuffix("_error") == true)
            #expect(error["code"]?.string == refusal.code.text)
            #expect(error["param"]?.string == "model")
        case .anthropicMessages:
            #expect(root["type"]?.string == "error")
            #expect(error["type"]?.string?.isEmpty == false)
            #expect(root["request_id"]?.string == "rq_1")
        case .gemini:
            #expect(error["code"]?.integer == Int64(refusal.status))
            let status = try #require(error["status"]?.string)
            #expect(status.utf8.allSatisfy { (0x41...0x5A).contains($0) || $0 == 0x5F })
        }
    }

    @Test(arguments: Refusals.table, Dialect.allCases)
    func `a stream's error is one event that no client takes for its end`(
        row: (Refusal.Code, String, Int),
        dialect: Dialect
    ) throws {
        let refusal = Refusal(row.0, Refusals.message)
        let event = refusal.streamEvent(in: dialect, requestID: "rq_1")
        let text = String(decoding: event, as: UTF8.self)
        #expect(text.hasSuffix("\n\n"))
        let lines = text.dropLast(2).split(separator: "\n", omittingEmptySubsequences: false)
        let data = try #require(lines.last)
        #expect(data.hasPrefix("data: "))
        #expect(!text.contains("[DONE]") && !text.contains("message_stop"))
        let root = try JSONDocument.parse(Array(data.utf8.dropFirst(6)).span).root
        switch dialect {
        case .openAIChat, .gemini:
            #expect(lines.count == 1)
            #expect(root["error"]?["message"]?.string?.hasPrefix("[\(row.1)]") == true)
        case .anthropicMessages:
            #expect(lines.dropLast() == ["event: error"])
            #expect(root["type"]?.string == "error")
        case .openAIResponses:
            #expect(lines.dropLast() == ["event: error"])
            #expect(root["type"]?.string == "error")
            #expect(root["code"]?.string == row.1)
            #expect(root["message"]?.string?.hasPrefix("[\(row.1)]") == true)
        }
    }

    @Test(
        arguments: [
            (400, "invalid_request_error", "invalid_request_error", "INVALID_ARGUMENT"),
            (401, "authentication_error", "authentication_error", "UNAUTHENTICATED"),
            (403, "permission_error", "permission_error", "PERMISSION_DENIED"),
            (404, "not_found_error", "not_found_error", "NOT_FOUND"),
            (405, "invalid_request_error", "invalid_request_error", "INVALID_ARGUMENT"),
            (413, "invalid_request_error", "request_too_large", "INVALID_ARGUMENT"),
            (429, "rate_limit_error", "rate_limit_error", "RESOURCE_EXHAUSTED"),
            (500, "server_error", "api_error", "INTERNAL"),
            (502, "server_error", "api_error", "UNAVAILABLE"),
            (503, "server_error", "overloaded_error", "UNAVAILABLE"),
            (504, "server_error", "timeout_error", "DEADLINE_EXCEEDED"),
        ]
    )
    func `the status decides the type`(
        status: Int,
        openAI: String,
        anthropic: String,
        gemini: String
    ) throws {
        let refusal = Refusal(.bodyInvalid, "x", status: status)
        func error(_ dialect: Dialect) throws -> JSONValue? {
            let body = refusal.body(in: dialect, requestID: "rq_1")
            return try JSONDocument.parse(body.span).root["error"]
        }
        #expect(try error(.openAIChat)?["type"]?.string == openAI)
        #expect(try error(.openAIResponses)?["type"]?.string == openAI)
        #expect(try error(.anthropicMessages)?["type"]?.string == anthropic)
        #expect(try error(.gemini)?["status"]?.string == gemini)
        #expect(try error(.openAIChat)?["param"]?.isNull == true)
    }

    @Test(
        arguments: [
            (.missing, .bodyInvalid), (.tooMany, .bodyInvalid),
            (.malformed("", .empty), .modelAddressMalformed),
            (.choiceNotAlone("auto"), .modelUnknown),
            (.unknownModel("x", nearest: ["y"]), .modelUnknown),
            (.unknownProvider("x", nearest: []), .providerUnknown),
            (.providerNotAllowed("x"), .providerNotAllowed),
            (.modelNotAllowed("x"), .modelNotAllowed),
            (.pathNotOffered("x", .only(.gemini)), .noCandidateOffersPath),
            (.noCredential("x", provider: "y"), .noCredential),
            (.ownKeyNeeded("x"), .pathNotBillable),
        ] as [(ModelRefusal, Refusal.Code)]
    )
    func `what the resolver says has its code`(refusal: ModelRefusal, code: Refusal.Code) {
        let told = Refusal(refusal)
        #expect(told.code == code)
        #expect(told.message == refusal.message)
        #expect(told.parameter == "model")
    }

    @Test func `the four keys that are no good read alike`() {
        #expect(Refusal.keyMissing.code == Refusal.keyMalformed.code)
        #expect(Refusal.keyUnknown.code == .keyUnknown)
        #expect(!Refusal.keyUnknown.message.contains("expired"))
    }
}
