"""Accounts: each with its own keys, provider keys and money, at the gateways that name it."""

import json
import re
from decimal import Decimal

import pytest

import tokens
from machine import until

LOCATIONS = """
    location /acme/ {
        include lockkeeper/lockkeeper_params;
        fastcgi_param LOCKKEEPER_PREFIX /acme;
        fastcgi_param LOCKKEEPER_GATEWAY ep_acme;
        fastcgi_pass lockkeeper;
    }
"""


def gateways(base):
    key = {"value": "${env:TEST_OPENAI_KEY}"}
    providers = [{"id": "openai", "base_url": base, "api_keys": [key], "models": [
        {"id": "sim-fast", "pricing": {"input": "1.00", "output": "10.00"}}]}]
    return [{"id": "ep_main", "accounts": ["default", "acme", "later"], "providers": providers},
            {"id": "ep_acme", "accounts": ["acme"], "providers": providers}]


@pytest.fixture
def site(start_machine):
    return start_machine(
        gateways=gateways, locations=LOCATIONS, settings={"credits": {"mode": "prepaid"}},
        api_params="fastcgi_param LOCKKEEPER_GATEWAY ep_main;")


def items(site, *arguments):
    return json.loads(site.cli(*arguments, "--json").stdout)["items"]


def authorization(site):
    [request] = site.simulator_requests()
    site.forget_requests()
    return request["headers"]["authorization"]


def grant(site, account):
    site.cli("credits", "add", "--account", account, "--amount", "5.00", "--category", "purchase",
             "--idempotency-key", account)


def ask(site, token, prefix=""):
    return site.client.post(f"{prefix}/v1/chat/completions", headers=site.headers(token), json={
        "model": "openai:sim-fast", "max_tokens": 16,
        "messages": [{"role": "user", "content": "hello"}]})


def test_each_account_has_its_own_keys_and_money(site):
    site.cli("accounts", "create", "acme", "--name", "Acme")
    ours = site.create_key("--name", "ours")["token"]
    theirs = site.create_key("--name", "theirs", "--account", "acme")["token"]
    # Whoever has no money is refused, whatever others have.
    grant(site, "acme")
    until("theirs is served", lambda: ask(site, theirs).status_code == 200)
    assert ask(site, ours).headers["Ngrok-Error-Code"] == "ERR_NGROK_4026"
    balances = until("it is paid", lambda: {
        item["account"]: Decimal(item["balance"]) for item in items(site, "credits", "balance")
        if Decimal(item["balance"]) < 5})
    assert list(balances) == ["acme"]
    # A provider key of one account is nobody else's.
    site.cli("provider-keys", "add", "--provider", "openai", "--name", "own", "--account", "default",
             input="sk-own-0123456789abcdef0123456789\n")
    site.forget_requests()
    assert ask(site, ours).status_code == 200
    assert authorization(site) == "Bearer sk-own-0123456789abcdef0123456789"
    assert ask(site, theirs).status_code == 200
    assert authorization(site) == f"Bearer {site.openai_key}"
    assert [key["accountId"] for key in items(site, "keys", "list", "--account", "acme")] == ["acme"]
    [line] = until("its line is there", lambda: [
        line for line in site.access_lines() if line.get("status") == 403])
    assert line["account"] == "default"


def test_a_key_is_unknown_where_its_account_is_not_named(site):
    ours = site.create_key("--name", "ours")["token"]
    theirs = site.create_key("--name", "theirs", "--account", "acme")["token"]
    grant(site, "acme")
    assert ask(site, theirs, "/acme").status_code == 200
    refused = ask(site, ours, "/acme")
    assert (refused.status_code, refused.headers["Ngrok-Error-Code"]) == (401, "ERR_NGROK_27007")


