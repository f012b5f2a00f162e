"""Prepaid credits through the whole machine: who pays what, and what those see who can't."""

import json
from decimal import Decimal

import anthropic
import openai
import pytest

from machine import until

PRICE = {"input": "1.00", "output": "10.00"}


def priced(base):
    """OpenAI and Anthropic as the simulator, a few models with prices, one without."""
    names = ["sim", "sim-fast", "sim+events=5", "sim+status=500", "sim+events=50+interval=100ms"]
    return [
        {"id": "openai", "base_url": base, "api_keys": [{"value": "${env:TEST_OPENAI_KEY}"}],
         "models": [{"id": name, "pricing": PRICE} for name in names]},
        {"id": "anthropic", "base_url": base,
         "api_keys": [{"value": "${env:TEST_ANTHROPIC_KEY}"}],
         "models": [{"id": name, "pricing": PRICE} for name in names]},
    ]


@pytest.fixture
def site(start_machine):
    return start_machine(providers=priced, settings={"credits": {"mode": "prepaid"}})


def add(site, amount="5.00", key="first"):
    site.cli("credits", "add", "--account", "default", "--amount", amount, "--category",
             "purchase", "--idempotency-key", key)


def balance(site):
    [account] = json.loads(site.cli("credits", "balance", "--json").stdout)["items"]
    return Decimal(account["balance"])


def test_a_grant_opens_the_door_and_pays_to_the_nano_dollar(site):
    refused = site.chat(max_tokens=100)
    assert refused.status_code == 403
    assert refused.json()["error"]["code"] == "ERR_NGROK_4026"
    add(site)
    served = site.chat(max_tokens=100)
    assert served.status_code == 200
    usage = served.json()["usage"]
    fee = Decimal("0.05")
    cost = (usage["prompt_tokens"] * (1 + fee) + usage["completion_tokens"] * (10 + fee)) / 1000000
    assert until("it is paid", lambda: balance(site) < 5 and balance(site)) == 5 - cost
    lines = until("its line is written", lambda: [
        line for line in site.access_lines() if "cost" in line])
    assert [Decimal(line["cost"]) for line in lines] == [cost]


def test_own_keys_need_no_credits(site):
    site.cli("provider-keys", "add", "--provider", "openai", "--name", "own",
             input="sk-own-0123456789abcdef0123456789\n")
    assert site.chat().status_code == 200
    assert site.chat(model="anthropic:sim-fast").status_code == 403


def test_the_sdks_understand_the_refusal(site):
    with openai.OpenAI(api_key=site.token, base_url=site.base + "/v1", max_retries=0) as client:
        with pytest.raises(openai.PermissionDeniedError) as told:
            client.chat.completions.create(
                model="openai:sim", messages=[{"role": "user", "content": "hi"}])
    assert told.value.code == "ERR_NGROK_4026"
    with anthropic.Anthropic(api_key=site.token, base_url=site.base, max_retries=0) as claude:
        with pytest.raises(anthropic.PermissionDeniedError) as told:
            claude.messages.create(model="anthropic:sim", max_tokens=10,
                                   messages=[{"role": "user", "content": "hi"}])
    assert "ERR_NGROK_4026" in str(told.value)


def test_a_model_without_a_price_is_refused_by_name(site):
    add(site)
    refused = site.chat(model="openai:sim+events=7")
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == "ERR_NGROK_27236"


def test_a_stream_is_paid_before_its_client_sees_the_end(site):
    add(site)
    with site.stream(model="openai:sim+events=5") as answer:
        assert answer.status_code == 200
        text = answer.read().decode()
    assert text.endswith("data: [DONE]\n\n")
    # The client did not ask for the usage, and does not see it.
    assert "usage" not in text
    assert balance(site) < 5


def test_a_client_that_leaves_pays_for_what_it_got(site):
    add(site)
    with site.stream(model="openai:sim+events=50+interval=100ms") as answer:
        lines = answer.iter_lines()
        for _ in range(6):
            next(lines)
    paid = 5 - until("it is paid", lambda: balance(site) < 5 and balance(site))
    assert 0 < paid < Decimal("0.002")


def test_a_failed_attempt_costs_nothing(site):
    add(site)
    assert site.chat(model="openai:sim+status=500").status_code >= 500
    assert balance(site) == 5
