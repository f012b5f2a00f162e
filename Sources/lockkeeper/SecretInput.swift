import Access
import Glibc
import Model
import Platform

/// Secrets come from a prompt without echo or from standard input, never from an argument.
enum SecretInput {
    /// Asks for the value of a provider key.
    static func providerKeyValue() throws -> Secret {
        let text = isatty(STDIN_FILENO) == 1 ? try prompt("Value: ") : try readLine()
        guard !text.isEmpty else {
            throw Refused("the value is empty; type it at the prompt or pipe it to standard input")
        }
        return Secret(text)
    }

    private static func prompt(_ question: String) throws -> String {
        var saved = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &saved) == 0 else {
            throw SystemError.last("tcgetattr")
        }
        var silent = saved
        // Without ISIG, as getpass(3) does: an interrupt would leave the terminal without echo.
        silent.c_lflag &= ~tcflag_t(ECHO | ISIG)
        guard unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0 else {
            throw SystemError.last("tcsetattr")
        }
        defer {
            _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved)
            printAside("")
        }
        printAside(question, terminator: "")
        return try readLine()
    }

    /// The first line of standard input, white space around it dropped.
    private static func readLine() throws -> String {
        guard let line = Swift.readLine() else { return "" }
        return String(
            line.trimmingPrefix(while: \.isWhitespace).reversed()
                .trimmingPrefix(while: \.isWhitespace).reversed()
        )
    }
}
