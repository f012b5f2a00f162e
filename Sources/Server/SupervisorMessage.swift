import Platform

/// What a worker tells its supervisor: one line each, a word and what belongs to it.
///
/// The two may be programs of different versions, so a word that is not known is passed over and
/// the supervisor does not look into texts that are for another worker.
enum WorkerReport: Equatable {
    /// It has read everything it needs and could take over; the text says what it could not read.
    case prepared(problem: String?)
    /// It wrote out all that has one owner, and touches it no more.
    case released
    /// It owns what has one owner, answers at `control.sock` and takes requests.
    case opened
    /// It can't go on, and why.
    case failed(String)
    /// It takes no new connections and will be gone after at most so long.
    case draining(milliseconds: Int)
    /// A question to all other workers.
    case ask(ticket: Int, String)
    /// A question to whoever has the ledger.
    case askOwner(ticket: Int, String)
    /// What it has to say to a question.
    case answer(ticket: Int, String)
    /// When keys were used here, for the owner to write down.
    case uses(String)
    /// What cools down and what fails, for the next owner.
    case health(String)

    /// The line without its newline.
    var line: String {
        switch self {
        case .prepared(let problem): MessageLine("prepared", text: problem ?? "").text
        case .released: "released"
        case .opened: "opened"
        case .failed(let reason): MessageLine("failed", text: reason).text
        case .draining(let milliseconds): "draining \(milliseconds)"
        case .ask(let ticket, let text): MessageLine("ask", number: ticket, text: text).text
        case .askOwner(let ticket, let text):
            MessageLine("ask-owner", number: ticket, text: text).text
        case .answer(let ticket, let text): MessageLine("answer", number: ticket, text: text).text
        case .uses(let text): MessageLine("uses", text: text).text
        case .health(let text): MessageLine("health", text: text).text
        }
    }

    /// Reads a line; nil for one that says nothing known.
    init?(line: [UInt8]) {
        let (word, rest) = MessageLine.split(String(decoding: line, as: UTF8.self)[...])
        switch word {
        case "prepared": self = .prepared(problem: rest.isEmpty ? nil : String(rest))
        case "released": self = .released
        case "opened": self = .opened
        case "failed": self = .failed(String(rest))
        case "uses": self = .uses(String(rest))
        case "health": self = .health(String(rest))
        case "draining":
            guard let milliseconds = Int(rest), milliseconds >= 0 else { return nil }
            self = .draining(milliseconds: milliseconds)
        case "ask", "ask-owner", "answer":
            guard let (ticket, text) = MessageLine.numbered(rest) else { return nil }
            switch word {
            case "ask": self = .ask(ticket: ticket, text)
            case "ask-owner": self = .askOwner(ticket: ticket, text)
            default: self = .answer(ticket: ticket, text)
            }
        default: return nil
        }
    }
}

/// What a supervisor tells a worker.
enum WorkerOrder: Equatable {
    /// Take over what has one owner, and take requests if you don't yet.
    ///
    /// When shared, other workers of this supervisor run, and one of them may still answer at
    /// `control.sock`.
    case own(isShared: Bool)
    /// Write out what has one owner and let it go; go on taking requests.
    case release
    /// Another worker answers at `control.sock` now.
    case yieldControl
    /// Take no new connections and end with the last request.
    case drain
    /// A question of another worker, to be answered under the ticket.
    case ask(ticket: Int, String)
    /// One worker's answer to your question.
    case answer(ticket: Int, String)
    /// There will be no more answers; so many workers gave none.
    case complete(ticket: Int, missing: Int)
    /// When keys were used in another worker.
    case uses(String)
    /// What cools down and what fails, as the last owner knew it.
    case health(String)
    /// How the last hand-over ended, for `status`.
    case handover(HandoverResult)

    /// The line without its newline.
    var line: String {
        switch self {
        case .own(let isShared): isShared ? "own shared" : "own"
        case .release: "release"
        case .yieldControl: "yield"
        case .drain: "drain"
        case .ask(let ticket, let text): MessageLine("ask", number: ticket, text: text).text
        case .answer(let ticket, let text): MessageLine("answer", number: ticket, text: text).text
        case .complete(let ticket, let missing): "complete \(ticket) \(missing)"
        case .uses(let text): MessageLine("uses", text: text).text
        case .health(let text): MessageLine("health", text: text).text
        case .handover(let result):
            MessageLine("handover", number: result.unixSecond, text: result.reason ?? "").text
        }
    }

    /// Reads a line; nil for one that says nothing known.
    init?(line: [UInt8]) {
        let (word, rest) = MessageLine.split(String(decoding: line, as: UTF8.self)[...])
        switch word {
        case "own": self = .own(isShared: rest == "shared")
        case "release": self = .release
        case "yield": self = .yieldControl
        case "drain": self = .drain
        case "uses": self = .uses(String(rest))
        case "health": self = .health(String(rest))
        case "ask", "answer", "complete", "handover":
            guard let (number, text) = MessageLine.numbered(rest) else { return nil }
            switch word {
            case "ask": self = .ask(ticket: number, text)
            case "answer": self = .answer(ticket: number, text)
            case "complete": self = .complete(ticket: number, missing: Int(text) ?? 0)
            default:
                let reason = text.isEmpty ? nil : text
                self = .handover(HandoverResult(reason: reason, unixSecond: number))
            }
        default: return nil
        }
    }
}

/// How a hand-over ended.
struct HandoverResult: Equatable {
    /// Why the old worker goes on; nil when the new one took over.
    let reason: String?
    /// When it was, by the wall clock.
    let unixSecond: Int
}

/// A word, perhaps a number, and a text up to the end of the line.
private struct MessageLine {
    let text: String

    /// A newline in the text would end the line: it becomes a space.
    init(_ word: String, number: Int? = nil, text rest: String) {
        let head = number.map { "\(word) \($0)" } ?? word
        var line = rest.isEmpty ? head : head + " " + rest
        if line.utf8.contains(UInt8(ascii: "\n")) {
            line = String(line.map { $0.isNewline ? " " : $0 })
        }
        text = line
    }

    static func split(_ line: Substring) -> (word: Substring, rest: Substring) {
        guard let space = line.firstIndex(of: " ") else { return (line, "") }
        return (line[..<space], line[line.index(after: space)...])
    }

    static func numbered(_ rest: Substring) -> (number: Int, text: String)? {
        let (word, text) = split(rest)
        return Int(word).map { ($0, String(text)) }
    }
}
