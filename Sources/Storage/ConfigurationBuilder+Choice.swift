import Routing
import Selection

extension ConfigurationBuilder {
    /// What chooses among the models and keys of a gateway; whatever is wrong with an expression is
    /// reported at its place in the file.
    mutating func choice(_ section: ConfigurationSection) -> ChoiceRules {
        let environment = StrategyVocabulary.environment(zone: ZoneFiles.zone(named:))
        var rules = ChoiceRules()
        if let strategy = strategy(section, "model_selection") {
            do throws(SelectionProgram.Fault) {
                rules.models = try ModelSelection(strategy.map(\.text), in: environment)
            } catch {
                refuse(strategy, of: section.path("model_selection.strategy"), error)
            }
        }
        rules.preference = section.section("model_selection")?.text("prefer")
            .flatMap(Preference.init)
        if let strategy = strategy(section, "api_key_selection") {
            do throws(SelectionProgram.Fault) {
                rules.keys = try KeySelection(strategy.map(\.text), in: environment)
            } catch {
                refuse(strategy, of: section.path("api_key_selection.strategy"), error)
            }
        }
        return rules
    }

    private typealias Strategy = [(text: String, place: ConfigurationPlace)]

    /// The expressions of a strategy; nil where there are none.
    private func strategy(_ section: ConfigurationSection, _ key: String) -> Strategy? {
        guard let texts = section.section(key)?.texts("strategy"), !texts.isEmpty else {
            return nil
        }
        return texts
    }

    private mutating func refuse(
        _ strategy: Strategy,
        of path: String,
        _ fault: SelectionProgram.Fault
    ) {
        report.refuse(
            "'\(path)[\(fault.index)]': \(fault.error.withCaret)",
            at: strategy[fault.index].place
        )
    }
}