def test_a_disabled_account_reads_as_unknown(site):
    theirs = site.create_key("--name", "theirs", "--account", "acme")["token"]
    grant(site, "acme")
    until("theirs is served", lambda: ask(site, theirs).status_code == 200)
    account = json.loads(site.cli("accounts", "disable", "acme", "--json").stdout)
    assert (account["id"], account["disabled"]) == ("acme", True)
    refused = ask(site, theirs)
    unknown = ask(site, tokens.token())
    assert (refused.status_code, refused.headers["Ngrok-Error-Code"]) == (401, "ERR_NGROK_27007")
    texts = {re.sub(r"rq_\w+", "", answer.text) for answer in (refused, unknown)}
    assert len(texts) == 1
    site.cli("accounts", "update", "acme", "--enabled")
    assert ask(site, theirs).status_code == 200
    done = site.cli("accounts", "disable", "default", check=False)
    assert done.returncode == 1 and "can't be disabled" in done.stderr


def test_accounts_exist_by_file_or_record(site):
    assert {item["id"] for item in items(site, "accounts", "list")} == {"default", "acme", "later"}
    for command in (["keys", "create"], ["credits", "add", "--amount", "5", "--category",
                                         "promotional", "--idempotency-key", "x"],
                    ["configurations", "create"], ["management-keys", "create"]):
        done = site.cli(*command, "--account", "nobody", check=False,
                        input='{"name": "n"}')
        assert done.returncode == 1 and 'no account "nobody"' in done.stderr, command
    made = json.loads(site.cli("accounts", "create", "nobody", "--metadata", "{\"a\": 1}",
                               "--json").stdout)
    assert (made["uri"], made["metadata"], made["endpoints"]) == ("/accounts/nobody", {"a": 1}, [])
    site.create_key("--account", "nobody")
    done = site.cli("accounts", "create", "nobody", check=False)
    assert done.returncode == 1 and "already" in done.stderr
    done = site.cli("check", "--nginx", "/nonexistent", check=False)
    assert "names the account later, of which the store has no record" in done.stderr
    assert "accepts keys of the account nobody" in done.stderr
    changed = json.loads(site.cli("accounts", "update", "later", "--name", "Later",
                                  "--json").stdout)
    assert (changed["name"], changed["endpoints"]) == ("Later", ["ep_main"])


def test_an_account_tightens_its_limits_and_no_others(site):
    ours = site.create_key("--name", "ours")["token"]
    theirs = site.create_key("--name", "theirs", "--account", "acme")["token"]
    for account in ("default", "acme"):
        grant(site, account)
    until("both are served", lambda: ask(site, ours).status_code == 200
          and ask(site, theirs).status_code == 200)

    def update(*options):
        return json.loads(site.cli("gateway-config", "update", "--account", "acme", *options,
                                   "--json").stdout)
    changed = update("--max-input-tokens", "3", "--total-timeout", "1m", "--metadata", "m")
    assert (changed["maxInputTokens"], changed["totalTimeout"], changed["maxOutputTokens"]) == (
        3, "1m", None)
    refused = ask(site, theirs)
    assert refused.status_code == 413 and "token" in refused.json()["error"]["message"]
    assert ask(site, ours).status_code == 200
    route = json.loads(site.cli("route", "--model", "openai:sim-fast", "--account", "acme",
                                "--gateway", "ep_main", "--json").stdout)
    assert {limit["name"]: (limit["value"], limit["source"]) for limit in route["limits"]} == {
        "total_timeout": ("1m", "account"), "per_request_timeout": ("3m", "gateway"),
        "max_input_tokens": ("3", "account"), "max_output_tokens": (None, "gateway")}
    done = site.cli("check", "--nginx", "/nonexistent", check=False)
    assert "acme at ep_main: max_input_tokens 3" in done.stdout
    # What is more than the gateway allows changes nothing.
    assert update("--max-input-tokens", "none", "--total-timeout", "1h")["metadata"] == "m"
    assert ask(site, theirs).status_code == 200
    done = site.cli("check", "--nginx", "/nonexistent", check=False)
    assert "acme at" not in done.stdout
    shown = json.loads(site.cli("gateway-config", "get", "--account", "acme", "--json").stdout)
    assert (shown["totalTimeout"], shown["maxInputTokens"]) == ("1h", None)
