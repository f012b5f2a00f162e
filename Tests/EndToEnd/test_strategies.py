"""Selection expressions: what they choose of models and keys, as clients and operators see it."""

import json

import pytest

from documents import blocks
from machine import TOP, until
from upstream import (STREAM_HEAD, RawUpstream, answer, chat_answer, chat_event, chunk, send)

CHAT, RESPONSES = "/v1/chat/completions", "/v1/responses"
MESSAGES, GEMINI = "/v1/messages", "/v1beta/models/m:generateContent"


def provider_of(request):
    """The provider that was asked: its base URL begins with its name."""
    return request.target.split("/")[1]


def reply(connection, request):
    """Says who was asked and with which key; `flaky` is answered 500 by alpha."""
    if request.model == "flaky" and provider_of(request) == "alpha":
        return send(connection, answer(b'{"error":{"message":"no"}}', "500 Status"))
    if json.loads(request.body).get("stream"):
        return send(connection, STREAM_HEAD + chunk(chat_event("hello") + b"data: [DONE]\n\n")
                    + chunk(b""))
    left = "7" if request.key.endswith("tired") else "900"
    return send(connection, answer(
        chat_answer(f"{provider_of(request)} {request.key}"),
        headers=[f"x-ratelimit-remaining-requests: {left}", "x-ratelimit-limit-requests: 1000"]))


@pytest.fixture(scope="module")
def raw():
    upstream = RawUpstream({}, default=reply)
    yield upstream
    upstream.close()


def pricing(*prices):
    return {"pricing": dict(zip(("input", "output"), prices))} if prices else {}


class Site:
    """Three providers of the same models, at other prices, in this order: alpha, beta, gamma."""

    def __init__(self, machine):
        self.machine = machine

    def choose(self, *models, keys=()):
        """Makes these the expressions in force."""
        gateway = self.machine.config["gateways"][0]
        gateway["model_selection"] = {"strategy": list(models)}
        gateway["api_key_selection"] = {"strategy": list(keys)}
        self.machine.write_config()
        self.machine.cli("reload")

    def served(self, model="m", **members):
        """The provider that served, or the status and the code of the refusal."""
        answered = self.machine.chat(model, **members)
        if answered.status_code != 200:
            return answered.status_code, answered.headers.get("Ngrok-Error-Code")
        return answered.headers["Ngrok-AIG-Model"].split(":")[0]

    def used(self, model="m"):
        """The provider and the key that served."""
        return self.machine.chat(model).json()["choices"][0]["message"]["content"].split()


@pytest.fixture(scope="module")
def site(start_shared_machine, raw):
    def provider(name, *prices, keys=("one",)):
        model = {"supported_features": ["tool-calling"], "max_context_window": 128000}
        return {
            "id": name, "base_url": f"http://127.0.0.1:{raw.port}/{name}",
            "dialects": {dialect: {} for dialect in
                         ("openai-chat", "openai-responses", "anthropic-messages", "gemini")},
            "api_keys": [{"value": "${env:TEST_KEY_" + key.upper() + "}"} for key in keys],
            "models": [{"id": "m", "author_id": "maker", **model, **pricing(*prices)},
                       {"id": "flaky", **pricing(*prices)},
                       {"id": f"{name}-model", "supported_features": ["reasoning"]}]}
    machine = start_shared_machine(
        providers=[provider("alpha", "3", "15", keys=("one", "tired")), provider("beta", "0.4", "2"),
                   provider("gamma")],
        environment={"TEST_KEY_ONE": "sk-strategy-0123456789-one",
                     "TEST_KEY_TIRED": "sk-strategy-0123456789-tired"})
    return Site(machine)


# --- models ---


