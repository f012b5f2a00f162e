import Glibc

/// A system call that failed: which one, on what, and errno as it was.
package struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The call's name, such as `open`.
    package let call: String
    /// What it was called on: a path, an address; empty when there is nothing to name.
    package let subject: String
    /// errno.
    package let code: CInt

    /// An error with a code that is known.
    package init(_ call: String, on subject: String = "", code: CInt) {
        self.call = call
        self.subject = subject
        self.code = code
    }

    /// The error that errno tells of now: to be made right after the call.
    package static func last(_ call: String, on subject: String = "") -> SystemError {
        SystemError(call, on: subject, code: errno)
    }

    /// `open /etc/x: No such file or directory`.
    package var description: String {
        let reason = unsafe String(cString: strerror(code))
        return subject.isEmpty ? "\(call): \(reason)" : "\(call) \(subject): \(reason)"
    }
}

extension SystemError {
    /// Whether a connection failed because nobody listens at the address.
    package var isNobodyThere: Bool { code == ECONNREFUSED || code == ENOENT }
    /// Whether a socket's file is there and nobody listens.
    package var isLeftBehind: Bool { code == ECONNREFUSED }
}
