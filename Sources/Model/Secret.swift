/// A secret that shows itself redacted wherever it is printed.
package struct Secret: Equatable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The secret itself: for the one place that sends it.
    package let exposed: String

    /// Takes the secret.
    package init(_ exposed: String) {
        self.exposed = exposed
    }

    /// Enough to tell two secrets apart, too little to use one: of 24 characters and more the
    /// first 10 and the last 4, of 12 to 23 the last 4, of fewer nothing.
    package var redacted: String {
        switch exposed.count {
        case 24...: "\(exposed.prefix(10))***\(exposed.suffix(4))"
        case 12...: "***\(exposed.suffix(4))"
        default: "***"
        }
    }

    /// The redacted form.
    package var description: String { redacted }

    /// The redacted form.
    package var debugDescription: String { redacted }

    /// Nothing: `dump` and failed expectations print the mirror of a value.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
