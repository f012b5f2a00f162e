import JSON
import Model
package import Routing

/// Reads a catalog file.
package enum CatalogLoader {
    private static let longest = 16 << 20

    /// The catalog in a file, or the shipped one.
    package static func load(path: String?) throws(ConfigurationErrors) -> Catalog {
        guard let path else {
            return try parse(PackageResources.catalog_json, name: "the shipped catalog")
        }
        let bytes: [UInt8]
        do throws(StorageError) {
            bytes = try ConfigurationSources.contents(of: path, limit: longest)
        } catch {
            throw refusal(of: path, error.problem, line: nil)
        }
        return try parse(bytes, name: path)
    }

    /// The text of the shipped catalog, from which another one can be made.
    package static var shipped: [UInt8] { PackageResources.catalog_json }

    /// The catalog that a text is; all that is wrong with it is told at once.
    package static func parse(
        _ bytes: [UInt8],
        name: String
    ) throws(ConfigurationErrors) -> Catalog {
        let root: PlacedValue
        do throws(JSONParseError) {
            root = try PlacedValue.parse(bytes.span)
        } catch {
            throw refusal(of: name, error.reason, line: error.line, column: max(1, error.column))
        }
        var reader = CatalogReader(bytes)
        let catalog = catalog(root, &reader)
        guard reader.report.errors.isEmpty else {
            throw ConfigurationErrors(
                path: name,
                problems: ConfigurationReport.inOrder(reader.report.errors)
            )
        }
        return catalog
    }

    private static func catalog(_ root: PlacedValue, _ reader: inout CatalogReader) -> Catalog {
        guard let object = reader.object(root, CatalogObject.root, ["models", "authors"]) else {
            return Catalog()
        }
        var names = NameBook(what: "models")
        var models: [CatalogModel] = []
        for (value, path) in reader.elements(object, "models", isNeeded: true) {
            guard let model = reader.model(value, path) else { continue }
            names.add(model.id, model.aliases, value, &reader)
            models.append(model)
        }
        var authorNames = NameBook(what: "authors")
        var authors: [CatalogAuthor] = []
        for (value, path) in reader.elements(object, "authors") {
            guard let author = reader.author(value, path) else { continue }
            authorNames.add(author.id, author.aliases, value, &reader)
            authors.append(author)
        }
        do throws(CatalogError) {
            return try Catalog(models: models, authors: authors)
        } catch {
            // The names were told apart above, so that there is a problem with a place already.
            return Catalog()
        }
    }

    private static func refusal(
        of path: String,
        _ text: String,
        line: Int?,
        column: Int = 1
    ) -> ConfigurationErrors {
        ConfigurationErrors(
            path: path,
            problems: [ConfigurationProblem(line: line, column: column, text: text)]
        )
    }
}

/// The names that are taken, so that none leads to two things.
private struct NameBook {
    /// What has the names.
    let what: String
    private var owners: [String: String] = [:]

    init(what: String) {
        self.what = what
    }

    mutating func add(
        _ id: String,
        _ aliases: [String],
        _ value: PlacedValue,
        _ reader: inout CatalogReader
    ) {
        for name in [id] + aliases {
            guard let owner = owners.updateValue(id, forKey: name.lowercased()) else { continue }
            reader.refuse(
                owner == id
                    ? "'\(id)' has the name '\(name)' twice"
                    : "the \(what) '\(owner)' and '\(id)' share the name '\(name)'",
                at: place(of: name, in: value)
            )
        }
    }

    /// Where a name stands in the object that has it.
    private func place(of name: String, in value: PlacedValue) -> Int {
        guard case .object(let members) = value.content else { return value.range.lowerBound }
        for member in members.reversed() {
            if case .string(let text) = member.value.content, member.name == "id", text == name {
                return member.value.range.lowerBound
            }
            guard member.name == "aliases", case .array(let elements) = member.value.content else {
                continue
            }
            for element in elements.reversed() {
                if case .string(let text) = element.content, text == name {
                    return element.range.lowerBound
                }
            }
        }
        return value.range.lowerBound
    }
}
