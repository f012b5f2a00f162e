import GRDB
import Model

/// The numbers of the names that repeat from row to row.
///
/// Those of late are at hand. After a batch that was not written they are forgotten, as some of them
/// may never have been given.
struct NameTable {
    private var numbers: [String: Int64] = [:]

    /// The number of a name, a new one if it has none.
    mutating func number(of name: String, in database: Database) throws -> Int64 {
        if let number = numbers[name] { return number }
        let number = try Self.lookUp(name, in: database) ?? Self.insert(name, into: database)
        if numbers.count >= Limits.ledgerNames { numbers = [:] }
        numbers[name] = number
        return number
    }

    /// The number of a name that there may be; zero, which none has, of no name.
    mutating func number(of name: String?, in database: Database) throws -> Int64 {
        guard let name else { return 0 }
        return try number(of: name, in: database)
    }

    /// Forgets all of them.
    mutating func forget() { numbers = [:] }

    /// The number that a name has.
    static func lookUp(_ name: String, in database: Database) throws -> Int64? {
        try Int64.fetchOne(
            database.cachedStatement(sql: "SELECT id FROM names WHERE name = ?"),
            arguments: [shortened(name)]
        )
    }

    /// The name that has a number.
    static func name(_ number: Int64, in database: Database) throws -> String? {
        try String.fetchOne(
            database.cachedStatement(sql: "SELECT name FROM names WHERE id = ?"),
            arguments: [number]
        )
    }

    private static func insert(_ name: String, into database: Database) throws -> Int64 {
        try database.run("INSERT INTO names (name) VALUES (?)", [shortened(name)])
        return database.lastInsertedRowID
    }

    /// A name that somebody else made up is of any length.
    private static func shortened(_ name: String) -> String {
        guard name.utf8.count > Limits.ledgerNameBytes else { return name }
        return String(decoding: name.utf8.prefix(Limits.ledgerNameBytes), as: UTF8.self)
    }
}
