import Accounting
import JSON
import Model

/// Money on its way between workers: amounts are nano-dollars, moments milliseconds, days numbers.
extension ClaimRecord {
    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("hold", hold?.number)
        writer.field("account", account?.rawValue)
        writer.field("amount", amount)
        writer.key("parts")
        writer.beginArray()
        for part in parts {
            writer.beginObject()
            writer.field(part.holder)
            writer.field("amount", part.amount)
            writer.field("period", part.period.rawValue)
            writer.field("day", part.firstDay.map { Int64($0.number) })
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }

    init?(json: JSONValue) {
        guard let amount = json.amount("amount"), let values = json["parts"]?.elements else {
            return nil
        }
        let parts = values.compactMap(Part.init(json:))
        guard parts.count == values.count else { return nil }
        self.init(
            hold: json["hold"]?.integer.map { HoldID($0) },
            account: json["account"]?.string.map { AccountID($0) },
            amount: amount,
            parts: parts
        )
    }
}

extension ClaimRecord.Part {
    init?(json: JSONValue) {
        guard let holder = BudgetHolder(json: json), let amount = json.amount("amount"),
            let period = json["period"]?.string.flatMap(Budget.Period.init(rawValue:))
        else { return nil }
        let day = json["day"]?.integer.map { CalendarDay(number: Int32(clamping: $0)) }
        self.init(holder, amount, period, day)
    }
}

extension FundsWish {
    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        if let credits {
            writer.field("account", credits.account.rawValue)
            writer.key("size")
            credits.size.write(into: &writer)
        }
        writer.key("budgets")
        writer.beginArray()
        for holder in budgets {
            writer.beginObject()
            writer.field(holder)
            writer.endObject()
        }
        writer.endArray()
        writer.key("managed")
        writer.bool(isManaged)
        writer.key("list_size")
        listSize.write(into: &writer)
        writer.endObject()
    }

    init?(json: JSONValue) {
        guard let listSize = json["list_size"].flatMap(HoldSize.init(json:)),
            let values = json["budgets"]?.elements, let isManaged = json["managed"]?.bool
        else { return nil }
        let budgets = values.compactMap(BudgetHolder.init(json:))
        guard budgets.count == values.count else { return nil }
        self.init(credits: nil, budgets: budgets, isManaged: isManaged, listSize: listSize)
        guard let account = json["account"]?.string else { return }
        guard let size = json["size"].flatMap(HoldSize.init(json:)) else { return nil }
        credits = (AccountID(account), size)
    }
}

extension HoldSize {
    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("wanted", wanted)
        writer.field("least", least)
        writer.field("modest", modest)
        writer.endObject()
    }

    init?(json: JSONValue) {
        guard let wanted = json.amount("wanted"), let least = json.amount("least") else {
            return nil
        }
        self.init(wanted: wanted, least: least, modest: json.amount("modest"))
    }
}

extension BudgetHolder {
    init?(json: JSONValue) {
        if let key = json["key"]?.string {
            self = .key(AccessKeyID(key))
        } else if let configuration = json["configuration"]?.string {
            self = .configuration(ConfigurationID(configuration))
        } else {
            return nil
        }
    }
}

extension JSONWriter {
    /// Writes a member, or none where there is no value.
    mutating func field(_ name: StaticString, _ value: Int64?) {
        guard let value else { return }
        key(name)
        integer(Int(value))
    }

    /// Writes a member, or none where there is no value.
    mutating func field(_ name: StaticString, _ value: Int?) {
        field(name, value.map { Int64($0) })
    }

    /// Writes a member, or none where there is no value.
    mutating func field(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        key(name)
        string(value)
    }

    /// Writes an amount, or none where there is no value.
    mutating func field(_ name: StaticString, _ value: NanoDollars?) {
        field(name, value?.rawValue)
    }

    /// Writes whose budget something is of.
    mutating func field(_ holder: BudgetHolder) {
        switch holder {
        case .key(let id): field("key", id.rawValue)
        case .configuration(let id): field("configuration", id.rawValue)
        }
    }
}

extension JSONValue {
    /// An amount, if there is one.
    func amount(_ name: String) -> NanoDollars? { self[name]?.integer.map { NanoDollars($0) } }
}
