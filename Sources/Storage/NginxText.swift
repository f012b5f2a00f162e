import Platform

/// A directive of nginx's configuration, with what stands in its braces.
struct NginxDirective {
    let name: String
    let arguments: [String]
    /// The file and the line, `/etc/nginx/nginx.conf:12`.
    let place: String
    var children: [NginxDirective] = []

    /// Its directives of a name, those in blocks of blocks left out.
    func children(_ name: String) -> [NginxDirective] { children.filter { $0.name == name } }

    /// All directives within, at any depth.
    var descendants: [NginxDirective] { children.flatMap { [$0] + $0.descendants } }
}

/// Reads nginx's configuration with what it includes, as far as it can be read.
///
/// What is no configuration reads as whatever it looks like: nginx itself says what is wrong with it.
struct NginxText {
    private let folder: String
    /// The files that may still be read.
    private var filesLeft = 500

    /// The directives of a file and of what it includes, paths relative to its folder.
    static func read(_ path: String) -> [NginxDirective] {
        let folder = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
        var text = NginxText(folder: String(folder))
        return text.directives(of: path, depth: 0)
    }

    private init(folder: String) {
        self.folder = folder
    }

    private mutating func directives(of path: String, depth: Int) -> [NginxDirective] {
        guard depth < 16, filesLeft > 0 else { return [] }
        filesLeft -= 1
        let bytes: [UInt8]
        do throws(StorageError) {
            bytes = try ConfigurationSources.contents(of: path, limit: 4 << 20)
        } catch {
            // Not for us: what stands there is not known then.
            return []
        }
        var words = NginxWords(bytes)
        return block(&words, path, depth: depth)
    }

    private mutating func block(
        _ words: inout NginxWords,
        _ path: String,
        depth: Int
    ) -> [NginxDirective] {
        var found: [NginxDirective] = []
        var statement: [String] = []
        var line = 0
        while let (word, place) = words.next() {
            switch word {
            case .text(let text):
                if statement.isEmpty { line = place }
                statement.append(text)
                continue
            case .end: found += finish(statement, path, line, depth: depth)
            case .open:
                let children = depth < 64 ? block(&words, path, depth: depth + 1) : []
                if let name = statement.first {
                    found.append(
                        NginxDirective(
                            name: name,
                            arguments: Array(statement.dropFirst()),
                            place: "\(path):\(line)",
                            children: children
                        )
                    )
                }
            case .close: return found
            }
            statement = []
        }
        return found
    }

    private mutating func finish(
        _ statement: [String],
        _ path: String,
        _ line: Int,
        depth: Int
    ) -> [NginxDirective] {
        guard let name = statement.first else { return [] }
        guard name == "include", statement.count == 2 else {
            return [
                NginxDirective(
                    name: name,
                    arguments: Array(statement.dropFirst()),
                    place: "\(path):\(line)"
                )
            ]
        }
        let pattern = statement[1].hasPrefix("/") ? statement[1] : "\(folder)/\(statement[1])"
        return PathPattern.matches(of: pattern).flatMap { directives(of: $0, depth: depth + 1) }
    }
}

/// The words and marks of nginx's configuration.
private struct NginxWords {
    enum Word {
        case text(String)
        case open, close, end
    }

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The next one, with its line; nil at the end.
    mutating func next() -> (Word, line: Int)? {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\n"):
                line += 1
                position += 1
            case ...0x20: position += 1
            case UInt8(ascii: "#"):
                while position < bytes.count, bytes[position] != UInt8(ascii: "\n") {
                    position += 1
                }
            case UInt8(ascii: ";"): return mark(.end)
            case UInt8(ascii: "{"): return mark(.open)
            case UInt8(ascii: "}"): return mark(.close)
            case UInt8(ascii: "\""), UInt8(ascii: "'"): return quoted()
            default: return plain()
            }
        }
        return nil
    }

    private mutating func mark(_ word: Word) -> (Word, line: Int) {
        position += 1
        return (word, line)
    }

    private mutating func quoted() -> (Word, line: Int) {
        let quote = bytes[position]
        let start = line
        var text: [UInt8] = []
        position += 1
        while position < bytes.count, bytes[position] != quote {
            if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count { position += 1 }
            if bytes[position] == UInt8(ascii: "\n") { line += 1 }
            text.append(bytes[position])
            position += 1
        }
        position += 1
        return (.text(String(decoding: text, as: UTF8.self)), start)
    }

    private mutating func plain() -> (Word, line: Int) {
        let start = position
        while position < bytes.count, bytes[position] > 0x20,
            bytes[position] != UInt8(ascii: ";"), !opensBlock(at: position)
        {
            position += 1
        }
        return (.text(String(decoding: bytes[start..<position], as: UTF8.self)), line)
    }

    /// Whether a brace opens a block: that of `${name}` does not.
    private func opensBlock(at index: Int) -> Bool {
        bytes[index] == UInt8(ascii: "{") && bytes[index - 1] != UInt8(ascii: "$")
    }
}