@pytest.mark.parametrize("strategy, expected", [
    (["ai.models"], "alpha"),
    (["ai.models.filter(m, m.provider_id == 'gamma')"], "gamma"),
    (["ai.models.ignoreProviders(['alpha'])"], "beta"),
    (["ai.models.underCost('text.input', 0.5)"], "beta"),
    (["ai.models.sortBy('price')"], "alpha"),
    (["ai.models.filter(m, m.id == 'none')", "ai.models.get('gamma', 'm')"], "gamma"),
    (["ai.models.get('beta', 'm')", "ai.models"], "beta"),
    (["req.path == '/v1/chat/completions' ? ai.models.onlyProviders(['beta']) : ai.models"], "beta"),
    (["req.tokens > 100 ? ai.models : ai.models.onlyProviders(['gamma'])"], "gamma"),
    (["ai.models.filter(m, key.name == 'everything' && m.provider_id != 'alpha')"], "beta"),
    (["now > timestamp('2020-01-01T00:00:00Z') ? ai.models.get('gamma', 'm') : ai.models[0]"],
     "gamma"),
    (["ai.models.filter(m, false)"], (422, "ERR_NGROK_3805")),
    (["ai.models.filter(m, m.metadata.nothing == 1)", "ai.models"], (422, "ERR_NGROK_3803")),
    (["[dyn(1)]"], (422, "ERR_NGROK_3806")),
])
def test_the_first_expression_that_leaves_a_model_decides(site, strategy, expected):
    site.choose(*strategy)
    assert site.served() == expected


def test_the_client_s_order_stands(site):
    site.choose("ai.models.sortBy('price')")
    assert site.served("gamma:m", models=["beta:m"]) == "gamma"
    site.choose("ai.models.filter(m, m.provider_id != 'gamma')")
    answered = site.machine.chat("gamma:m", models=["alpha:m", "beta:m"])
    assert answered.headers["Ngrok-AIG-Model"] == "alpha:m"
    assert "gamma:m" in answered.headers["Ngrok-AIG-Rejected-Models"]
    assert "model_selection" in answered.headers["Ngrok-AIG-Rejected-Models"]


def test_a_name_that_is_passed_through_is_not_known(site):
    site.choose("ai.models.filter(m, m.known)")
    assert site.served("beta:unheard-of") == (422, "ERR_NGROK_3805")
    assert site.served("beta:m") == "beta"
    site.choose("ai.models.filter(m, !m.known && m.provider_id == 'beta')")
    assert site.served("beta:unheard-of") == "beta"


def test_headers_but_no_credentials_are_seen(site):
    site.choose("'x-tier' in req.headers && req.headers['x-tier'] == 'gold' "
                "? ai.models.onlyProviders(['gamma']) : ai.models")
    assert site.served(headers={"X-Tier": "gold"}) == "gamma"
    assert site.served(headers={"X-Tier": "silver"}) == "alpha"
    assert site.served() == "alpha"
    site.choose("ai.models.filter(m, !('authorization' in req.headers) && "
                "!('x-api-key' in req.headers) && !('cookie' in req.headers))")
    assert site.served(headers={"Cookie": "a=b", "X-Api-Key": site.machine.token}) == "alpha"


def test_a_header_that_is_looked_at_goes_nowhere(site, raw):
    site.choose("ai.models.filter(m, has(req.headers))")
    assert site.served(headers={"X-Tier": "gold"}) == "alpha"
    assert "x-tier" not in raw.requests[-1].headers


@pytest.mark.parametrize("members, expected", [
    ({}, "alpha"), ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "beta"),
    ({"text": "word " * 3000}, "gamma"),
])
def test_the_body_is_seen(site, members, expected):
    site.choose("ai.models.filter(m, req.tokens > 2000 ? m.provider_id == 'gamma' : "
                "m.provider_id == (req.tools > 0 ? 'beta' : 'alpha'))")
    assert site.served(**members) == expected


def test_a_stream_is_seen(site):
    site.choose("ai.models.filter(m, req.stream == (m.provider_id == 'beta'))")
    assert site.served() == "alpha"
    assert site.served(stream=True) == "beta"


def test_live_metrics_lead_away_from_what_fails(site):
    site.choose("ai.models.filter(m, m.metrics.global.error_rate.total < 0.5)", "ai.models")
    assert site.served("flaky") == "beta"
    until("alpha's errors are known",
          lambda: site.machine.chat("flaky").headers["Ngrok-AIG-Attempts"] == "1")
    site.choose("ai.models.filter(m, m.metrics.endpoint.error_rate.server < 0.5 && "
                "m.metrics.account.error_rate.total < 0.5)")
    assert site.served("flaky") == "beta"


