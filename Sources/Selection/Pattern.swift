import CPCRE2

/// A regular expression in the syntax of RE2, compiled.
///
/// RE2 runs in linear time; PCRE2 stands in for it with what RE2 lacks refused (it is what makes
/// matching exponential) and a limit on the steps of a match for the rest.
@safe final class Pattern: Sendable {
    // An address, so that it may be shared: the compiled code is never changed, and each match has
    // memory of its own.
    private let address: UInt

    /// The steps of a match: most need few.
    private static let fewSteps: UInt32 = 2000
    private static let manySteps: UInt32 = 200_000
    private static let heapLimitKiB: UInt32 = 4096
    private static let lengthLimit = 1000

    /// Compiles a pattern.
    init(_ text: String) throws(EvaluationError) {
        guard text.utf8.count <= Pattern.lengthLimit else {
            throw EvaluationError("the pattern is longer than \(Pattern.lengthLimit) bytes")
        }
        if let construct = Pattern.unknownConstruct(in: text) {
            throw EvaluationError("RE2 has no `\(construct)`")
        }
        var error: CInt = 0
        var offset = 0
        let options = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C
        let bytes = Array(text.utf8)
        let code = unsafe bytes.withUnsafeBufferPointer { pattern in
            unsafe cpcre2_compile(
                pattern.baseAddress,
                pattern.count,
                UInt32(options),
                &error,
                &offset
            )
        }
        guard let code = unsafe code else {
            throw EvaluationError("the pattern is wrong: \(Pattern.message(error)) at \(offset)")
        }
        address = UInt(bitPattern: code)
        if unsafe cpcre2_back_references(code) > 0 {
            throw EvaluationError("RE2 has no references to groups")
        }
    }

    deinit {
        unsafe cpcre2_free(OpaquePointer(bitPattern: address))
    }

    /// Whether the pattern is found anywhere in a text.
    ///
    /// The run pays for the memory of a match and for a few steps, and more when those don't do.
    func isFound(in text: String, _ run: inout Run) throws(EvaluationError) -> Bool {
        try run.step(20)
        if let isFound = try isFound(in: text, steps: Pattern.fewSteps) { return isFound }
        try run.step(Program.stepLimit / 10)
        if let isFound = try isFound(in: text, steps: Pattern.manySteps) { return isFound }
        throw EvaluationError("the match takes more than \(Pattern.manySteps) steps")
    }

    /// Nil when the match takes more steps.
    private func isFound(in text: String, steps: UInt32) throws(EvaluationError) -> Bool? {
        let bytes = Array(text.utf8)
        let result = unsafe bytes.withUnsafeBufferPointer { text in
            unsafe cpcre2_search(
                OpaquePointer(bitPattern: address),
                text.baseAddress,
                text.count,
                steps,
                Pattern.heapLimitKiB
            )
        }
        if result == PCRE2_ERROR_MATCHLIMIT { return nil }
        guard result >= 0 else {
            throw EvaluationError("the match was given up: \(Pattern.message(result))")
        }
        return result == 1
    }

    private static func message(_ error: CInt) -> String {
        var buffer = [UInt8](repeating: 0, count: 128)
        let count = unsafe buffer.withUnsafeMutableBufferPointer { buffer in
            unsafe cpcre2_message(error, buffer.baseAddress, buffer.count)
        }
        return String(decoding: buffer.prefix(Int(max(0, count))), as: UTF8.self)
    }

    private static let groupConstructs = ["=", "!", "<=", "<!", ">", "R", "&", "#", "|", "(", "C"]

    /// The first thing in a pattern that PCRE2 knows and RE2 does not; nil when there is none.
    private static func unknownConstruct(in text: String) -> String? {
        var rest = Substring(text)
        var isInClass = false
        while let first = rest.first {
            if first == "\\" {
                if let next = rest.dropFirst().first, "gkRKXGNhHE".contains(next), !isInClass {
                    return "\\\(next)"
                }
                rest = rest.dropFirst(2)
                continue
            }
            if isInClass {
                if first == "]" { isInClass = false }
            } else if first == "[" {
                isInClass = true
                // A bracket in the first place stands for itself.
                if rest.hasPrefix("[]") || rest.hasPrefix("[^]") {
                    rest = rest.dropFirst(rest.hasPrefix("[]") ? 1 : 2)
                }
            } else if rest.hasPrefix("(*") {
                return "(*"
            } else if rest.hasPrefix("(?") {
                let behind = rest.dropFirst(2)
                if let construct = groupConstructs.first(where: { behind.hasPrefix($0) }) {
                    return "(?\(construct)"
                }
                if let digit = behind.first, digit.isNumber || digit == "+" { return "(?\(digit)" }
            } else if ["*+", "++", "?+", "}+"].contains(where: { rest.hasPrefix($0) }) {
                return String(rest.prefix(2))
            }
            rest = rest.dropFirst()
        }
        return nil
    }
}
