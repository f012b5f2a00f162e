import Selection
import Testing

@testable import Routing

/// What is refused of a strategy when it is read, with its place and what was meant.
@Suite struct `Faults of selection expressions` {
    private func fault(
        _ text: String,
        _ subject: SelectionFailure.Subject = .models
    ) -> SourceError? {
        let environment = StrategyVocabulary.environment()
        do throws(SelectionProgram.Fault) {
            _ = try SelectionProgram([text], for: subject, in: environment)
            return nil
        } catch {
            return error.error
        }
    }

    @Test(arguments: [
        ("ai.modles", 4, "`ai` has no field `modles`; did you mean `models`?"),
        ("ia.models", 1, "`ia` is not known here; did you mean `ai`?"),
        (
            "ai.models.filter(m, m.provider == 'a')", 23,
            "a model has no field `provider`; did you mean `provider_id`?"
        ),
        (
            "ai.models.filter(m, m.metrics.gobal.error_rate.total < 0.1)", 31,
            "a metrics has no field `gobal`; did you mean `global`?"
        ),
        (
            "ai.models.filter(m, m.metrics.global.error_rate.totl < 0.1)", 49,
            "an error_rate has no field `totl`; did you mean `total`?"
        ),
        (
            "ai.models.filter(m, m.metrics.global.latency.upstream_ms < 100.0)", 46,
            "a latency has no field `upstream_ms`; did you mean `upstream_ms_avg`?"
        ),
        (
            "ai.models.filter(m, m.metrics.global.error_rate.total < '1')", 55,
            "`<` takes no double and string"
        ),
        (
            "ai.models.filter(m, m.max_context_window)", 23,
            "a condition is a int, not true or false"
        ),
        (
            "ai.models.onlyProvider(['a'])", 11,
            "there is no function `onlyProvider` of 1 arguments; did you mean `onlyProviders`?"
        ),
        ("ai.models.only('a')", 16, "`only` takes list(string) here, not string"),
        ("ai.models.only([1])", 16, "`only` takes list(string) here, not list(int)"),
        ("ai.models.only()", 11, "`only` takes 1 arguments, not 0"),
        ("ai.models.get('a', 'b', 'c')", 11, "`get` takes 1 or 2 arguments, not 3"),
        (
            "ai.models.underCost('text.inputs', 1)", 21,
            "`underCost` takes no 'text.inputs'; did you mean `text.input`?"
        ),
        (
            "ai.models.underCost('text.input', '1')", 35,
            "`underCost` takes double or int or uint here, not string"
        ),
        ("ai.models.sortBy('prise')", 18, "`sortBy` takes no 'prise'; did you mean `price`?"),
        ("ai.providers.sortBy('price')", 14, "there is no function `sortBy` of 1 arguments"),
        (
            "req.token > 1 ? ai.models : ai.models", 5,
            "`req` has no field `token`; did you mean `tokens`?"
        ),
        (
            "ai.models.filter(m, m.datacenters.exists(d, d.country == 'DE'))", 47,
            "a datacenter has no field `country`; did you mean `country_code`?"
        ),
        (
            "ai.models.map(m, m.id)", 11,
            "the expression gives list(string), not models, as `ai.models` is"
        ),
        ("ai.providers", 4, "the expression gives list(provider), not models, as `ai.models` is"),
        ("'gpt-4o'", 1, "the expression gives string, not models, as `ai.models` is"),
    ])
    func `name the place and what may have been meant`(
        text: String,
        column: Int,
        message: String
    ) throws {
        let fault = try #require(self.fault(text))
        #expect(fault.message == message)
        #expect(fault.column == column)
    }

    @Test func `of keys are those of keys`() throws {
        #expect(
            fault("ai.keys.filter(k, k.quota.remaining_requests > 100).randomize()", .keys) == nil
        )
        #expect(fault("ai.keys[0]", .keys) == nil)
        let wrong = try #require(fault("ai.models", .keys))
        #expect(
            wrong.message == "the expression gives list(model), not provider keys, as `ai.keys` is"
        )
        let quota = try #require(fault("ai.keys.filter(k, k.quota.remaining > 100)", .keys))
        #expect(quota.message.hasPrefix("a quota has no field `remaining`"))
    }

    @Test(arguments: ["[]", "dyn(1)", "true ? ai.models : []", "ai.models.random()"])
    func `are none where the type shows only in a run`(text: String) {
        #expect(fault(text) == nil)
    }
}
