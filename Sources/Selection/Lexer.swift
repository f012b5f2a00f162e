/// Cuts an expression into words.
struct Lexer {
    let source: [Unicode.Scalar]
    private var position = 0

    private static let marks = [
        "&&", "||", "<=", ">=", "==", "!=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".",
        ",", "(", ")", "[", "]", "{", "}",
    ].map { (text: $0, scalars: Array($0.unicodeScalars)) }

    init(_ text: String) {
        source = Array(text.unicodeScalars)
    }

    /// Every word, the end as the last one.
    mutating func tokens() throws(SourceError) -> [Token] {
        var tokens: [Token] = []
        while true {
            let token = try next()
            tokens.append(token)
            if token.kind == .end { return tokens }
        }
    }

    private func error(_ message: String, at offset: Int) -> SourceError {
        SourceError(message, at: offset, in: source)
    }

    private func peek(_ distance: Int = 0) -> Unicode.Scalar? {
        position + distance < source.count ? source[position + distance] : nil
    }

    private mutating func next() throws(SourceError) -> Token {
        skipSpace()
        let start = position
        guard let first = peek() else { return Token(kind: .end, offset: start) }
        if let string = try stringLiteral() { return Token(kind: string, offset: start) }
        if isLetter(first) {
            return Token(kind: .name(take(while: isNamePart)), offset: start)
        }
        if isDigit(first) || first == "." && peek(1).map(isDigit) == true {
            return Token(kind: try number(), offset: start)
        }
        if first == "`" { return Token(kind: try quotedName(), offset: start) }
        for mark in Lexer.marks where source[start...].starts(with: mark.scalars) {
            position += mark.scalars.count
            return Token(kind: .mark(mark.text), offset: start)
        }
        throw error("`\(first)` means nothing here", at: start)
    }

    private mutating func skipSpace() {
        while let scalar = peek() {
            if scalar == "/", peek(1) == "/" {
                while let scalar = peek(), scalar != "\n" { position += 1 }
            } else if scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r"
                || scalar == "\u{0C}"
            {
                position += 1
            } else {
                return
            }
        }
    }

    private mutating func take(while isWanted: (Unicode.Scalar) -> Bool) -> String {
        var text = String.UnicodeScalarView()
        while let scalar = peek(), isWanted(scalar) {
            text.append(scalar)
            position += 1
        }
        return String(text)
    }

    private mutating func quotedName() throws(SourceError) -> Token.Kind {
        let start = position
        position += 1
        let name = take { isNamePart($0) || ".-/ ".unicodeScalars.contains($0) }
        guard peek() == "`", !name.isEmpty else {
            throw error("a name in backticks holds letters, digits and `_.-/ `", at: start)
        }
        position += 1
        return .quotedName(name)
    }

    // MARK: Numbers

    private mutating func number() throws(SourceError) -> Token.Kind {
        let start = position
        if peek() == "0", peek(1) == "x" || peek(1) == "X", peek(2).map(isHexadecimal) == true {
            position += 2
            return try integer(take(while: isHexadecimal), radix: 16, from: start)
        }
        var text = take(while: isDigit)
        var isDouble = false
        if peek() == ".", peek(1).map(isDigit) == true {
            isDouble = true
            position += 1
            text += "." + take(while: isDigit)
        }
        if peek() == "e" || peek() == "E" {
            let isSigned = peek(1) == "+" || peek(1) == "-"
            if peek(isSigned ? 2 : 1).map(isDigit) == true {
                isDouble = true
                text += "e" + (peek(1) == "-" ? "-" : "")
                position += isSigned ? 2 : 1
                text += take(while: isDigit)
            }
        }
        guard isDouble else { return try integer(text, radix: 10, from: start) }
        let whole = text.hasPrefix(".") ? "0" + text : text
        guard let value = Double(whole) else { throw error("no number", at: start) }
        try endNumber(start)
        return .double(value)
    }

