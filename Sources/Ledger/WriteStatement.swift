import GRDB
import GRDBSQLite

/// A value of a row that is written.
enum RowValue: ExpressibleByIntegerLiteral {
    case integer(Int64)
    case text(String)
    case null

    init(_ number: Int64) { self = .integer(number) }

    init(_ number: Int64?) { self = number.map(RowValue.integer) ?? .null }

    init(_ number: Int) { self = .integer(Int64(number)) }

    init(_ number: Int?) { self = number.map { .integer(Int64($0)) } ?? .null }

    init(_ isSo: Bool) { self = .integer(isSo ? 1 : 0) }

    init(_ text: String?) { self = text.map(RowValue.text) ?? .null }

    init(integerLiteral number: Int64) { self = .integer(number) }
}

/// A statement that writes, compiled once.
///
/// GRDB's own way to give it values puts a box around each and copies them twice: for rows of forty
/// columns that takes longer than to write them.
@safe final class WriteStatement {
    private let statement: Statement
    private let database: Database

    init(_ sql: String, _ database: Database) throws {
        statement = try database.makeStatement(sql: sql)
        self.database = database
    }

    /// Runs it with these values.
    func run(_ values: [RowValue]) throws {
        let handle = unsafe statement.sqliteStatement
        for (index, value) in values.enumerated() {
            let place = CInt(index + 1)
            switch value {
            case .integer(let number): unsafe sqlite3_bind_int64(handle, place, number)
            case .text(let text): bind(text, at: place)
            case .null: unsafe sqlite3_bind_null(handle, place)
            }
        }
        let code = unsafe sqlite3_step(handle)
        guard code != SQLITE_DONE else {
            unsafe sqlite3_reset(handle)
            return
        }
        let message = unsafe String(cString: sqlite3_errmsg(database.sqliteConnection))
        unsafe sqlite3_reset(handle)
        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }

    private func bind(_ text: String, at place: CInt) {
        var text = text
        text.withUTF8 { bytes in
            // The statement copies it.
            let copying = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
            let count = CInt(clamping: bytes.count)
            let start = unsafe bytes.baseAddress.map { unsafe UnsafeRawPointer($0) }
            unsafe sqlite3_bind_text(
                statement.sqliteStatement,
                place,
                start?.assumingMemoryBound(to: CChar.self),
                count,
                copying
            )
        }
    }
}
