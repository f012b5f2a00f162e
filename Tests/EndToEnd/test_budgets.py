"""Budgets of keys and of configurations, as the command line sets and shows them."""

import datetime
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from machine import until
from test_command_line import made  # noqa: F401
from test_last_used import restart


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


# --- as clients see them ---


SLOW = "sim-fast+delay=300ms"


def priced(base):
    """The simulator as a provider whose model costs 10 dollars a million tokens, in and out."""
    return [{"id": "openai", "base_url": base, "api_keys": [{"value": "${env:TEST_OPENAI_KEY}"}],
             "models": [{"id": model, "pricing": {"input": "10", "output": "10"}}
                        for model in ("sim-fast", SLOW)]}]


@pytest.fixture(scope="module")
def site(start_shared_machine):
    return start_shared_machine(providers=priced)


def code(response):
    return response.json()["error"]["code"] if response.status_code != 200 else "served"


EXCEEDED = "ERR_NGROK_AI_GATEWAY_BUDGET_EXCEEDED"


def cost(responses):
    """What was served, in nano-dollars, by the usage that the answers report."""
    return sum(10_000 * response.json()["usage"]["total_tokens"]
               for response in responses if response.status_code == 200)


def test_a_used_up_budget_refuses_until_it_is_raised(site):
    key = site.create_key("--budget-amount", "0.003", "--budget-period", "day")
    answers = [site.chat(token=key["token"], max_tokens=20) for _ in range(60)]
    codes = [code(answer) for answer in answers]
    assert codes[0] == "served" and codes[-1] == EXCEEDED
    assert codes == sorted(codes, key=["served", EXCEEDED].index)
    assert 0 < cost(answers) <= 3_000_000
    tomorrow = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)).date()
    assert answers[-1].status_code == 403
    assert f"{tomorrow}T00:00:00Z" in answers[-1].json()["error"]["message"]
    # What is spent is known after a restart.
    until("the ledger has it all", lambda: site.status()["ledger"]["queue_length"] == 0)
    restart(site)
    assert code(site.chat(token=key["token"], max_tokens=20)) == EXCEEDED
    # Other keys are not concerned, and a higher budget lets it go on.
    assert site.chat(max_tokens=20).status_code == 200
    site.cli("keys", "update", key["id"], "--budget-amount", "1")
    assert site.chat(token=key["token"], max_tokens=20).status_code == 200


def test_requests_at_once_do_not_pass_a_budget_together(site):
    configuration = json.loads(site.cli(
        "configurations", "create", "--name", "team", "--json",
        input='{"budget": {"amount": "0.01", "period": "month"}}').stdout)
    keys = [site.create_key("--configuration-id", configuration["id"]) for _ in range(4)]
    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(
            lambda number: site.chat("openai:" + SLOW, token=keys[number % 4]["token"],
                                     max_tokens=20), range(120)))
    codes = {code(answer) for answer in answers}
    assert codes == {"served", EXCEEDED}
    assert 0 < cost(answers) <= 10_000_000