# --- refusals ---


def body_of(path):
    if path == GEMINI:
        return {"contents": [{"role": "user", "parts": [{"text": "hello"}]}]}
    said = {"input": "hello"} if path == RESPONSES else {
        "messages": [{"role": "user", "content": "hello"}]}
    return {"model": "m", "max_tokens": 10, **said}


@pytest.mark.parametrize("path", [CHAT, RESPONSES, MESSAGES, GEMINI])
@pytest.mark.parametrize("strategy, code", [
    (["ai.models.get('nothing')"], "3803"), (["ai.models.only(['nothing'])"], "3805"),
    (["dyn('m')"], "3806"),
])
def test_a_refusal_has_the_shape_of_its_dialect(site, path, strategy, code):
    site.choose(*strategy)
    answered = site.machine.client.post(path, json=body_of(path), headers=site.machine.headers())
    assert answered.status_code == 422
    assert answered.headers["Ngrok-Error-Code"] == f"ERR_NGROK_{code}"
    error = answered.json()["error"]
    assert f"[ERR_NGROK_{code}]" in error["message"]
    assert "model_selection.strategy" in error["message"]
    if path == GEMINI:
        assert (error["code"], error["status"]) == (422, "INVALID_ARGUMENT")
    else:
        assert error["type"] == "invalid_request_error"


# --- keys ---


def test_keys_are_put_in_order(site):
    site.choose(keys=["ai.keys.filter(k, k.id.endsWith(':1')) + ai.keys"])
    assert site.used() == ["alpha", "sk-strategy-0123456789-tired"]
    site.choose(keys=["ai.keys.filter(k, k.id == 'managed:alpha:0')", "ai.keys"])
    assert site.used() == ["alpha", "sk-strategy-0123456789-one"]


def test_keys_with_little_left_are_left_out(site):
    site.choose(keys=["ai.keys.filter(k, k.quota.remaining_requests == 0 || "
                      "k.quota.remaining_requests > 100)"])
    site.choose(keys=["ai.keys.filter(k, k.id.endsWith(':1'))", "ai.keys"])
    assert site.used("alpha:m")[1].endswith("tired")
    site.choose(keys=["ai.keys.filter(k, k.quota.remaining_requests > 0 && "
                      "k.quota.remaining_requests < 100)"])
    until("what is left is known", lambda: site.served("alpha:m") == "alpha")
    assert site.used("alpha:m")[1].endswith("tired")


def test_a_provider_without_a_key_left_is_passed_over(site):
    site.choose(keys=["ai.keys.filter(k, k.provider_id != 'alpha')"])
    assert site.served() == "beta"
    assert site.served("alpha:m") == (422, "ERR_NGROK_3805")
    site.choose(keys=["ai.keys.filter(k, k.id == ai.models.get('nothing').id)"])
    assert site.served() == (422, "ERR_NGROK_3803")
    site.choose(keys=["dyn(ai.models)"])
    assert site.served() == (422, "ERR_NGROK_3806")


# --- operators ---


@pytest.mark.parametrize("strategy, place, words", [
    ("ai.models.filter(m, m.provider == 'a')", "line 1, column 23", "did you mean `provider_id`?"),
    ("ai.models.filter(m,\n  m.metrics.global.error_rate.totl < 0.1)", "line 2, column 31",
     "did you mean `total`?"),
    ("ai.models.map(m, m.id)", "line 1, column 11", "gives list(string), not models"),
    ("ai.models.sortBy('prise')", "line 1, column 18", "did you mean `price`?"),
])
def test_a_faulty_expression_is_refused_with_its_place(site, strategy, place, words):
    site.choose("ai.models")
    gateway = site.machine.config["gateways"][0]
    gateway["model_selection"] = {"strategy": ["ai.models", strategy]}
    site.machine.write_config()
    done = site.machine.cli("check", check=False)
    assert done.returncode == 1
    assert "'gateways[0].model_selection.strategy[1]'" in done.stderr
    assert place in done.stderr and words in done.stderr and "\n" in done.stderr.strip()
    line = next(number for number, text in
                enumerate(site.machine.config_path.read_text().splitlines(), 1)
                if json.dumps(strategy) in text)
    assert f"gateway.yaml:{line}:" in done.stderr
    refused = site.machine.cli("reload", check=False)
    assert refused.returncode == 1 and words in refused.stderr
    assert site.served() == "alpha"


