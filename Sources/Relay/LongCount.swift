import Model
import Routing
package import Tokenizer

/// Where the vocabulary is that requests are counted by.
package protocol VocabularySource: AnyObject, Sendable {
    /// The vocabulary, which is read when it is first asked for; nil where that failed.
    func load() -> Vocabulary?
}

/// The tokens of a request, counted word for word: that takes longer than a loop has.
final class LongCount: LongWork {
    /// What the request asks for, counted; nil where the vocabulary could not be read.
    private(set) var traits: RequestTraits?
    private let body: ByteBuffer
    private let path: String
    private let source: any VocabularySource

    /// The body of a request to a path, which stays as it is meanwhile.
    init(_ body: ByteBuffer, path: String, by source: any VocabularySource) {
        self.body = body
        self.path = path
        self.source = source
    }

    /// Counts it.
    func run() {
        guard let vocabulary = source.load() else { return }
        traits = body.withBytes { RequestTraitsReader.read($0, path: path, by: vocabulary) }
    }
}
