import Accounting
import JSON
import Model

/// The words by which a request is known.
private enum Word: String {
    case reserve
    case topUp = "top_up"
    case orphanCharge = "orphan_charge"
    case release, settle
}

extension LedgerRequest {
    /// Writes its members, the word first.
    func write(into writer: inout JSONWriter) {
        switch self {
        case .reserve(let wish, let instance):
            writer.string(Word.reserve.rawValue)
            writer.field("instance", instance)
            writer.key("wish")
            wish.write(into: &writer)
        case .topUp(let claim, let more, let list):
            writer.string(Word.topUp.rawValue)
            writer.key("claim")
            claim.write(into: &writer)
            writer.field("more", more)
            writer.field("list", list)
        case .orphanCharge(let hold, let charge):
            writer.string(Word.orphanCharge.rawValue)
            writer.field("hold", hold.number)
            writer.field("charge", charge)
        case .release(let claim):
            writer.string(Word.release.rawValue)
            writer.key("claim")
            claim.write(into: &writer)
        case .settle(let settlements):
            writer.string(Word.settle.rawValue)
            writer.key("settlements")
            writer.beginArray()
            for settlement in settlements { settlement.write(into: &writer) }
            writer.endArray()
        }
    }

    /// Reads them; nil for what is no request, or lacks something.
    init?(_ word: String, _ root: JSONValue) {
        guard let word = Word(rawValue: word) else { return nil }
        switch word {
        case .reserve:
            guard let instance = root["instance"]?.string,
                let wish = root["wish"].flatMap(FundsWish.init(json:))
            else { return nil }
            self = .reserve(wish, for: instance)
        case .topUp:
            guard let claim = root["claim"].flatMap(ClaimRecord.init(json:)),
                let more = root.amount("more"), let list = root.amount("list")
            else { return nil }
            self = .topUp(claim, by: more, list: list)
        case .orphanCharge:
            guard let hold = root["hold"]?.integer, let charge = root.amount("charge")
            else { return nil }
            self = .orphanCharge(HoldID(hold), charge)
        case .release:
            guard let claim = root["claim"].flatMap(ClaimRecord.init(json:)) else { return nil }
            self = .release(claim)
        case .settle:
            guard let values = root["settlements"]?.elements else { return nil }
            let settlements = values.compactMap(SettlementRecord.init(json:))
            guard settlements.count == values.count else { return nil }
            self = .settle(settlements)
        }
    }
}

extension LedgerRequest: Equatable {
    static func == (left: LedgerRequest, right: LedgerRequest) -> Bool {
        ControlRequest.ledger(left).line == ControlRequest.ledger(right).line
    }
}

extension LedgerAnswer {
    /// The line without its newline.
    var line: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("result")
        switch self {
        case .claimed(let claim):
            writer.string("claimed")
            writer.key("claim")
            claim.write(into: &writer)
        case .heldByOthers: writer.string("held_by_others")
        case .exhausted: writer.string("exhausted")
        case .budgetExceeded(let holder, let moment):
            writer.string("budget_exceeded")
            writer.field(holder)
            writer.field("resets_at", moment?.milliseconds)
        case .unavailable: writer.string("unavailable")
        case .done: writer.string("done")
        }
        writer.endObject()
        return writer.bytes
    }

    /// Reads a line; what is none says that nothing was done.
    init(line: Span<UInt8>) {
        self = .unavailable
        do throws(JSONParseError) {
            let root = try JSONDocument.parse(line).root
            switch root["result"]?.string {
            case "claimed":
                guard let claim = root["claim"].flatMap(ClaimRecord.init(json:)) else { return }
                self = .claimed(claim)
            case "held_by_others": self = .heldByOthers
            case "exhausted": self = .exhausted
            case "budget_exceeded":
                guard let holder = BudgetHolder(json: root) else { return }
                let moment = root["resets_at"]?.integer.map { Timestamp(milliseconds: $0) }
                self = .budgetExceeded(holder, resetsAt: moment)
            case "done": self = .done
            default: return
            }
        } catch {
            return
        }
    }
}
