import JSON
import Model
package import Routing

/// Reads a catalog file.
package enum CatalogLoader {
    private static let longest = 64 << 20

    /// The catalog in a file, or the shipped one.
    package static func load(path: String?) throws(StorageError) -> Catalog {
        guard let path else {
            let shipped = PackageResources.catalog_json
            return try parse(shipped.span, name: "the shipped catalog")
        }
        let bytes = try ConfigurationSources.contents(of: path, limit: longest)
        return try parse(bytes.span, name: path)
    }

    /// The catalog that a text is; every field must be known.
    package static func parse(
        _ bytes: Span<UInt8>,
        name: String
    ) throws(StorageError) -> Catalog {
        let document: JSONDocument
        do throws(JSONParseError) {
            document = try JSONDocument.parse(bytes)
        } catch {
            throw StorageError(error.reason, at: "\(name):\(error.line):\(error.column)")
        }
        do throws(CatalogFieldError) {
            let root = try CatalogObject(document.root, at: "the catalog", fields: ["models"])
            var models: [CatalogModel] = []
            for (index, value) in try root.array("models").enumerated() {
                models.append(try model(value, at: "models[\(index)]"))
            }
            return try catalog(models)
        } catch {
            throw StorageError(error.text, at: name)
        }
    }

    private static func catalog(_ models: [CatalogModel]) throws(CatalogFieldError) -> Catalog {
        do throws(CatalogError) {
            return try Catalog(models: models)
        } catch {
            throw CatalogFieldError("\(error)")
        }
    }

    private static func model(
        _ value: JSONValue,
        at place: String
    ) throws(CatalogFieldError) -> CatalogModel {
        let object = try CatalogObject(
            value,
            at: place,
            fields: [
                "id", "display_name", "author", "aliases", "max_context_window",
                "max_output_tokens", "providers",
            ]
        )
        let id = try object.name("id")
        var aliases: [String] = []
        for (index, alias) in try object.array("aliases", isOptional: true).enumerated() {
            aliases.append(try CatalogObject.name(alias, at: "\(place).aliases[\(index)]"))
        }
        var offers: [CatalogOffer] = []
        for (index, value) in try object.array("providers").enumerated() {
            let offer = try CatalogObject(
                value,
                at: "\(place).providers[\(index)]",
                fields: ["id", "model"]
            )
            offers.append(
                CatalogOffer(
                    provider: ProviderID(try offer.name("id")),
                    model: try offer.optionalName("model") ?? id
                )
            )
        }
        return CatalogModel(
            id: id,
            displayName: try object.text("display_name") ?? id,
            author: try object.name("author"),
            aliases: aliases,
            maxContextWindow: try object.count("max_context_window"),
            maxOutputTokens: try object.count("max_output_tokens"),
            offers: offers
        )
    }
}

/// What is wrong with a field, and where.
private struct CatalogFieldError: Error {
    let text: String

    init(_ text: String) { self.text = text }
}

/// An object of the catalog whose fields are all known.
private struct CatalogObject {
    let value: JSONValue
    let place: String

    init(_ value: JSONValue, at place: String, fields: [String]) throws(CatalogFieldError) {
        guard value.kind == .object else { throw CatalogFieldError("\(place) must be an object") }
        for member in value.members where !fields.contains(member.name) {
            let nearest = NearestNames.nearest(to: member.name, among: fields, limit: 1).first
            throw CatalogFieldError(
                "unknown field '\(member.name)' in \(place): "
                    + (nearest.map { "did you mean '\($0)'?" }
                        ?? "valid are \(fields.joined(separator: ", "))")
            )
        }
        self.value = value
        self.place = place
    }

    /// A model's or provider's name that must be there.
    func name(_ field: String) throws(CatalogFieldError) -> String {
        guard let name = try optionalName(field) else {
            throw CatalogFieldError("\(place) has no '\(field)'")
        }
        return name
    }

    func optionalName(_ field: String) throws(CatalogFieldError) -> String? {
        guard let value = value[field] else { return nil }
        return try Self.name(value, at: "\(place).\(field)")
    }

    static func name(_ value: JSONValue, at place: String) throws(CatalogFieldError) -> String {
        guard let name = value.string, !name.isEmpty, name.utf8.count <= Limits.identifierBytes,
            name.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else {
            throw CatalogFieldError(
                "\(place) must be a name of 1 to \(Limits.identifierBytes) bytes without spaces"
            )
        }
        return name
    }

    func text(_ field: String) throws(CatalogFieldError) -> String? {
        guard let value = value[field] else { return nil }
        guard let text = value.string, !text.isEmpty, text.utf8.count <= Limits.identifierBytes
        else {
            throw CatalogFieldError(
                "\(place).\(field) must be a text of 1 to \(Limits.identifierBytes) bytes"
            )
        }
        return text
    }

    func count(_ field: String) throws(CatalogFieldError) -> Int? {
        guard let value = value[field] else { return nil }
        guard let number = value.integer, (1...1_000_000_000).contains(number) else {
            throw CatalogFieldError(
                "\(place).\(field) must be a whole number from 1 to 1000000000"
            )
        }
        return Int(number)
    }

    func array(
        _ field: String,
        isOptional: Bool = false
    ) throws(CatalogFieldError) -> [JSONValue] {
        guard let value = value[field] else {
            if isOptional { return [] }
            throw CatalogFieldError("\(place) has no '\(field)'")
        }
        guard value.kind == .array else {
            throw CatalogFieldError("\(place).\(field) must be an array")
        }
        return value.elements
    }
}
