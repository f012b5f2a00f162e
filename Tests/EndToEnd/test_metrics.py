"""What is measured of models and keys: whom it counts for, as what, and that reloads keep it."""


import pytest

from machine import simulated_providers
from upstream import RawUpstream, STREAM_HEAD, chat_event, chunk, send

FAST = "openai:sim+events=6+interval=2ms"
SLOW = "anthropic:sim+first-delay=400ms+events=3+interval=20ms"


def limited(connection, request):
    """The first answer leaves one request, the next none."""
    left = 1 if request.model == "free" else 0
    body = b'{"choices":[],"usage":{"prompt_tokens":11,"completion_tokens":5}}'
    status = b"200 OK" if left else b"429 Too Many Requests"
    send(connection, b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
         b"x-ratelimit-limit-requests: 60\r\nx-ratelimit-remaining-requests: %d\r\n\r\n%s"
         % (status, len(body), left, body))


def cut(connection, _request):
    connection.sendall(STREAM_HEAD + chunk(chat_event("half")))
    connection.close()


@pytest.fixture(scope="module")
def raw():
    upstream = RawUpstream({"cut": cut}, default=limited)
    yield upstream
    upstream.close()


@pytest.fixture(scope="module")
def site(start_shared_machine, raw):
    return start_shared_machine(
        providers=lambda base: [*simulated_providers(base), {
            "id": "raw", "base_url": raw.base, "api_keys": [{"value": "sk-raw"}]}])


def metrics(site):
    return site.status()["metrics"]


def model(site, name):
    return metrics(site)["models"][name]


def ask(site, name, count=1, path="/v1/chat/completions"):
    body = {"model": name, "max_tokens": 9, "stream": True,
            "messages": [{"role": "user", "content": "hello"}]}
    return [site.client.post(path, json=body, headers=site.headers()) for _ in range(count)]


def test_a_fast_and_a_slow_provider(site):
    ask(site, FAST, 4)
    ask(site, SLOW, 2, path="/v1/messages")
    fast, slow = model(site, FAST)["global"], model(site, SLOW)["global"]
    assert (fast["request_count"], slow["request_count"]) == (4, 2)
    assert fast["error_rate"]["total"] == slow["error_rate"]["total"] == 0
    assert 0 < fast["latency"]["time_to_first_token_ms_avg"] < 300
    assert 400 <= slow["latency"]["time_to_first_token_ms_avg"] < 1000
    # A p95 is the middle of a bucket.
    assert 350 <= slow["latency"]["time_to_first_token_ms_p95"] < 1100
    assert slow["latency"]["upstream_ms_avg"] >= slow["latency"]["time_to_first_token_ms_avg"] + 30
    assert slow["latency"]["time_per_output_token_ms_avg"] > 0
    # What happens in one turn of a loop takes no time.
    assert 0 <= fast["latency"]["gateway_ms_avg"] < 50
    assert slow["token"]["output"] > 0
    assert "quota" not in fast


def test_each_scope_has_it(site):
    ask(site, "openai:sim+events=1")
    scopes = model(site, "openai:sim+events=1")
    assert list(scopes["accounts"]) == ["default"]
    assert list(scopes["endpoints"]) == ["ep_main"]
    (key,) = scopes["api_keys"]
    assert scopes["accounts"]["default"] == scopes["endpoints"]["ep_main"] == scopes["global"]
    # The simulator tells of one.
    assert scopes["api_keys"][key].pop("quota") == {"remaining_requests": 9999}
    assert scopes["api_keys"][key] == scopes["global"]
    assert metrics(site)["api_keys"][key]["request_count"] >= 1


@pytest.mark.parametrize("name, kind", [
    ("openai:sim+status=429", "rate_limit"), ("openai:sim+status=500", "server"),
    ("openai:sim+status=400", "client"), ("raw:cut", "server")])
def test_errors_are_of_their_kind(site, name, kind):
    ask(site, name, 2)
    found = model(site, name)["global"]
    assert found["request_count"] == 2
    assert {name for name, rate in found["error_rate"].items() if rate == 1} == {kind, "total"}


def test_a_failover_counts_for_both(site):
    site.chat("openai:sim+status=503", models=["openai:sim+size=7"])
    assert model(site, "openai:sim+status=503")["global"]["error_rate"]["server"] == 1
    assert model(site, "openai:sim+size=7")["global"]["request_count"] == 1


def test_the_quota_of_a_key_is_what_the_last_answer_said(site):
    site.chat("raw:free")
    (key,) = model(site, "raw:free")["api_keys"]
    assert metrics(site)["api_keys"][key]["quota"] == {
        "remaining_requests": 1, "limit_requests": 60}
    assert model(site, "raw:free")["global"]["token"]["input"] == 11
    site.chat("raw:spent")
    assert metrics(site)["api_keys"][key]["quota"]["remaining_requests"] == 0
    # Each model has what was said of it.
    assert model(site, "raw:free")["api_keys"][key]["quota"]["remaining_requests"] == 1


def test_both_loops_count_together_and_a_reload_keeps_it(site):
    for response in ask(site, "openai:sim+events=2", 20):
        assert response.status_code == 200
    assert model(site, "openai:sim+events=2")["global"]["request_count"] == 20
    site.cli("reload")
    ask(site, "openai:sim+events=2")
    assert model(site, "openai:sim+events=2")["global"]["request_count"] == 21


def test_what_was_refused_at_the_gateway_counts_for_nobody(site):
    before = metrics(site)
    assert site.chat("nothing-like-it").status_code == 400
    assert site.chat("openai:sim", token="ng-wrong").status_code == 401
    assert metrics(site) == before
