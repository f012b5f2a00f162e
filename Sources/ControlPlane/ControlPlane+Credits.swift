import Access
import Accounting
import JSON
import Ledger
import Model
import Storage

/// `/credits`: what an account has, what was given and what is gone.
extension ControlPlane {
    static let creditRoutes: [APIRoute] = [
        APIRoute(
            "GET",
            "/credits/balance",
            .read,
            parameters: ["accountId"],
            ControlPlane.readBalance
        ),
        APIRoute(
            "GET",
            "/credits/transactions",
            .read,
            parameters: ["accountId", "cursor", "limit"],
            ControlPlane.listTransactions
        ),
    ]

    private func readBalance(_ call: APICall) throws(APIError) -> APIOutcome {
        let account = try ledgerAccount(call) ?? .standard
        let balances = try asking([]) { (ledger) throws(LedgerError) in
            try ledger.balances(of: account, at: call.now)
        }
        let balance = balances.first ?? AccountBalance(of: account)
        return .answer(
            APIAnswer(200) { writer in
                writer.beginObject()
                writer.member("uri", call.request.path)
                writer.member("accountId", account.rawValue)
                writer.member("balance", balance.balance.decimal)
                writer.member("held", balance.held.decimal)
                writer.member("available", balance.available.decimal)
                writer.member("currency", "USD")
                writer.member("balanceCents", balance.balance.cents)
                writer.key("grants")
                writer.beginArray()
                for grant in balance.grants { writer.write(grant) }
                writer.endArray()
                writer.endObject()
            }
        )
    }

    private func listTransactions(_ call: APICall) throws(APIError) -> APIOutcome {
        let page = try APIPage(call, before: "cursor")
        let account = try ledgerAccount(call)
        let last = try call.cursor { Transaction.Cursor(text: $0) }
        let found = try asking([]) { (ledger) throws(LedgerError) in
            try ledger.transactions(of: account, after: last, limit: page.limit + 1)
        }
        let shown = found.prefix(page.limit)
        return .answer(
            APIAnswer(200) { writer in
                writer.beginObject()
                writer.key("items")
                writer.beginArray()
                for line in shown { writer.write(line) }
                writer.endArray()
                writer.member("uri", call.request.path)
                writer.key("nextPageUri")
                let next = found.count > page.limit ? shown.last?.cursor.text : nil
                writer.nextPage(of: call, "cursor", next)
                writer.endObject()
            }
        )
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ grant: OpenGrant) {
        beginObject()
        member("id", String(grant.id.number))
        member("category", grant.category.rawValue)
        member("amount", grant.amount.decimal)
        member("remaining", grant.remaining.decimal)
        member("held", grant.held.decimal)
        member("createdAt", grant.createdAt.description)
        member("expiresAt", grant.expiresAt.description)
        endObject()
    }

    fileprivate mutating func write(_ line: Transaction) {
        beginObject()
        switch line.kind {
        case .grant(let number, let category, let end):
            writeHead("credits", line)
            key("credits")
            beginObject()
            member("grantId", String(number))
            member("amountCents", line.amount.cents)
            member("category", category)
            member("createdAt", line.moment.description)
            member("expiresAt", end.description)
            endObject()
        case .spendings(let kind, let count):
            switch kind {
            case .settlement: writeHead("usage", line)
            case .expiry: writeHead("expiry", line)
            case .overrun: writeHead("overrun", line)
            }
            key("period")
            beginObject()
            let end = Timestamp(milliseconds: line.moment.milliseconds + 86_400_000)
            member("periodStart", line.moment.description)
            member("periodEnd", end.description)
            member("totalCents", line.amount.cents)
            member("count", count)
            endObject()
        }
        endObject()
    }

    private mutating func writeHead(_ type: String, _ line: Transaction) {
        member("type", type)
        member("accountId", line.account.rawValue)
        member("amount", line.amount.decimal)
        member("currency", "USD")
    }
}
