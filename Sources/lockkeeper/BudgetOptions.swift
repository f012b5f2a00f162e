import ArgumentParser
import JSON
import Model
import Storage

/// What a key may cost, as the command line says it.
struct BudgetOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What it may cost in a period, in dollars by list price, such as 25.00; none for no limit.",
            valueName: "dollars"
        )
    )
    var budgetAmount: String?

    @Option(help: "The period: day, week, month or total; UTC, weeks begin on Monday.")
    var budgetPeriod: Budget.Period?

    @Option(help: "What counts: all traffic, or managed, that on the operator's keys.")
    var budgetScope: Budget.Scope?

    /// Whether they say a part of a budget alone.
    var isPartial: Bool {
        let isSaid = budgetAmount != nil || budgetPeriod != nil || budgetScope != nil
        let isWhole = budgetAmount != nil && budgetPeriod != nil && budgetScope != nil
        return isSaid && !isWhole && budgetAmount != "none"
    }

    /// Writes the member that says the budget that is to be, where one is said.
    ///
    /// - Parameter old: the one that is; nil where there is none.
    func write(into writer: inout JSONWriter, changing old: JSONValue?) throws {
        guard budgetAmount != nil || budgetPeriod != nil || budgetScope != nil else { return }
        writer.key("budget")
        writer.budget(try budget(changing: old))
    }

    /// The budget that is to be, of the one that is.
    private func budget(changing old: JSONValue?) throws -> Budget? {
        if budgetAmount == "none" {
            guard budgetPeriod == nil, budgetScope == nil else {
                throw Refused(
                    "--budget-amount none takes no --budget-period and no --budget-scope"
                )
            }
            return nil
        }
        let oldAmount = try old?["amount"]?.string.map { try NanoDollars(dollars: $0) }
        guard let amount = try amount ?? oldAmount else {
            throw Refused("there is no budget to change: say --budget-amount too, such as 25.00")
        }
        let oldPeriod = old?["period"]?.string.flatMap { Budget.Period(rawValue: $0) }
        guard let period = budgetPeriod ?? oldPeriod else {
            throw Refused("a budget needs --budget-period: day, week, month or total")
        }
        let oldScope = old?["scope"]?.string.flatMap { Budget.Scope(rawValue: $0) }
        return Budget(amount, each: period, of: budgetScope ?? oldScope ?? .all)
    }

    private var amount: NanoDollars? {
        get throws {
            guard let budgetAmount else { return nil }
            let amount: NanoDollars
            do throws(NanoDollars.Problem) {
                amount = try NanoDollars(dollars: budgetAmount)
            } catch {
                throw Refused("--budget-amount \(error)")
            }
            guard amount > .zero else {
                throw Refused("--budget-amount must be more than 0; `none` is for no limit")
            }
            return amount
        }
    }
}

extension Budget.Period: ExpressibleByArgument {}

extension Budget.Scope: ExpressibleByArgument {}

extension Budget {
    /// For people.
    var text: String {
        let stretch = period == .total ? "in all" : "a \(period)"
        return "\(amount) dollars \(stretch)" + (scope == .managed ? ", managed traffic" : "")
    }
}
