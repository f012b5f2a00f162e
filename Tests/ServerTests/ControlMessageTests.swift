import JSON
import Testing

@testable import Server

@Suite struct ControlMessageTests {
    @Test(arguments: [
        ControlRequest.status, .metrics, .reload(sequence: nil), .reload(sequence: 0),
        .reload(sequence: 4_000_000_000),
    ])
    func `a request is read as it was written`(request: ControlRequest) {
        let line = request.line
        #expect(ControlRequest(line: line.span) == request)
    }

    @Test(arguments: ["", "{}", "status", "[]", #"{"command":"stop"}"#, #"{"command":1}"#])
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

    @Test func `a refusal tells the reason`() throws {
        let line = ReloadResult.refused("store.jsonl:3: torn").line
        let root = try JSONDocument.parse(line.span).root
        #expect(root["result"]?.string == "refused")
        #expect(root["reason"]?.string == "store.jsonl:3: torn")
    }
}