def test_check_shows_what_is_in_force(site):
    site.choose("ai.models.sortBy('price')", keys=["ai.keys.randomize()"])
    shown = site.machine.cli("check").stdout
    assert "strategy: [\"ai.models.sortBy('price')\"]" in shown
    assert 'strategy: ["ai.keys.randomize()"]' in shown


def test_route_tells_what_was_chosen_and_left_out(site):
    site.choose("ai.models.filter(m, m.id == 'none')", "ai.models.underCost('text.input', 1)",
                keys=["ai.keys"])
    shown = site.machine.cli("route", "--model", "m").stdout
    assert "chosen by model_selection.strategy[1]: ai.models.underCost('text.input', 1)" in shown
    assert "1. beta:m" in shown and "2." not in shown
    assert "left out: alpha:m: by model_selection.strategy[1]" in shown
    found = json.loads(site.machine.cli("route", "--model", "m", "--json").stdout)
    assert found["strategy"] == {
        "path": "model_selection.strategy[1]",
        "expression": "ai.models.underCost('text.input', 1)", "leftOut": ["alpha:m", "gamma:m"]}
    site.choose("ai.models.only([])")
    done = site.machine.cli("route", "--model", "m", check=False)
    assert done.returncode == 1
    assert "ERR_NGROK_3805" in done.stdout + done.stderr


def evaluated(site, expression, *options):
    return json.loads(site.machine.cli("eval", expression, *options).stdout)


def test_eval_knows_the_models_and_keys(site, tmp_path):
    site.choose()
    models = evaluated(site, "ai.models.filter(m, m.id == 'm').sortBy('price')")
    assert models == {"list": [{"model": "beta:m"}, {"model": "alpha:m"}, {"model": "gamma:m"}]}
    assert evaluated(site, "ai.models.get('beta', 'm').pricing.input") == {"double": "0.4"}
    assert evaluated(site, "ai.keys.map(k, k.id).filter(i, i.startsWith('managed:alpha'))") == {
        "list": [{"string": "managed:alpha:0"}, {"string": "managed:alpha:1"}]}
    assert evaluated(site, "ai.providers.only(['gamma'])") == {"list": [{"provider": "gamma"}]}
    bindings = tmp_path / "bindings.json"
    bindings.write_text('{"least": {"int": "1"}}')
    assert evaluated(site, "ai.models.size() > least", "--bindings", str(bindings)) == {
        "bool": True}
    key = site.machine.create_key("--name", "ci", "--metadata", '{"tier": "gold"}')
    assert evaluated(site, "key.name + ' ' + key.metadata.tier", "--key", key["id"]) == {
        "string": "ci gold"}
    refused = site.machine.cli("eval", "ai.modles", check=False)
    assert refused.returncode == 1 and "did you mean `models`?" in refused.stderr


def test_eval_sees_what_the_worker_measured(site):
    site.choose("ai.models.get('gamma', 'm')")
    assert site.served() == "gamma"
    until("the request was counted", lambda: evaluated(
        site, "ai.models.get('gamma', 'm').metrics.global.request_count > 0") == {"bool": True})


# --- the manual ---


def documented():
    """The blocks of expressions in the manual."""
    page = TOP / "docs" / "routing.md"
    return [block for block in blocks(page) if block.language == "cel"]


@pytest.mark.parametrize("block", documented(), ids=str)
def test_every_expression_of_the_manual_runs(site, block):
    site.choose("ai.models")
    for expression in block.text.split("\n\n"):
        keys = expression.strip().startswith("ai.keys")
        site.choose(*([] if keys else [expression]), keys=[expression] if keys else [])
        evaluated(site, expression)
