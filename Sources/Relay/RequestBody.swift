import Dialects
import JSON
package import Model
import Routing

/// The client's body, and the few top-level members or the one part of it that the gateway reads.
///
/// What is not read is not touched: the model's name is spliced in place, `models` is cut out of
/// JSON, and every other byte goes upstream as it came.
package struct RequestBody {
    /// The bytes as they stand now.
    package let bytes: ByteBuffer
    /// `model` as the client sent it, nil when it sent none.
    package private(set) var model: String?
    /// `models` as the client sent it.
    package private(set) var models: [String] = []
    /// Whether `stream` is true.
    package private(set) var asksForStream = false
    /// Whether it is a form with files in it.
    private(set) var isForm = false
    /// Whether it may hold marks of earlier translations, which a provider of its own dialect is not
    /// to be sent.
    private(set) var holdsTraces = false
    private var modelValue: Range<Int>?
    private var sentModel: String?

    private static let scanner = MemberScanner(["model", "models", "stream"])

    /// Whether the client leaves it to the gateway which model is asked.
    var leavesChoice: Bool { models.isEmpty && (model.map(RouteTable.isOpen) ?? true) }

    /// A body that has not been read yet.
    package init() {
        bytes = ByteBuffer()
    }

    /// Why a body was refused: chapter 3's 27228.
    package struct Malformed: Error {
        /// What is wrong.
        package let message: String
        /// The member that is at fault, where one is.
        package let parameter: String?
    }

    /// How a body is to be read.
    enum Form {
        /// One JSON object.
        case json
        /// A form with parts, told apart by this boundary.
        case parts(FormBoundary)
        /// Nothing is to be found in it: its path names the model.
        case unread
    }

    /// Finds what the gateway reads, and whether there may be marks of earlier translations.
    mutating func read(as form: Form, in dialect: Dialect) throws(Malformed) {
        switch form {
        case .json: try read()
        case .parts(let boundary): try read(formWith: boundary)
        case .unread: break
        }
        if !isForm { lookForTraces(in: dialect) }
    }

    /// Finds out whether there may be marks of earlier translations.
    mutating func lookForTraces(in dialect: Dialect) {
        holdsTraces = bytes.withBytes { ForeignTraces.mayStand(in: $0, of: dialect) }
    }

    /// Finds the members that the gateway reads; the body must be one JSON object.
    mutating func read() throws(Malformed) {
        let members = try scan()
        try readModel(members[0])
        try readModels(members[1])
        asksForStream = members[2]?.kind == .true
        if model == nil || members[1] != nil { try settle(members) }
    }

    private func scan() throws(Malformed) -> Members {
        do throws(ScanError) {
            return try bytes.withBytes { text throws(ScanError) in
                try RequestBody.scanner.scan(text)
            }
        } catch {
            throw RequestBody.malformed(error)
        }
    }

    private mutating func readModel(_ member: Member?) throws(Malformed) {
        guard let member else { return }
        guard member.kind == .string,
            let text = bytes.withBytes({ decodeJSONString($0, member.value) })
        else { throw Malformed(message: "`model` must be a string", parameter: "model") }
        model = text
        sentModel = text
        modelValue = member.value
    }

    private mutating func readModels(_ member: Member?) throws(Malformed) {
        guard let member else { return }
        let limit = Limits.modelsOfARequest
        guard member.kind == .array,
            let list = bytes.withBytes({
                decodeJSONStringArray($0, member.value, limit: limit)
            })
        else {
            throw Malformed(
                message: "`models` must be an array of at most \(limit) strings",
                parameter: "models"
            )
        }
        models = list
    }

    /// `models` is the gateway's own and never goes upstream; a `model` that is not there is put in,
    /// so that it can be named later.
    private mutating func settle(_ members: Members) throws(Malformed) {
        var splice = Splice(members)
        if let list = members[1] { splice.remove(list) }
        if model == nil {
            let first = models.first ?? ""
            splice.add("model", RequestBody.json(first))
            sentModel = first
        }
        for edit in splice.edits.reversed() {
            bytes.replaceSubrange(edit.range, with: edit.replacement.span)
        }
        modelValue = try scan()[0]?.value
    }

    /// A copy that names a model as its provider knows it.
    func copy(naming name: String) -> ByteBuffer {
        var copy = RequestBody(copying: self)
        copy.name(model: name)
        return copy.bytes
    }

    /// The same with one more turn at the end of `messages`; nil when there is no such list.
    func copy(naming name: String, adding turn: [UInt8]) -> ByteBuffer? {
        var copy = RequestBody(copying: self)
        guard let end = copy.endOfMessages() else { return nil }
        copy.name(model: name)
        // The name may stand before the list or behind it.
        let moved = copy.bytes.withBytes { $0.count } - bytes.count
        let isBehind = modelValue.map { $0.lowerBound < end.place } ?? false
        let place = end.place + (isBehind ? moved : 0)
        copy.bytes.replaceSubrange(
            place..<place,
            with: ((end.isEmpty ? [] : [UInt8(ascii: ",")]) + turn).span
        )
        return copy.bytes
    }

    private static let turns = MemberScanner(["messages"])

    /// Where the list of turns ends, before its bracket, and whether it holds none.
    private func endOfMessages() -> (place: Int, isEmpty: Bool)? {
        bytes.withBytes { text in
            let members: Members?
            do throws(ScanError) { members = try Self.turns.scan(text) } catch { members = nil }
            guard let list = members?[0], list.kind == .array else { return nil }
            let inner = (list.value.lowerBound + 1)..<(list.value.upperBound - 1)
            return (inner.upperBound, inner.allSatisfy { text[$0] <= 0x20 })
        }
    }

    private init(copying other: RequestBody) {
        bytes = ByteBuffer()
        other.bytes.withBytes { bytes.append($0) }
        modelValue = other.modelValue
        sentModel = other.sentModel
        isForm = other.isForm
    }

    /// Makes the body name the model as the provider knows it.
    mutating func name(model name: String) {
        guard sentModel != name, let value = modelValue else { return }
        let text = isForm ? Array(name.utf8) : RequestBody.json(name)
        bytes.replaceSubrange(value, with: text.span)
        modelValue = value.lowerBound..<value.lowerBound + text.count
        sentModel = name
    }

    private static func json(_ text: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.string(text)
        return writer.bytes
    }

    /// Finds the part that names the model; the body must be a form with this boundary.
    mutating func read(formWith boundary: FormBoundary) throws(Malformed) {
        do throws(FormError) {
            let value = try bytes.withBytes { (text: Span<UInt8>) throws(FormError) in
                try FormScanner(boundary).model(in: text)
            }
            model = value.name
            sentModel = value.name
            modelValue = value.range
            isForm = true
        } catch {
            throw Malformed(message: error.message, parameter: error.parameter)
        }
    }

    static func malformed(_ error: ScanError) -> Malformed {
        switch error {
        case .notAnObject, .notAnArray:
            Malformed(message: "the body must be a JSON object", parameter: nil)
        case .duplicateMember(let name):
            Malformed(message: "`\(name)` occurs more than once in the body", parameter: name)
        case .malformed(let position):
            Malformed(
                message: "the body is not valid JSON (byte \(position))",
                parameter: nil
            )
        case .trailingBytes(let position):
            Malformed(
                message: "the body goes on after its JSON object (byte \(position))",
                parameter: nil
            )
        case .tooManyMembers(let limit):
            Malformed(message: "the body has more than \(limit) members", parameter: nil)
        case .tooDeep(let position):
            Malformed(
                message: "the body is nested too deep (byte \(position))",
                parameter: nil
            )
        }
    }
}
