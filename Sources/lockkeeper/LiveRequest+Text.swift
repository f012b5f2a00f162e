import Glibc
import Model

/// Colours, where somebody sees them.
struct TextStyle {
    private let isPlain: Bool

    /// Plain also where the environment asks for it (NO_COLOR).
    init(isPlain: Bool) {
        let wish = unsafe getenv("NO_COLOR").map { unsafe $0[0] != 0 }
        self.isPlain = isPlain || wish == true
    }

    /// A colour of the terminal's own.
    enum Colour: Int {
        case red = 31
        case green = 32
        case yellow = 33
    }

    func coloured(_ text: String, _ colour: Colour) -> String {
        isPlain ? text : "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m"
    }

    func strong(_ text: String) -> String { isPlain ? text : "\u{1B}[1m\(text)\u{1B}[0m" }

    /// The line of titles of a table.
    func inverse(_ text: String) -> String { isPlain ? text : "\u{1B}[7m\(text)\u{1B}[0m" }
}

extension LiveRequest {
    /// It in one line.
    func line(_ style: TextStyle) -> String {
        var words = [
            String(time.dropFirst(11).prefix(8)), style.coloured(shownStatus, colour),
            Self.column(key, 16), Self.column(shownModel, 28), duration.short.leading(7),
        ]
        if let firstToken { words.append("first \(firstToken.short)") }
        if input > 0 || output > 0 { words.append("\(input) in \(output) out") }
        if let cost { words.append("$\(cost)") }
        if outcome == "cut" { words.append("cut") }
        if let error { words.append(error) }
        if isError || attempts.count > 1 { words.append(tries) }
        words.append(id)
        return words.filter { !$0.isEmpty }.joined(separator: "  ")
    }

    private var shownStatus: String { status == 0 ? "---" : String(status) }

    private var colour: TextStyle.Colour {
        if status >= 500 || outcome == "cut" { return .red }
        return status >= 400 ? .yellow : .green
    }

    private var tries: String {
        attempts.map { attempt in
            let message = attempt.message.map { ": \($0)" } ?? ""
            return Output.printable("[\(attempt.result)] \(attempt.model)\(message)")
        }
        .joined(separator: ", ")
    }

    private static func column(_ text: String, _ width: Int) -> String {
        let text = text.isEmpty ? "-" : Output.printable(text)
        return text + String(repeating: " ", count: max(0, width - text.count))
    }
}

extension Duration {
    /// In three digits or so: `340ms`, `1.20s`, `75s`.
    var short: String {
        let milliseconds = self / .milliseconds(1)
        if milliseconds < 1 { return "<1ms" }
        if milliseconds < 1000 { return "\(Int(milliseconds))ms" }
        let hundredths = Int((milliseconds / 10).rounded())
        if hundredths >= 10_000 { return "\(hundredths / 100)s" }
        return "\(hundredths / 100).\(String(hundredths % 100 + 100).dropFirst())s"
    }
}

extension String {
    /// With blanks before it.
    func leading(_ width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
