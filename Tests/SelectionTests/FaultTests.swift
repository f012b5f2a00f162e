import Testing

@testable import Selection

/// What is refused when an expression is read, and where the fault is said to be.
@Suite struct `Faults of expressions` {
    private static let environment = Environment(variables: [
        "tokens": .int, "name": .string, "models": .list(.map(.string, .any)), "x": .any,
    ])

    private func fault(_ text: String) -> SourceError? {
        do throws(SourceError) {
            _ = try Program(text, in: Self.environment)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        ("", 1, "a value is expected in place of the end"),
        ("1 +", 4, "a value is expected in place of the end"),
        ("(1", 3, "`)` is expected in place of the end"),
        ("1 2", 3, "`2` is not expected here"),
        ("tokens.", 8, "a name is expected in place of the end"),
        ("'abc", 1, "the string that begins here has no end"), (#"'\q'"#, 2, #"`\q` is no escape"#),
        ("3x", 2, "`x` in the middle of a number"), ("a ~ b", 3, "`~` means nothing here"),
        ("9223372036854775808", 1, "the number is larger than 64 bits"),
        ("let + 1", 1, "`let` is a reserved word"),
        ("models.filter(1, true)", 15, "`filter` wants a new name here"),
        ("has(x)", 1, "`has` takes one field, as in `has(m.metadata)`"),
    ])
    func `of its grammar`(text: String, column: Int, message: String) throws {
        let fault = try #require(self.fault(text))
        #expect(fault.message == message)
        #expect((fault.line, fault.column) == (1, column))
    }

    @Test(
        arguments: [
            ("tokns > 1", 1, "`tokns` is not known here; did you mean `tokens`?"),
            ("tokens + name", 8, "`+` takes no int and string"),
            ("tokens + 1.0", 8, "`+` takes no int and double"),
            ("name > 5", 6, "`>` takes no string and int"),
            ("name ? 1 : 2", 1, "a condition is a string, not true or false"),
            ("tokens && true", 1, "a condition is a int, not true or false"),
            ("tokens.filter(m, true)", 8, "a int has no elements to walk through"),
            ("models.filter(m, m.id)", nil, ""),
            ("models.filter(m, 1)", 18, "a condition is a int, not true or false"),
            ("models.exists(m, n.id == '')", 18, "`n` is not known here; did you mean `m`?"),
            ("nobody", 1, "`nobody` is not known here"),
            ("name.size", 6, "a string has no field `size`"),
            ("name.contains(1)", 6, "`contains` takes no (string, int)"),
            ("nothing(1)", 1, "there is no function `nothing` of 1 arguments"),
            ("-name", 1, "`-` takes no string"), ("name['a']", 5, "a string has no [string]"),
            ("name.matches('(')", 14, "the pattern is wrong: missing closing parenthesis at 1"),
            ("name.matches('(?=a)')", 14, "RE2 has no `(?=`"),
            (#"name.matches(r'(a)\1')"#, 14, "RE2 has no references to groups"),
            ("timestamp(0).getHours('Nowhere/X')", 23, "there is no time zone `Nowhere/X`"),
            ("1 == 1.0", nil, ""), ("tokens in [1, 2]", nil, ""),
            ("name in [1]", 6, "`in` takes no string and list(int)"),
        ] as [(String, Int?, String)]
    )
    func `of its names and types`(text: String, column: Int?, message: String) {
        let fault = self.fault(text)
        #expect(fault?.column == column)
        #expect((fault?.message ?? "") == message)
    }

    @Test func `the caret stands below the place`() throws {
        let fault = try #require(self.fault("tokens > 1 &&\n  tokns < 5"))
        #expect((fault.line, fault.column) == (2, 3))
        #expect(
            fault.withCaret
                == "`tokns` is not known here; did you mean `tokens`? (line 2, column 3)\n      tokns < 5\n      ^"
        )
    }

    @Test(arguments: [
        String(repeating: "(", count: 10_000), String(repeating: "-", count: 10_000) + "x",
        String(repeating: "[", count: 10_000), String(repeating: "!", count: 10_000),
        "1" + String(repeating: "+1", count: 10_000), "x" + String(repeating: ".y", count: 10_000),
        "x" + String(repeating: " ? x : x", count: 10_000), String(repeating: "x", count: 70_000),
    ])
    func `of its size`(text: String) {
        #expect(fault(text) != nil)
    }

    @Test func `long chains of conditions are fine`() throws {
        let text = "false" + String(repeating: " || tokens > 5", count: 3000)
        let program = try Program(text, in: Self.environment)
        #expect(try program.value(["tokens": .int(1)]) == .bool(false))
    }

    @Test(arguments: [
        (
            " + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1",
            "more than 512 operators, each of which needs another"
        ),
        (".b.b.b.b.b.b.b.b.b", "more than 512 operators, each of which needs another"),
        (" == 1 && true ? 1 : 2", nil), ("", nil),
        (" + 1) + (1", nil),
    ])
    func `of too many operators that need another`(more: String, message: String?) {
        var text = "x"
        for _ in 0..<60 { text = "(\(text)\(more))" }
        #expect(fault(text)?.message == message)
    }

    @Test(arguments: ["(", "[", "{1: ", "-(", "!", "1 ? 1 : ", "x[", "size(", "- "])
    func `of nesting without end`(opening: String) {
        let text = String(repeating: opening, count: 20_000 / opening.count)
        #expect(fault(text)?.message == "the expression nests deeper than 128 levels")
    }

    @Test func `of a function that takes no such value`() throws {
        let program = try Program("x.matches('a')", in: Self.environment)
        #expect(throws: EvaluationError("`matches` takes no (int, string)")) {
            try program.value(["x": .int(1)])
        }
    }
}
