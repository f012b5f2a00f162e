import ArgumentParser
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

    /// The budget that is to be, of the one that is.
    func budget(changing budget: Budget?) throws(StorageError) -> Budget? {
        guard budgetAmount != nil || budgetPeriod != nil || budgetScope != nil else {
            return budget
        }
        if budgetAmount == "none" {
            guard budgetPeriod == nil, budgetScope == nil else {
                throw Self.error(
                    "--budget-amount none takes no --budget-period and no --budget-scope"
                )
            }
            return nil
        }
        guard let amount = try amount ?? budget?.amount else {
            throw Self.error("there is no budget to change: say --budget-amount too, such as 25.00")
        }
        guard let period = budgetPeriod ?? budget?.period else {
            throw Self.error("a budget needs --budget-period: day, week, month or total")
        }
        return Budget(amount, each: period, of: budgetScope ?? budget?.scope ?? .all)
    }

    private static func error(_ problem: String) -> StorageError {
        StorageError(problem, at: "")
    }

    private var amount: NanoDollars? {
        get throws(StorageError) {
            guard let budgetAmount else { return nil }
            let amount: NanoDollars
            do throws(NanoDollars.Problem) {
                amount = try NanoDollars(dollars: budgetAmount)
            } catch {
                throw Self.error("--budget-amount \(error)")
            }
            guard amount > .zero else {
                throw Self.error("--budget-amount must be more than 0; `none` is for no limit")
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
