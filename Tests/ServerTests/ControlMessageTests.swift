import ControlPlane
import Accounting
import JSON
import Model
import Relay
import Testing

@testable import Server

@Suite struct ControlMessageTests {
    private static let filter: LiveFilter = {
        var filter = LiveFilter()
        filter.account = "a"
        filter.key = "k\n\""
        filter.model = "m"
        filter.status = .hundred(4)
        return filter
    }()

    @Test(arguments: [
        ControlRequest.status, .metrics, .reload(sequence: nil), .reload(sequence: 0),
        .reload(sequence: 4_000_000_000),
        .grant(GrantOrder(of: NanoDollars(5), .purchase, to: AccountID("a"), key: "k\n\"")),
        .grant(GrantOrder(of: NanoDollars(.max), .promotional, to: AccountID("b"), key: "1")),
        .watch(LiveFilter()), .watch(filter),
    ])
    func `a request is read as it was written`(request: ControlRequest) {
        let line = request.line
        #expect(ControlRequest(line: line.span) == request)
    }

    @Test(arguments: [
        "", "{}", "status", "[]", #"{"command":"stop"}"#, #"{"command":1}"#,
        #"{"command":"grant","account":"a","amount":0,"category":"purchase","idempotency_key":"k"}"#,
        #"{"command":"grant","account":"a","amount":1,"category":"gift","idempotency_key":"k"}"#,
        #"{"command":"grant","account":"a","amount":1,"category":"purchase"}"#,
        #"{"command":"watch","status":"4"}"#,
    ])
    func `what is no request is refused`(text: String) {
        let line = Array(text.utf8)
        #expect(ControlRequest(line: line.span) == nil)
    }

    @Test func `a result tells the generation and its notes`() throws {
        let line = ReloadResult.done(generation: 7, notes: ["listen changed"]).line
        let root = try JSONDocument.parse(line.span).root
        #expect(root["result"]?.string == "done")
        #expect(root["generation"]?.integer == 7)
        #expect(root["notes"]?.elements.first?.string == "listen changed")
    }

    @Test(arguments: [
        GrantAnswer.refused("the key was used"), .keyReused,
        .given(
            Grant(
                GrantID(7),
                amount: NanoDollars(9),
                category: .promotional,
                createdAt: Timestamp(milliseconds: 1),
                expiresAt: Timestamp(milliseconds: 2),
                remaining: NanoDollars(4)
            )
        ),
    ])
    func `what came of a grant is read as it was written`(answer: GrantAnswer) {
        let line = answer.line
        #expect(GrantAnswer(line: line.span) == answer)
    }

    @Test func `a refusal tells the reason`() throws {
        let line = ReloadResult.refused("store.jsonl:3: torn").line
        let root = try JSONDocument.parse(line.span).root
        #expect(root["result"]?.string == "refused")
        #expect(root["reason"]?.string == "store.jsonl:3: torn")
    }
}
