import JSON
import Model
import Testing

@testable import Dialects

/// A stream that breaks off, and another one that goes on with it.
@Suite struct `A stream that another provider goes on with` {
    /// Feeds a stream whole or byte by byte.
    private func feed(
        _ text: String,
        to continuation: inout StreamContinuation,
        byteByByte: Bool
    ) -> String {
        var sent: [UInt8] = []
        let bytes = Array(text.utf8)
        if byteByByte {
            for byte in bytes { sent += continuation.take([byte].span) }
        } else {
            sent += continuation.take(bytes.span)
        }
        return String(decoding: sent, as: UTF8.self)
    }

    private func continuation(_ dialect: Dialect) throws -> StreamContinuation {
        try #require(StreamContinuation(dialect))
    }

    private func chunk(_ id: String, _ delta: String, _ more: String = "") -> String {
        """
        data: {"id":"\(id)","object":"chat.completion.chunk","created":\(id.count),\
        "model":"m-\(id)","choices":[{"index":0,"delta":\(delta),"finish_reason":null}]\(more)}


        """
    }

    private func event(_ type: String, _ more: String) -> String {
        "event: \(type)\ndata: {\"type\":\"\(type)\"\(more)}\n\n"
    }

    // MARK: Chat completions

    @Test(arguments: [false, true])
    func `of chat completions keeps its ids and has one beginning`(byteByByte: Bool) throws {
        var continuation = try continuation(.openAIChat)
        let begin =
            chunk("one", #"{"role":"assistant","content":""}"#)
            + chunk("one", #"{"content":"Hello "}"#)
        let first = feed(
            begin + #"data: {"id":"one","choi"#,
            to: &continuation,
            byteByByte: byteByByte
        )
        #expect(first == begin)
        #expect(continuation.canGoOn)
        #expect(continuation.text == "Hello ")
        #expect(
            String(decoding: continuation.turn, as: UTF8.self)
                == #"{"role":"assistant","content":"Hello "}"#
        )
        #expect(String(decoding: continuation.takeOver(), as: UTF8.self) == ": recovered\n\n")
        let second = feed(
            chunk("other", #"{"role":"assistant"}"#)
                + chunk("other", #"{"role":"assistant","content":"wörld"}"#)
                + "data: {\"id\":\"other\",\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
                + chunk("other", #"{}"#, #","usage":{"prompt_tokens":1}"#) + "data: [DONE]\n\n",
            to: &continuation,
            byteByByte: byteByByte
        )
        #expect(
            second
                == chunk("one", #"{"content":"wörld"}"#)
                + "data: {\"id\":\"one\",\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
                + chunk("one", "{}", #","usage":{"prompt_tokens":1}"#) + "data: [DONE]\n\n"
        )
        #expect(continuation.text == "Hello wörld")
        #expect(!continuation.canGoOn)
    }

    @Test(arguments: [
        #"{"tool_calls":[{"index":0,"id":"c","function":{"name":"f"}}]}"#,
        #"{"function_call":{"name":"f"}}"#, #"{"refusal":"no"}"#, #"{"audio":{"id":"a"}}"#,
    ])
    func `of chat completions is text alone`(delta: String) throws {
        var continuation = try continuation(.openAIChat)
        _ = feed(chunk("a", #"{"content":"x"}"#), to: &continuation, byteByByte: false)
        #expect(continuation.canGoOn)
        _ = feed(chunk("a", delta), to: &continuation, byteByByte: false)
        #expect(!continuation.canGoOn)
    }

    @Test(arguments: [
        "", "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n",
        "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}]}\n\n",
        "data: {\"choices\":[{\"index\":1,\"delta\":{\"content\":\"x\"}}]}\n\n",
        "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\ndata: [DONE]\n\n",
    ])
    func `of chat completions needs text and no end`(stream: String) throws {
        var continuation = try continuation(.openAIChat)
        #expect(feed(stream, to: &continuation, byteByByte: false) == stream)
        #expect(!continuation.canGoOn)
    }

    @Test func `does not tell the client of an error`() throws {
        var continuation = try continuation(.openAIChat)
        let text = chunk("a", #"{"content":"x"}"#)
        let sent = feed(
            text + "data: {\"error\":{\"message\":\"overloaded\"}}\n\n",
            to: &continuation,
            byteByByte: false
        )
        #expect(sent == text)
        #expect(continuation.canGoOn)
    }

    // MARK: Messages

    private var beginning: String {
        event("message_start", #","message":{"id":"msg_1","model":"one","content":[]}"#)
            + event("content_block_start", #","index":0,"content_block":{"type":"text","text":""}"#)
            + event("ping", "")
            + event(
                "content_block_delta",
                #","index":0,"delta":{"type":"text_delta","text":"Hello "}"#
            )
    }

    private var ending: String {
        event("message_delta", #","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}"#)
            + event("message_stop", "")
    }

    @Test(arguments: [false, true])
    func `of messages goes on in the block that stands open`(byteByByte: Bool) throws {
        var continuation = try continuation(.anthropicMessages)
        #expect(
            feed(beginning + "event: content_bl", to: &continuation, byteByByte: byteByByte)
                == beginning
        )
        #expect(continuation.canGoOn)
        // Anthropic refuses a turn that ends in white space.
        #expect(
            String(decoding: continuation.turn, as: UTF8.self)
                == #"{"role":"assistant","content":"Hello"}"#
        )
        _ = continuation.takeOver()
        let second = feed(
            event("message_start", #","message":{"id":"msg_2","model":"two"}"#)
                + event(
                    "content_block_start",
                    #","index":0,"content_block":{"type":"thinking","thinking":""}"#
                )
                + event(
                    "content_block_delta",
                    #","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}"#
                )
                + event("content_block_stop", #","index":0"#)
                + event(
                    "content_block_start",
                    #","index":1,"content_block":{"type":"text","text":""}"#
                )
                + event(
                    "content_block_delta",
                    #","index":1,"delta":{"type":"text_delta","text":" world"}"#
                )
                + event("content_block_stop", #","index":1"#) + ending,
            to: &continuation,
            byteByByte: byteByByte
        )
        #expect(
            second
                == event(
                    "content_block_delta",
                    #","index":0,"delta":{"type":"text_delta","text":"world"}"#
                )
                + event("content_block_stop", #","index":0"#) + ending
        )
        #expect(continuation.text == "Hello world")
    }

    @Test func `of messages numbers new blocks behind those that are there`() throws {
        var continuation = try continuation(.anthropicMessages)
        _ = feed(beginning, to: &continuation, byteByByte: false)
        _ = continuation.takeOver()
        let tool =
            event(
                "content_block_start",
                #","index":0,"content_block":{"type":"tool_use","id":"t"}"#
            )
            + event(
                "content_block_delta",
                #","index":0,"delta":{"type":"input_json_delta","partial_json":"{"}"#
            )
            + event("content_block_stop", #","index":0"#)
        let sent = feed(tool + ending, to: &continuation, byteByByte: false)
        #expect(
            sent == event("content_block_stop", #","index":0"#)
                + tool.replacing(#""index":0"#, with: #""index":1"#) + ending
        )
        #expect(!continuation.canGoOn)
    }

    @Test func `of messages is closed where the new stream says nothing more`() throws {
        var continuation = try continuation(.anthropicMessages)
        _ = feed(beginning, to: &continuation, byteByByte: false)
        _ = continuation.takeOver()
        let sent = feed(event("message_start", "") + ending, to: &continuation, byteByByte: false)
        #expect(sent == event("content_block_stop", #","index":0"#) + ending)
    }

    @Test(arguments: [Dialect.openAIResponses, .gemini])
    func `is not known of other dialects`(dialect: Dialect) {
        #expect(StreamContinuation(dialect) == nil)
    }
}
