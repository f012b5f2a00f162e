import Testing

@testable import Selection

/// What expressions come to, beyond what the conformance suite asks.
@Suite struct `Runs of expressions` {
    private func value(_ text: String, _ variables: [String: Value] = [:]) throws -> Value {
        let environment = Environment(variables: variables.mapValues { _ in .any }, zone: zone)
        return try Program(text, in: environment).value(variables)
    }

    @Test(arguments: [
        ("[3, 1, 2].sortBy(n, n)", "[1, 2, 3]"), ("['bb', 'a'].sortBy(s, size(s))", "['a', 'bb']"),
        ("[1, 2, 3].sortBy(n, -n)", "[3, 2, 1]"),
        ("[[1, 'b'], [1, 'a']].sortBy(p, p[0])", "[[1, 'b'], [1, 'a']]"),
        ("{'b': 1, 'a': 2}.map(k, k).sortBy(k, k)", "['a', 'b']"),
        ("[1, 2, 3, 4].filter(n, n % 2 == 0).map(n, n * n)", "[4, 16]"),
        (#"'a\u00e9' == 'ae\u0301'"#, "false"),
        ("'a'.matches('a$') && !'a\\n'.matches('a$')", "true"),
        ("string(duration('90m') + duration('1.5s'))", "'5401.5s'"),
        ("string(1.0)", "'1'"),
        ("timestamp('2050-07-01T12:00:00Z').getHours('Europe/Berlin')", "14"),
        ("timestamp('2050-12-01T12:00:00Z').getHours('Europe/Berlin')", "13"),
        ("timestamp('2051-01-15T12:00:00Z').getHours('Australia/Sydney')", "23"),
        ("'abc'.contains('bc') && 'abc'.contains('') && ''.contains('')", "true"),
        ("'abc'.contains('abcd') || ''.contains('a')", "false"),
        ("duration('1h30m').getMinutes()", "90"), ("has({'a': 1}.a) && !has({'a': 1}.b)", "true"),
    ])
    func `a value`(text: String, same: String) throws {
        #expect(try value(text) == value(same), "\(text)")
    }

    @Test(arguments: [
        "[1, 'a'].sortBy(x, x)", "x.y", "[1][1]", "[1][-1]", "{'a': 1}['b']", "'a'.matches(p)",
        "{'a': 1, 'a': 2}", "duration('300y')", "timestamp('2009-02-30T00:00:00Z')",
    ])
    func `an error in place of one`(text: String) {
        #expect(throws: EvaluationError.self) {
            try value(text, ["x": .map(ValueMap()), "p": .string("(")])
        }
    }

    @Test func `one side that decides outweighs a fault of the other`() throws {
        #expect(try value("1/0 > 1 || true") == .bool(true))
        #expect(try value("true || 1/0 > 1") == .bool(true))
        #expect(throws: EvaluationError("division by zero")) { try value("1/0 > 1 || false") }
    }

    @Test(arguments: [
        "x.map(a, x.map(b, x.map(c, 1)))", "x.all(a, x.all(b, x.all(c, true)))",
        "['a'].map(a, x.map(b, s + s + s + s))",
        "[s].map(a, a+a).map(a, a+a).map(a, a+a).map(a, a+a).map(a, a+a).map(a, a+a)",
        "x.map(a, s.matches('(a*)*b'))", "x.map(a, x.map(b, 'a'.matches('a' + 'b')))",
        "x.map(a, x.map(b, x.exists(c, 'aaaaaaaaaaaaaaaa'.matches('(a*)*b'))))",
        "[s + s].map(t, x.sortBy(a, t))", "x.map(a, {s: a})", "[{s: 1}].map(m, x.map(a, m[s]))",
        twins("[a, a]"), twins("{1: a, 2: a}"), twins("{a: a}"), twins("{'k': a}['k'] in [a]"),
    ])
    func `none runs for ever`(text: String) {
        let variables: [String: Value] = [
            "x": .list(Array(repeating: .int(1), count: 200)),
            "s": .string(String(repeating: "a", count: 100_000)),
        ]
        #expect(throws: EvaluationError.self) { try value(text, variables) }
    }

    /// Two values that are made of themselves forty times over, compared.
    private static func twins(_ step: String) -> String {
        let twin = "[0]" + String(repeating: ".map(a, \(step))", count: 40)
        return "\(twin) == \(twin) && 1 / 0 == 1"
    }

    @Test func `as many operators as may stand upon another`() throws {
        let sum = Array(repeating: "1", count: 512).joined(separator: " + ")
        #expect(try value(sum) == .int(512))
        let list = String(repeating: "[", count: 60) + "1" + String(repeating: "]", count: 60)
        #expect(try value(list + String(repeating: "[0]", count: 60)) == .int(1))
        let long = Array(repeating: "true", count: 8000).joined(separator: " && ")
        #expect(try value(long) == .bool(true))
    }

    @Test func `values keep their types as JSON`() throws {
        let text =
            "[1, 1u, 1.5, 'a', b'\\x00\\xff', true, null, {1: 'x'}, int, "
            + "timestamp('2009-02-13T23:31:30.5Z'), duration('-1.5s')]"
        #expect(
            try value(text).json
                == #"{"list":[{"int":"1"},{"uint":"1"},{"double":"1.5"},{"string":"a"},"#
                + #"{"bytes":"AP8="},{"bool":true},{"null":true},{"map":[[{"int":"1"},"#
                + #"{"string":"x"}]]},{"type":"int"},{"timestamp":"2009-02-13T23:31:30.5Z"},"#
                + #"{"duration":"-1.5s"}]}"#
        )
    }
}
