import Crypto
import Model
import Platform
package import Tokenizer

/// The vocabularies in the state directory: put there by hand or by `make install`, and never
/// believed without their SHA-256.
package struct VocabularyFiles: Sendable {
    private let directory: StateDirectory

    /// The files of a directory.
    package init(of directory: StateDirectory) {
        self.directory = directory
    }

    /// What is known of a vocabulary's file.
    package enum Condition: Equatable, Sendable {
        case installed(byteCount: Int)
        case absent
        /// Its bytes are not those of the vocabulary.
        case damaged
    }

    /// Where a vocabulary's file is, or would be.
    package func path(of name: VocabularyName) -> String {
        "\(directory.path)/\(name.fileName)"
    }

    /// Whether a vocabulary's file is there, good or not.
    package func isThere(_ name: VocabularyName) -> Bool {
        do throws(SystemError) {
            return try FileStatus.of(path(of: name)) != nil
        } catch {
            return false
        }
    }

    /// Looks at a vocabulary's file.
    package func condition(of name: VocabularyName) throws(StorageError) -> Condition {
        guard let bytes = try read(name) else { return .absent }
        return Self.digest(bytes) == name.sha256 ? .installed(byteCount: bytes.count) : .damaged
    }

    /// A vocabulary, ready to be used; nil when it is not installed.
    package func load(_ name: VocabularyName) throws(StorageError) -> Vocabulary? {
        guard let bytes = try read(name) else { return nil }
        guard Self.digest(bytes) == name.sha256 else {
            throw StorageError(
                "its SHA-256 is not that of \(name.rawValue)",
                at: path(of: name),
                remedy: "install it again: lockkeeper tokenizer install --from FILE"
            )
        }
        do throws(Vocabulary.Problem) {
            return try Vocabulary(name, parsing: bytes.span)
        } catch {
            throw StorageError(error.description, at: path(of: name))
        }
    }

    /// Takes the vocabularies that a file is or holds, and says which: known by their SHA-256, not
    /// by the file's name.
    package func install(from path: String) throws(StorageError) -> [VocabularyName] {
        let bytes = try reporting { () throws(SystemError) in
            try File(path, for: .reading).readAll(limit: Limits.vocabularyArchiveBytes)
        }
        let found = try Self.vocabularies(in: bytes, at: path)
        for (name, contents) in found {
            try reporting { () throws(SystemError) in
                try AtomicFile.replace(
                    self.path(of: name),
                    with: contents.span,
                    owner: directory.owner
                )
            }
        }
        return found.map(\.name)
    }

    private static func vocabularies(
        in bytes: [UInt8],
        at path: String
    ) throws(StorageError) -> [(name: VocabularyName, contents: [UInt8])] {
        var found: [(name: VocabularyName, contents: [UInt8])] = []
        let isArchive = ZipArchive.isArchive(bytes)
        do throws(ZipArchive.Problem) {
            for contents in isArchive ? try candidates(in: ZipArchive(bytes)) : [bytes] {
                let digest = digest(contents)
                if let name = VocabularyName.allCases.first(where: { $0.sha256 == digest }) {
                    found.append((name, contents))
                }
            }
        } catch {
            throw StorageError(error.description, at: path)
        }
        guard found.isEmpty else { return found }
        let names = VocabularyName.allCases.map(\.rawValue).joined(separator: ", ")
        throw StorageError(
            isArchive
                ? "it holds no vocabulary" : "it is no vocabulary that is known, and no wheel",
            at: path,
            remedy: "known by their SHA-256 are \(names); the litellm wheel of PyPI has both"
        )
    }

    /// The members of an archive that are called as a vocabulary's file is.
    private static func candidates(
        in archive: ZipArchive
    ) throws(ZipArchive.Problem) -> [[UInt8]] {
        let names = VocabularyName.allCases.flatMap { [$0.cacheName, $0.fileName] }
        var candidates: [[UInt8]] = []
        for member in archive.members {
            let last = member.name.split(separator: "/").last.map(String.init) ?? ""
            guard names.contains(last) else { continue }
            candidates.append(
                try archive.contents(of: member, limit: Limits.vocabularyFileBytes)
            )
        }
        return candidates
    }

    private func read(_ name: VocabularyName) throws(StorageError) -> [UInt8]? {
        let path = path(of: name)
        return try reporting { () throws(SystemError) in
            guard try FileStatus.of(path) != nil else { return nil }
            return try File(path, for: .reading).readAll(limit: Limits.vocabularyFileBytes)
        }
    }

    private static func digest(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
        .joined()
    }
}
