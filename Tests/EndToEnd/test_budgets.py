"""Budgets of keys and of configurations, as the command line sets and shows them."""

import json

from test_command_line import made  # noqa: F401


def test_a_key_gets_changes_and_loses_a_budget(made):  # noqa: F811
    key = made.json("keys", "create", "--name", "a", "--budget-amount", "25.50",
                    "--budget-period", "month")
    assert key["budget"] == {"amount": "25.5", "period": "month", "scope": "all"}
    changed = made.json("keys", "update", key["id"], "--budget-scope", "managed")
    assert changed["budget"] == {"amount": "25.5", "period": "month", "scope": "managed"}
    changed = made.json("keys", "update", key["id"], "--budget-amount", "3",
                        "--budget-period", "day")
    assert changed["budget"] == {"amount": "3", "period": "day", "scope": "managed"}
    assert made.json("keys", "update", key["id"], "--name", "b")["budget"] == changed["budget"]
    assert "3 dollars a day, managed traffic" in made.run("keys", "get", key["id"]).stdout
    assert made.json("keys", "list")["items"][0]["budget"] == changed["budget"]
    assert made.json("keys", "update", key["id"], "--budget-amount", "none")["budget"] is None
    assert made.json("keys", "get", key["id"])["budget"] is None


def test_a_budget_that_makes_no_sense_is_refused(made):  # noqa: F811
    refusals = [
        (["--budget-amount", "5"], "a budget needs --budget-period: day, week, month or total"),
        (["--budget-period", "day"], "there is no budget to change: say --budget-amount too"),
        (["--budget-amount", "0", "--budget-period", "day"],
         "--budget-amount must be more than 0; `none` is for no limit"),
        (["--budget-amount", "1e3", "--budget-period", "day"],
         "--budget-amount must be an amount in dollars, such as \"5.00\""),
        (["--budget-amount", "none", "--budget-scope", "all"],
         "--budget-amount none takes no --budget-period and no --budget-scope"),
    ]
    for options, reason in refusals:
        done = made.run("keys", "create", *options)
        assert done.returncode == 1
        assert reason in done.stderr, done.stderr
    assert made.run("keys", "create", "--budget-period", "year").returncode == 64
    assert made.json("keys", "list")["items"] == []


def test_a_configuration_gets_changes_and_loses_a_budget(made):  # noqa: F811
    limit = {"amount": "100", "period": "total", "scope": "all"}
    configuration = made.json("configurations", "create", "--name", "team",
                              input=json.dumps({"budget": {"amount": "100.0", "period": "total"}}))
    assert configuration["budget"] == limit
    identity = configuration["id"]
    assert "100 dollars in all" in made.run("configurations", "get", identity).stdout
    kept = made.json("configurations", "update", identity, "--name", "crew")
    assert (kept["name"], kept["budget"]) == ("crew", limit)
    lifted = made.json("configurations", "update", identity, input='{"budget": null}')
    assert lifted["budget"] is None
    done = made.run("configurations", "update", identity,
                    input='{"budget": {"amount": "1", "period": "year"}}')
    assert done.returncode == 1
    assert 'budget.period: "year" is none of' in done.stderr