    private mutating func integer(
        _ digits: String,
        radix: Int,
        from start: Int
    ) throws(SourceError) -> Token.Kind {
        if peek() == "u" || peek() == "U" {
            position += 1
            try endNumber(start)
            guard let value = UInt64(digits, radix: radix) else {
                throw error("the number is larger than 64 bits", at: start)
            }
            return .uint(value)
        }
        try endNumber(start)
        return .int(digits: digits, isHexadecimal: radix == 16)
    }

    private func endNumber(_ start: Int) throws(SourceError) {
        if let scalar = peek(), isNamePart(scalar) {
            throw error("`\(scalar)` in the middle of a number", at: position)
        }
    }
}

// MARK: Strings and bytes

extension Lexer {
    /// A literal with its prefixes `r` and `b` in either order and case; nil where none begins.
    private mutating func stringLiteral() throws(SourceError) -> Token.Kind? {
        let start = position
        var length = 0
        var isRaw = false
        var isBytes = false
        while length < 2, let scalar = peek(length), scalar != "\"", scalar != "'" {
            if scalar == "r" || scalar == "R", !isRaw {
                isRaw = true
            } else if scalar == "b" || scalar == "B", !isBytes {
                isBytes = true
            } else {
                return nil
            }
            length += 1
        }
        guard let quote = peek(length), quote == "\"" || quote == "'" else { return nil }
        position += length
        let isLong = peek(1) == quote && peek(2) == quote
        position += isLong ? 3 : 1
        var bytes: [UInt8] = []
        while true {
            guard let scalar = peek(), isLong || scalar != "\n" && scalar != "\r" else {
                throw error("the string that begins here has no end", at: start)
            }
            if scalar == quote, !isLong || peek(1) == quote && peek(2) == quote {
                position += isLong ? 3 : 1
                break
            }
            if scalar == "\\", !isRaw {
                try escape(into: &bytes, isBytes: isBytes)
            } else {
                // A carriage return and line feed in a long string are one line's end.
                if scalar != "\r" || peek(1) != "\n" { bytes += Array(scalar.utf8) }
                position += 1
            }
        }
        return isBytes ? .bytes(bytes) : .string(String(decoding: bytes, as: UTF8.self))
    }

    private static let simpleEscapes: [Unicode.Scalar: UInt8] = [
        "a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, "?": 63,
        "\"": 34, "'": 39, "`": 96,
    ]

    private mutating func escape(
        into bytes: inout [UInt8],
        isBytes: Bool
    ) throws(SourceError) {
        let start = position
        guard let mark = peek(1) else { throw error("an escape without an end", at: start) }
        position += 2
        if let byte = Lexer.simpleEscapes[mark] { return bytes.append(byte) }
        let value: UInt32
        switch mark {
        case "x", "X": value = try code(digits: 2, radix: 16, start)
        case "u" where !isBytes: value = try code(digits: 4, radix: 16, start)
        case "U" where !isBytes: value = try code(digits: 8, radix: 16, start)
        case "0"..."3":
            position -= 1
            value = try code(digits: 3, radix: 8, start)
        default: throw error("`\\\(mark)` is no escape", at: start)
        }
        if isBytes { return bytes.append(UInt8(truncatingIfNeeded: value)) }
        guard let scalar = Unicode.Scalar(value) else {
            throw error("the escape stands for no character", at: start)
        }
        bytes += Array(scalar.utf8)
    }

    private mutating func code(
        digits: Int,
        radix: Int,
        _ start: Int
    ) throws(SourceError) -> UInt32 {
        var text = String.UnicodeScalarView()
        for _ in 0..<digits {
            guard let scalar = peek(), isHexadecimal(scalar) else { break }
            text.append(scalar)
            position += 1
        }
        guard text.count == digits, let value = UInt32(String(text), radix: radix) else {
            throw error("the escape wants \(digits) digits", at: start)
        }
        return value
    }
}

// MARK: Characters

private func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
}

private func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

private func isNamePart(_ scalar: Unicode.Scalar) -> Bool { isLetter(scalar) || isDigit(scalar) }

private func isHexadecimal(_ scalar: Unicode.Scalar) -> Bool {
    isDigit(scalar) || ("a"..."f").contains(scalar) || ("A"..."F").contains(scalar)
}
