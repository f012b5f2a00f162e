import JSON
import Model
import Routing

/// Reads the values of a catalog file, and reports whatever does not fit with its place.
struct CatalogReader {
    /// How many problems are told; a file of another kind has one in every line.
    private static let mostProblems = 100

    private let bytes: [UInt8]
    private(set) var report = ConfigurationReport()

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func refuse(_ text: String, at position: Int) {
        guard report.errors.count < Self.mostProblems else { return }
        let place = LineColumn(of: position, in: bytes.span)
        report.refuse(text, at: ConfigurationPlace(line: place.line, column: place.column))
    }

    /// The text of a value as it stands in the file.
    func text(of value: PlacedValue) -> String {
        String(decoding: bytes[value.range], as: UTF8.self)
    }

    /// An object of which every member has one of these names.
    mutating func object(
        _ value: PlacedValue,
        _ path: String,
        _ fields: [String]
    ) -> CatalogObject? {
        guard case .object(let members) = value.content else {
            refuse("\(path) must be an object", at: value.range.lowerBound)
            return nil
        }
        for member in members where !fields.contains(member.name) {
            let nearest = NearestNames.nearest(to: member.name, among: fields, limit: 1).first
            let hint =
                nearest.map { "did you mean '\($0)'?" }
                ?? "valid are \(fields.joined(separator: ", "))"
            refuse("unknown field '\(member.name)' in \(path): \(hint)", at: member.nameStart)
        }
        return CatalogObject(members: members, path: path, start: value.range.lowerBound)
    }

    /// The elements of a field that is an array, each with its path; none where it is missing.
    mutating func elements(
        _ object: CatalogObject,
        _ field: String,
        isNeeded: Bool = false
    ) -> [(value: PlacedValue, path: String)] {
        guard let value = object[field] else {
            if isNeeded { refuseMissing(field, object) }
            return []
        }
        let path = object.path(field)
        guard case .array(let elements) = value.content else {
            refuse("\(path) must be an array", at: value.range.lowerBound)
            return []
        }
        return elements.enumerated().map { ($1, "\(path)[\($0)]") }
    }

    mutating func refuseMissing(_ field: String, _ object: CatalogObject) {
        refuse("\(object.path) has no '\(field)'", at: object.start)
    }

    /// What a text stands for; nil where it is missing, or reported.
    mutating func value<Value>(
        _ object: CatalogObject,
        _ field: String,
        mustBe expectation: String,
        _ read: (String) -> Value?
    ) -> Value? {
        guard let value = object[field] else { return nil }
        return self.value(value, object.path(field), mustBe: expectation, read)
    }

    /// What a text stands for; nil where it is reported.
    mutating func value<Value>(
        _ value: PlacedValue,
        _ path: String,
        mustBe expectation: String,
        _ read: (String) -> Value?
    ) -> Value? {
        guard case .string(let text) = value.content, let result = read(text) else {
            refuse("\(path) must be \(expectation)", at: value.range.lowerBound)
            return nil
        }
        return result
    }
}

/// An object of the catalog whose fields are all known.
struct CatalogObject {
    /// What the whole file is called.
    static let root = "the catalog"

    let members: [PlacedMember]
    let path: String
    /// Where its brace stands.
    let start: Int

    subscript(_ field: String) -> PlacedValue? {
        members.first { $0.name == field }?.value
    }

    func path(_ field: String) -> String { path == Self.root ? field : "\(path).\(field)" }
}

extension CatalogReader {
    /// A model's or provider's name that must be there.
    mutating func neededName(_ object: CatalogObject, _ field: String) -> String? {
        if object[field] == nil { refuseMissing(field, object) }
        return name(object, field)
    }

    /// A name, where there is one.
    mutating func name(_ object: CatalogObject, _ field: String) -> String? {
        value(object, field, mustBe: Self.nameExpectation, Self.name)
    }

    /// A list of names.
    mutating func names(_ object: CatalogObject, _ field: String) -> [String] {
        var names: [String] = []
        for (element, path) in elements(object, field) {
            if let name = value(element, path, mustBe: Self.nameExpectation, Self.name) {
                names.append(name)
            }
        }
        return names
    }

    static let nameExpectation = "a name of 1 to \(Limits.identifierBytes) bytes without spaces"

    static func name(_ text: String) -> String? {
        (1...Limits.identifierBytes).contains(text.utf8.count)
            && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F } ? text : nil
    }

    /// A text for people, where there is one.
    mutating func text(_ object: CatalogObject, _ field: String) -> String? {
        let limit = Limits.metadataBytes
        return value(object, field, mustBe: "a text of 1 to \(limit) bytes") { text in
            (1...limit).contains(text.utf8.count) ? text : nil
        }
    }

    /// A day, where there is one.
    mutating func day(_ object: CatalogObject, _ field: String) -> CalendarDay? {
        value(object, field, mustBe: "a day, such as \"2026-11-21\"", CalendarDay.init)
    }

    /// A day or a moment, where there is one.
    mutating func moment(_ object: CatalogObject, _ field: String) -> Timestamp? {
        value(object, field, mustBe: "a day or a time, such as \"2026-12-01T00:00:00Z\"") {
            CalendarDay($0)?.start ?? Timestamp($0)
        }
    }

    /// A whole number, where there is one.
    mutating func count(
        _ object: CatalogObject,
        _ field: String,
        _ range: ClosedRange<Int> = 1...1_000_000_000
    ) -> Int? {
        guard let value = object[field] else { return nil }
        let digits = text(of: value)
        guard case .number = value.content, let number = ConfigurationQuantity.integer(digits),
            range.contains(number)
        else {
            refuse(
                "\(object.path(field)) must be a whole number from \(range.lowerBound) to "
                    + "\(range.upperBound)",
                at: value.range.lowerBound
            )
            return nil
        }
        return number
    }

    /// A decimal number in a string, where there is one.
    mutating func decimal<Value>(
        _ value: PlacedValue,
        _ path: String,
        _ make: (String) throws(Millionths.Problem) -> Value
    ) -> Value? {
        guard case .string(let text) = value.content else {
            refuse("\(path) must be a decimal number in quotes", at: value.range.lowerBound)
            return nil
        }
        do throws(Millionths.Problem) {
            return try make(text)
        } catch {
            refuse("\(path) \(error), not \"\(text)\"", at: value.range.lowerBound)
            return nil
        }
    }
}
