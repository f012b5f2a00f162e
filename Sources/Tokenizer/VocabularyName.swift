/// A vocabulary of OpenAI's, which knows how to cut a text and which file holds its tokens.
package enum VocabularyName: String, CaseIterable, Sendable {
    /// That of GPT-4o and all models since.
    case o200k = "o200k_base"
    /// That of GPT-4, and of the embedding models.
    case cl100k = "cl100k_base"

    /// The SHA-256 of its file, in hexadecimal digits, as tiktoken has it.
    package var sha256: String {
        switch self {
        case .o200k: "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
        case .cl100k: "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"
        }
    }

    /// What tiktoken calls the file where it keeps a copy: the SHA-1 of its address.
    package var cacheName: String {
        switch self {
        case .o200k: "fb374d419588a4632f3f557e76b4b70aebbca790"
        case .cl100k: "9b5ad71b2ce5302211f9c61530b329a4922fc6a4"
        }
    }

    /// What the file is called elsewhere.
    package var fileName: String { rawValue + ".tiktoken" }
}
