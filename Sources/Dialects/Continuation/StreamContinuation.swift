package import Model
import EventStream

/// What a client has of a stream, and how another provider's stream goes on where it broke off
/// (chapter 4, `stream_recovery`).
///
/// The client gets whole events only, so that a stream may break anywhere. Until a takeover they
/// pass byte for byte; after it the events are told in the words of the first provider: its ids and
/// its model, no second beginning. Text alone can be gone on with.
package struct StreamContinuation: Sendable {
    private var splitter = EventSplitter()
    private var form: Form
    private var isTakenOver = false

    private enum Form {
        case chat(ChatContinuation)
        case messages(MessagesContinuation)
    }

    /// Nothing was sent yet; nil for a dialect in which no answer can be gone on with.
    package init?(_ dialect: Dialect) {
        switch dialect {
        case .openAIChat: form = .chat(ChatContinuation())
        case .anthropicMessages: form = .messages(MessagesContinuation())
        case .openAIResponses, .gemini: return nil
        }
    }

    /// The text that the client has.
    package var text: String {
        switch form {
        case .chat(let chat): chat.text
        case .messages(let messages): messages.text
        }
    }

    /// Whether another provider could go on: there is text, nothing but text, and no end.
    package var canGoOn: Bool {
        if splitter.hasCutAnEvent { return false }
        return switch form {
        case .chat(let chat): chat.canGoOn
        case .messages(let messages): messages.canGoOn
        }
    }

    /// The assistant's turn so far, as a member of the request's `messages`.
    package var turn: [UInt8] {
        switch form {
        case .chat(let chat): chat.turn
        case .messages(let messages): messages.turn
        }
    }

    /// Takes bytes of the provider in course and gives those that the client gets.
    package mutating func take(_ bytes: Span<UInt8>) -> [UInt8] {
        var sent: [UInt8] = []
        // Apart from each other, so that the splitter may call back.
        var form = form
        let isTakenOver = isTakenOver
        splitter.feed(bytes) { event in
            Self.take(event, &form, isTakenOver, &sent)
        }
        self.form = form
        return sent
    }

    /// The stream has come to its end.
    package mutating func takeRest() -> [UInt8] {
        let rest = splitter.takeRest()
        guard isTakenOver, !rest.isEmpty else { return rest }
        var sent: [UInt8] = []
        Self.take((rest + [0x0A, 0x0A]).span, &form, isTakenOver, &sent)
        return sent
    }

    /// Another provider begins; gives what marks the seam.
    package mutating func takeOver() -> [UInt8] {
        isTakenOver = true
        splitter = EventSplitter()
        switch form {
        case .chat(var chat):
            chat.takeOver()
            form = .chat(chat)
        case .messages(var messages):
            messages.takeOver()
            form = .messages(messages)
        }
        return Array(": recovered\n\n".utf8)
    }

    private static func take(
        _ event: Span<UInt8>,
        _ form: inout Form,
        _ isTakenOver: Bool,
        _ sent: inout [UInt8]
    ) {
        var parser = EventStreamParser()
        var hasEvent = false
        var told: [UInt8] = []
        parser.feed(event) { name, data, _ in
            hasEvent = true
            switch form {
            case .chat(var chat):
                told = chat.take(name, data, isTakenOver)
                form = .chat(chat)
            case .messages(var messages):
                told = messages.take(name, data, isTakenOver)
                form = .messages(messages)
            }
        }
        if !hasEvent || !isTakenOver && !told.isEmpty {
            unsafe event.withUnsafeBufferPointer { unsafe sent.append(contentsOf: $0) }
        } else {
            sent += told
        }
    }
}
