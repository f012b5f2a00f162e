import Model

/// A model as a client writes it: `model`, `provider:model`, `author/model` or
/// `provider:author/model`.
///
/// The provider ends at the first colon, if no slash stands before it; the author ends at the
/// first slash behind that. Whatever follows belongs to the model, so that `mine:llama3:8b` and
/// `openrouter:meta/llama:free` say what they mean.
package struct ModelAddress: Equatable, Sendable {
    /// What stands before the colon.
    package let provider: String?
    /// What stands before the slash.
    package let author: String?
    /// The model's own name.
    package let model: String

    /// Everything behind the provider: what is sent where the catalog knows no better.
    package var qualifiedModel: String {
        author.map { "\($0)/\(model)" } ?? model
    }

    /// The longest address in bytes.
    package static let longest = 2 * Limits.identifierBytes

    /// Reads an address, the fault as a value.
    static func read(_ text: String) -> Result<ModelAddress, ModelAddressError> {
        do throws(ModelAddressError) { return .success(try parse(text)) } catch {
            return .failure(error)
        }
    }

    /// Reads an address.
    package static func parse(_ text: String) throws(ModelAddressError) -> ModelAddress {
        guard !text.isEmpty else { throw .empty }
        guard text.utf8.count <= longest else { throw .tooLong }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { throw .badCharacter }
        var rest = Substring(text)
        var provider: String?
        if let mark = rest.firstIndex(where: { $0 == ":" || $0 == "/" }), rest[mark] == ":" {
            guard mark > rest.startIndex else { throw .emptyProvider }
            provider = String(rest[..<mark])
            rest = rest[rest.index(after: mark)...]
        }
        var author: String?
        if let mark = rest.firstIndex(of: "/") {
            guard mark > rest.startIndex else { throw .emptyAuthor }
            author = String(rest[..<mark])
            rest = rest[rest.index(after: mark)...]
        }
        guard !rest.isEmpty else { throw .emptyModel }
        return ModelAddress(provider: provider, author: author, model: String(rest))
    }
}

/// Why a model address can't be read.
package enum ModelAddressError: Error, Equatable, Sendable, CustomStringConvertible {
    case empty, tooLong, badCharacter, emptyProvider, emptyAuthor, emptyModel

    /// What is wrong.
    package var description: String {
        switch self {
        case .empty: "it is empty"
        case .tooLong: "it is longer than \(ModelAddress.longest) bytes"
        case .badCharacter: "it has a space or a control character"
        case .emptyProvider: "nothing stands before the colon"
        case .emptyAuthor: "nothing stands before the slash"
        case .emptyModel: "the model's name is missing at the end"
        }
    }
}
