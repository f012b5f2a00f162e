import Model
import Routing
import Testing

@testable import Relay

@Suite struct LoopMarks {
    private let mark = "0123456789abcdef"
    private let other = "fedcba9876543210"

    private func ask(
        _ provider: Provider,
        _ way: String?,
        question: Exchange.Question = .answer
    ) -> Conversation {
        let headers = way.map { [("HTTP_LOCKKEEPER_VIA", $0)] } ?? []
        var conversation = Conversation(Site([provider]), headers: headers, question: question)
        conversation.send(body: #"{"model":"\#(provider.id):m"}"#)
        return conversation
    }

    private func lines(_ conversation: Conversation) -> [String] {
        conversation.attempts.flatMap(\.headers).filter { $0.hasPrefix("lockkeeper-via") }
    }

    @Test func `a mark has sixteen digits`() {
        #expect(LoopMark(0).text == "0000000000000000")
        #expect(LoopMark(.max).text == "ffffffffffffffff")
        #expect(Site.loopMark.text == mark)
    }

    @Test func `a request to an address of the operator's own is marked`() throws {
        #expect(lines(ask(try provider("alpha"), nil)) == ["lockkeeper-via: \(mark)"])
    }

    @Test func `gateways behind each other list their marks`() throws {
        #expect(lines(ask(try provider("alpha"), other)) == ["lockkeeper-via: \(other),\(mark)"])
    }

    @Test(arguments: ["x", "0123", "0123456789ABCDEF", "0123456789abcdef,", "a b", ""])
    func `what lists no marks is not passed on`(way: String) throws {
        #expect(lines(ask(try provider("alpha"), way)) == ["lockkeeper-via: \(mark)"])
    }

    @Test func `a built-in provider at its own address sees no mark`() throws {
        var openai = try #require(BuiltInProviders.provider("openai"))
        openai.managedKeys = [Secret("k")]
        #expect(ask(openai, nil).attempts.count == 1)
        #expect(lines(ask(openai, nil)).isEmpty)
        try openai.move(to: try BaseURL("https://eu.api.openai.com/v1"))
        #expect(lines(ask(openai, nil)).count == 1)
    }

    @Test(arguments: [Exchange.Question.answer, .authorization])
    func `a request that came back is refused`(question: Exchange.Question) throws {
        for way in ["0123456789abcdef", "fedcba9876543210,0123456789abcdef"] {
            let conversation = ask(try provider("alpha"), way, question: question)
            #expect(conversation.answer.status == 508)
            #expect(conversation.answer.code == "ERR_NGROK_27237")
            #expect(conversation.attempts.isEmpty)
        }
    }

    @Test(arguments: [(7, 200), (8, 508), (20, 508)])
    func `a way that is too long is a loop`(length: Int, status: Int) throws {
        let way = Array(repeating: other, count: length).joined(separator: ",")
        let conversation = ask(try provider("alpha"), way)
        #expect(conversation.attempts.count == (status == 200 ? 1 : 0))
    }

    @Test func `a provider that leads back is the same as one that fails`() throws {
        var conversation = ask(try provider("alpha"), nil)
        let body = #"{"error":{"code":"ERR_NGROK_27237","message":"loop"}}"#
        conversation.answer(508, body)
        #expect(conversation.answer.status == 508)
        #expect(conversation.answer.code == nil)
    }
}
