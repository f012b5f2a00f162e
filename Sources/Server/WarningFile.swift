import Accounting
import JSON
import Model
import Platform
import Storage

/// What outlives the process of warnings: what was told, and what has not arrived yet.
///
/// A restart neither repeats a warning nor forgets one; after a crash between the sending and the
/// writing one arrives twice, with the same id.
struct WarningFile: Sendable {
    /// What stands in it.
    struct Contents: Equatable, Sendable {
        var book = WarningBook()
        var outbox = WarningOutbox()
    }

    private let path: String
    private let owner: FileOwner

    /// The file of a state directory.
    init(of directory: StateDirectory) {
        path = directory.path + "/warnings.json"
        owner = directory.owner
    }

    /// Reads it; without a file nothing was told yet.
    func read() throws(StorageError) -> Contents {
        let bytes: [UInt8]
        do throws(SystemError) {
            guard try FileStatus.of(path) != nil else { return Contents() }
            bytes = try File(path, for: .reading).readAll(limit: 1 << 20)
        } catch {
            throw StorageError(error)
        }
        do throws(JSONParseError) {
            let root = try JSONDocument.parse(bytes.span).root
            if let contents = Self.contents(root) { return contents }
        } catch {
            throw problem("\(error)")
        }
        throw problem("no list of warnings")
    }

    private func problem(_ text: String) -> StorageError {
        StorageError(text, at: path, remedy: "delete it: warnings that still hold are sent again")
    }

    /// Writes it anew.
    func write(_ contents: Contents) throws(StorageError) {
        do throws(SystemError) {
            try AtomicFile.replace(path, with: Self.bytes(contents).span, owner: owner)
        } catch {
            throw StorageError(error)
        }
    }

    // MARK: Writing

    private static func bytes(_ contents: Contents) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("v")
        writer.integer(1)
        writer.key("next")
        writer.integer(contents.outbox.nextNumber)
        writer.key("levels")
        writer.beginObject()
        for (account, level) in contents.book.levels.sorted(by: { $0.key < $1.key }) {
            writer.key(account.rawValue)
            if let level { writer.string(level.description) } else { writer.null() }
        }
        writer.endObject()
        writer.key("told")
        writer.beginObject()
        for (grant, term) in contents.book.told.sorted(by: { $0.key < $1.key }) {
            writer.key("\(grant.number)")
            writer.integer(term)
        }
        writer.endObject()
        writer.key("letters")
        writer.beginArray()
        for letter in contents.outbox.letters { write(letter, &writer) }
        writer.endArray()
        writer.endObject()
        writer.newline()
        return writer.bytes
    }

    private static func write(_ letter: WarningOutbox.Letter, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("way")
        writer.string(letter.way.rawValue)
        writer.key("number")
        writer.integer(letter.notice.number)
        writer.key("account")
        writer.string(letter.notice.account.rawValue)
        writer.key("createdAt")
        writer.string(letter.notice.createdAt.description)
        switch letter.notice.warning {
        case .lowBalance(let threshold, let balance):
            writer.key("threshold")
            writer.string(threshold.description)
            writer.key("balance")
            writer.string(balance.description)
        case .grantExpires(let grant, let remaining, let moment, let days):
            writer.key("grant")
            writer.integer(Int(grant.number))
            writer.key("remaining")
            writer.string(remaining.description)
            writer.key("expiresAt")
            writer.string(moment.description)
            writer.key("days")
            writer.integer(days)
        }
        writer.endObject()
    }

    // MARK: Reading

    private static func contents(_ root: JSONValue) -> Contents? {
        guard root["v"]?.integer == 1, let next = root["next"]?.integer,
            let levels = root["levels"], let told = root["told"], let letters = root["letters"]
        else { return nil }
        var book: (levels: [AccountID: NanoDollars?], told: [GrantID: Int]) = ([:], [:])
        for (account, level) in levels.members {
            guard level.isNull || level.amount != nil else { return nil }
            book.levels[AccountID(account)] = .some(level.amount)
        }
        for (grant, term) in told.members {
            guard let number = Int64(grant), let term = term.integer else { return nil }
            book.told[GrantID(number)] = Int(term)
        }
        var read: [(notice: WarningNotice, way: WarningOutbox.Way)] = []
        for value in letters.elements {
            guard let letter = letter(value) else { return nil }
            read.append(letter)
        }
        return Contents(
            book: WarningBook(levels: book.levels, told: book.told),
            outbox: WarningOutbox(nextNumber: Int(next), letters: read)
        )
    }

    private static func letter(
        _ value: JSONValue
    ) -> (notice: WarningNotice, way: WarningOutbox.Way)? {
        guard let way = value["way"]?.string.flatMap(WarningOutbox.Way.init),
            let number = value["number"]?.integer, let account = value["account"]?.string,
            let createdAt = value["createdAt"]?.string.flatMap({ Timestamp($0) }),
            let warning = warning(value)
        else { return nil }
        let notice = WarningNotice(
            number: Int(number),
            account: AccountID(account),
            warning: warning,
            createdAt: createdAt
        )
        return (notice, way)
    }

    private static func warning(_ value: JSONValue) -> CreditWarning? {
        if let threshold = value["threshold"]?.amount, let balance = value["balance"]?.amount {
            return .lowBalance(threshold: threshold, balance: balance)
        }
        guard let grant = value["grant"]?.integer, let remaining = value["remaining"]?.amount,
            let moment = value["expiresAt"]?.string.flatMap({ Timestamp($0) }),
            let days = value["days"]?.integer
        else { return nil }
        return .grantExpires(GrantID(grant), remaining: remaining, at: moment, days: Int(days))
    }
}

extension JSONValue {
    /// An amount of dollars, as text.
    fileprivate var amount: NanoDollars? {
        guard let string else { return nil }
        do throws(NanoDollars.Problem) { return try NanoDollars(dollars: string) } catch {
            return nil
        }
    }
}
