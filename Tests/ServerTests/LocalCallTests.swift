import Access
import ControlPlane
import JSON
import Model
import Testing

@testable import Server

@Suite struct LocalCallTests {
    private static let change: LocalCall = {
        var call = LocalCall("PATCH", "/access-keys/a%2Fb", by: "cli:root")
        call.query = "limit=1"
        call.ifMatch = "\"abc\""
        call.idempotencyKey = "k\n\""
        call.body = Array(#"{"name":"a \"b\" é","metadata":{"n":1.50}}"#.utf8)
        return call
    }()

    @Test(arguments: [LocalCall("GET", "/access-keys", by: "cli:1000"), change])
    func `a call is read as it was written`(call: LocalCall) {
        let line = ControlRequest.call(call).line
        #expect(!line.contains(UInt8(ascii: "\n")))
        #expect(ControlRequest(line: line.span) == .call(call))
    }

    @Test func `a call has all that a request of the API has`() {
        let now = Timestamp(milliseconds: 5)
        let request = Self.change.request(at: now)
        #expect(request.method == "PATCH" && request.path == "/access-keys/a%2Fb")
        #expect(request.query == "limit=1" && request.ifMatch == "\"abc\"")
        #expect(request.idempotencyKey == "k\n\"" && request.moment == now)
        #expect(request.contentType == "application/json" && request.body == Self.change.body)
        #expect(request.address == nil)
        #expect(Self.change.caller == APICaller("cli:root", .admin))
    }

    @Test(arguments: [
        "", "aigm_1", "cli", "cli:", "cli:a\nb", "root", "Cli:root",
        "cli:" + String(repeating: "a", count: 255),
    ])
    func `nobody but the command line calls`(author: String) {
        let line = ControlRequest.call(LocalCall("GET", "/access-keys", by: author)).line
        #expect(ControlRequest(line: line.span) == nil)
    }

    @Test(arguments: [
        #"{"command":"call"}"#,
        #"{"command":"call","author":"cli:a","method":"GET","path":"/a","query":""}"#,
        #"{"command":"call","author":"cli:a","method":"GET","path":1,"query":"","body":""}"#,
        #"{"command":"call","author":"cli:a","method":null,"path":"/","query":"","body":""}"#,
        #"{"command":"call","author":["cli:a"],"method":"GET","path":"/","query":"","body":""}"#,
        #"{"command":"call","author":"cli:a","method":"GET","path":"/","query":"","body":{}}"#,
    ])
    func `what is no call is refused`(text: String) {
        let line = Array(text.utf8)
        #expect(ControlRequest(line: line.span) == nil)
    }

    @Test func `a body is as long as one over HTTP and no longer`() {
        var call = LocalCall("POST", "/access-keys", by: "cli:a")
        call.body = Array(repeating: UInt8(ascii: "a"), count: APIRequest.longestBody)
        #expect(ControlRequest(line: ControlRequest.call(call).line.span) == .call(call))
        call.body.append(UInt8(ascii: "a"))
        #expect(ControlRequest(line: ControlRequest.call(call).line.span) == nil)
    }

    @Test func `what is too long for a line is sent to nobody`() {
        var call = LocalCall("POST", "/access-keys", by: "cli:a")
        call.body = Array(repeating: UInt8(ascii: "\""), count: ControlRequest.longestLine / 2)
        #expect(throws: ControlClient.Failure.tooLong) {
            try ControlClient.call(call, stateDirectory: "/nonexistent")
        }
    }

    @Test func `where no worker runs nobody answers`() throws {
        let call = LocalCall("GET", "/access-keys", by: "cli:a")
        #expect(try ControlClient.call(call, stateDirectory: "/nonexistent") == nil)
    }

    @Test func `an answer is read as it was written`() {
        var answer = APIAnswer(201) { $0.string("a\n\"é") }
        answer.headers = [("ETag", "\"1\""), ("Location", "/access-keys/a")]
        let line = answer.line
        #expect(!line.contains(UInt8(ascii: "\n")))
        #expect(APIAnswer(line: line.span) == answer)
        let empty = APIAnswer(204)
        #expect(APIAnswer(line: empty.line.span) == empty)
        let refusal = APIError(.inUse, "used").answer
        #expect(APIAnswer(line: refusal.line.span) == refusal)
        #expect(APIAnswer(line: refusal.line.span)?.errorCode == "ERR_NGROK_27615")
    }

    @Test(arguments: [
        "", "{}", "[]", #"{"status":200}"#, #"{"status":99,"headers":{},"body":""}"#,
        #"{"status":600,"headers":{},"body":""}"#, #"{"status":"200","headers":{},"body":""}"#,
        #"{"status":200,"headers":{},"body":null}"#, #"{"status":200,"body":""}"#,
    ])
    func `what is no answer is refused`(text: String) {
        let line = Array(text.utf8)
        #expect(APIAnswer(line: line.span) == nil)
    }

    @Test func `each caller gets the answer to its call, once`() {
        var calls = OpenLocalCalls()
        var told: [Int] = []
        let first = calls.open { told.append($0.status) }
        let second = calls.open { told.append(-$0.status) }
        calls.close(second)?(APIAnswer(204))
        calls.close(first)?(APIAnswer(200))
        #expect(told == [-204, 200])
        #expect(calls.close(first) == nil)
    }
}
