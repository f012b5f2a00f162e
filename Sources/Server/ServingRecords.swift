import Access
import Accounting
import Model
import Routing
import Storage

/// What the store holds for the data path, as it is in force.
struct ServingRecords {
    /// The access keys; nil while the store can't be read.
    var keys: KeyTable?
    /// The accounts' provider keys.
    var ownKeys = OpenedKeys()
    /// The access key configurations, by their ids.
    var policies: [KeyConfigurationRecord] = []
    /// What is said of accounts.
    var accounts = StoredAccounts()
    /// The providers and virtual models that accounts made.
    var customProviders = CustomProviders()
}

extension ServingRecords {
    /// All budgets of keys and of configurations that are in force.
    var budgets: [(holder: BudgetHolder, budget: Budget)] {
        let ofKeys = keys?.budgets.map { (BudgetHolder.key($0.id), $0.budget) } ?? []
        return ofKeys
            + policies.compactMap { record in
                record.budget.map { (BudgetHolder.configuration(record.id), $0) }
            }
    }

    /// Those of configurations that some key is under, by their numbers in the key table.
    var configurationBudgets: [Int: Budget] {
        var budgets: [Int: Budget] = [:]
        for record in policies {
            if let budget = record.budget, let number = keys?.configurations.number(of: record.id) {
                budgets[number] = budget
            }
        }
        return budgets
    }
}
