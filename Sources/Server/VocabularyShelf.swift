import Platform
import Relay
import Storage
import Synchronization
import Tokenizer

/// The vocabulary that requests are counted by: read from the state directory when the first one is,
/// since most sites never need it and it takes 16 MB.
final class VocabularyShelf: VocabularySource {
    private enum State {
        case unread
        case read(Vocabulary)
        case unreadable
    }

    /// The vocabulary of most models; what others make of a text goes by a factor of theirs.
    private static let name = VocabularyName.o200k

    private let files: VocabularyFiles
    private let log: OperationalLog
    private let state = Mutex(State.unread)

    /// A shelf for the files of a state directory; nil where the vocabulary is not installed.
    init?(_ files: VocabularyFiles, log: OperationalLog) {
        guard files.isThere(Self.name) else { return nil }
        self.files = files
        self.log = log
    }

    /// Whether the file is still there and good.
    var isUsable: Bool {
        guard files.isThere(Self.name) else { return false }
        return state.withLock { state in
            switch state {
            case .unread, .read: true
            case .unreadable: false
            }
        }
    }

    func load() -> Vocabulary? {
        state.withLock { state in
            switch state {
            case .read(let vocabulary): return vocabulary
            case .unreadable: return nil
            case .unread:
                let vocabulary = read()
                state = vocabulary.map { .read($0) } ?? .unreadable
                return vocabulary
            }
        }
    }

    private func read() -> Vocabulary? {
        do throws(StorageError) {
            return try files.load(Self.name)
        } catch {
            log.warning("requests are estimated, not counted", ["reason": error.description])
            return nil
        }
    }
}
