import Routing

/// Why a form was refused.
enum FormError: Error, Equatable {
    /// No line of the body is the boundary.
    case noParts
    /// The body ends before the line that says so.
    case notEnded
    /// A line begins with the boundary and is none, or a line ends in LF alone before one: readers
    /// differ on whether a part begins there.
    case ambiguousBoundary(at: Int)
    /// A part's headers are not as they should be.
    case malformedHead(at: Int)
    case tooManyParts(Int)
    case noModel
    case severalModels
    /// The part holds a file, an encoded text, or what is no line of text.
    case modelIsNoText
    case modelTooLong

    /// For the client.
    var message: String {
        switch self {
        case .noParts: "the body holds no part of a form"
        case .notEnded: "the body ends before the form does"
        case .ambiguousBoundary(let position):
            "a line of the body begins like the boundary and is none (byte \(position))"
        case .malformedHead(let position):
            "the headers of a part are malformed (byte \(position))"
        case .tooManyParts(let most): "the form has more than \(most) parts"
        case .noModel: "the form has no part named `model`"
        case .severalModels: "the form has more than one part named `model`"
        case .modelIsNoText: "`model` must be one line of plain text"
        case .modelTooLong: "`model` is longer than \(ModelAddress.longest) bytes"
        }
    }

    /// The part that is wrong, where it is one that the client can name.
    var parameter: String? {
        switch self {
        case .noModel, .severalModels, .modelIsNoText, .modelTooLong: "model"
        case .noParts, .notEnded, .ambiguousBoundary, .malformedHead, .tooManyParts: nil
        }
    }
}
