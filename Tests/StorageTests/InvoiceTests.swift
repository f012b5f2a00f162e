import Accounting
import Model
import Routing
import Testing

@testable import Storage

/// The worked invoice of docs/credits.md, charged anew.
@Suite struct `The worked invoice` {
    /// A row of the table, its cells in their order.
    struct Row: CustomTestStringConvertible {
        let cells: [String]

        var testDescription: String { cells.joined(separator: " ") }

        func count(_ place: Int) throws -> Int {
            try #require(Int(cells[place].replacing(",", with: "")))
        }
    }

    private static let path: String = {
        let folders = #filePath.split(separator: "/").dropLast(3)
        return "/" + folders.joined(separator: "/") + "/docs/credits.md"
    }()

    private static func rows() throws -> [Row] {
        let bytes = try ConfigurationSources.contents(of: path, limit: 1 << 20)
        let page = String(decoding: bytes, as: UTF8.self)
        let section = try #require(
            page.split(separator: "\n## ").first { $0.hasPrefix("A worked invoice") }
        )
        let table = section.split(separator: "\n").filter { $0.hasPrefix("|") }.dropFirst(2)
        return table.map { line in
            let cells = line.dropFirst().dropLast()
                .split(separator: "|", omittingEmptySubsequences: false)
            return Row(cells: cells.map { String($0.replacing("`", with: "")).trimmed })
        }
    }

    private func charge(_ row: Row) throws -> Charge {
        let catalog = try CatalogLoader.load(path: nil)
        let model = try #require(catalog.models.first { $0.id == row.cells[1] })
        let began = row.cells[0].replacing(" ", with: "T") + "Z"
        let tariff = Tariff(
            model.facts.pricing,
            fee: CreditRules().managedFee,
            at: try #require(Timestamp(began))
        )
        let (short, long) = (try row.count(4), try row.count(5))
        let usage = Usage(
            input: try row.count(2),
            output: try row.count(6),
            cacheRead: try row.count(3),
            cacheWrite: short + long,
            cacheWrite5m: short,
            cacheWrite1h: long
        )
        return tariff.charge(for: usage)
    }

    @Test func `comes to what it says`() throws {
        let rows = try Self.rows()
        #expect(rows.count == 6)
        var sums = [NanoDollars.zero, .zero, .zero]
        for row in rows.dropLast() {
            let charge = try charge(row)
            let parts = [
                NanoDollars(roundingUp: charge.picoDollars - charge.fee),
                NanoDollars(roundingUp: charge.fee), charge.total,
            ]
            #expect(try row.cells[7...].map { try NanoDollars(dollars: $0) } == parts, "\(row)")
            for (place, part) in parts.enumerated() { sums[place] = sums[place] + part }
        }
        let last = try #require(rows.last)
        #expect(try last.cells[7...].map { try NanoDollars(dollars: $0) } == sums)
    }

    @Test func `has a cache of both kinds, a long prompt and a change of prices`() throws {
        let rows = try Self.rows().dropLast()
        #expect(try rows.contains { try $0.count(4) > 0 && $0.count(5) > 0 })
        #expect(try rows.contains { try $0.count(2) + $0.count(3) > 100_000 })
        let twins = rows.filter { $0.cells[1] == "gemini-4-argon" }
        #expect(twins.count == 2)
        let prices = try twins.map { try charge($0) }.map { $0.picoDollars - $0.fee }
        #expect(prices[1] == 2 * prices[0])
    }

    /// A settlement takes the charge of whatever grants there are, to the last part of it.
    @Test(arguments: [1, 2, UInt64.random(in: 3...9999)])
    func `is the same however it is split over grants`(_ seed: UInt64) throws {
        print("split invoice: seed \(seed)")
        var random = SeededRandom(seed: seed)
        let charges = try Self.rows().dropLast().map { try charge($0).total }
        let now = try #require(Timestamp("2026-12-01T00:00:00Z"))
        for _ in 0..<200 {
            var balance = Balance()
            var events: [BalanceEvent] = []
            var left = charges.reduce(.zero, +).rawValue
            var number: Int64 = 0
            while left > 0 {
                number += 1
                let amount = Int64.random(in: 1...left, using: &random)
                left -= amount
                let lasting = Int64.random(in: 1...365, using: &random) * 86_400
                balance.add(
                    Grant(
                        GrantID(number),
                        amount: NanoDollars(amount),
                        category: .promotional,
                        createdAt: now,
                        expiresAt: Timestamp(unixSecond: now.unixSecond + lasting)
                    ),
                    telling: &events
                )
            }
            for (place, charge) in charges.enumerated() {
                let size = HoldSize(wanted: charge, least: charge)
                let id = HoldID(Int64(place + 1))
                let outcome = balance.reserve(size, as: id, at: now, telling: &events)
                guard case .held(let hold) = consume outcome else {
                    Issue.record("\(charge) is not there")
                    return
                }
                balance.settle(hold, for: charge, at: now, telling: &events)
                guard case .settled(_, let parts, let overrun) = events.last else {
                    Issue.record("nothing was settled")
                    return
                }
                #expect(parts.total == charge)
                #expect(overrun == .zero)
            }
            #expect(balance.amount(at: now) == .zero)
        }
    }
}

extension String {
    /// Without spaces at its ends.
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
