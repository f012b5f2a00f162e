"""What becomes of a request's members on their way: removed, set, limited; and how long it may be."""

import json
import re

import pytest

from machine import TOP
from upstream import RawUpstream, answer, chat_answer, send

GEMINI = "/v1beta/models/{}:generateContent"


def refuses(connection, _request):
    return send(connection, answer(b'{"error":{"message":"no"}}', status="500 No"))


@pytest.fixture(scope="module")
def raw():
    upstream = RawUpstream({"broken": refuses},
                           default=lambda c, r: send(c, answer(chat_answer("fine"))))
    yield upstream
    upstream.close()


def dialects(base):
    return {name: {"base_url": base, "auth": "none"} for name in (
        "openai-chat", "openai-responses", "anthropic-messages", "gemini")}


@pytest.fixture(scope="module")
def site(start_shared_machine, raw):
    base = {"base_url": raw.base}
    return start_shared_machine(
        providers=[
            {"id": "picky", **base, "supported_params": ["temperature", "max_tokens"],
             "models": [{"id": "old", "unsupported_params": ["temperature"]}]},
            {"id": "tagged", **base, "body": {"user": "us", "seed": 7, "top_p": 1.50}},
            {"id": "all", **base, "dialects": dialects(raw.base),
             "models": [{"id": "new", "unsupported_params": ["max_tokens"]}]},
        ],
        gateway={"max_output_tokens": 100, "max_input_tokens": 2000,
                 "body": {"metadata": {"by": "gateway"}}})


def post(site, path, body):
    content = body if isinstance(body, str) else json.dumps(body)
    return site.client.post(path, content=content, headers={
        **site.headers(), "Content-Type": "application/json"})


SENT = '{"model":"%s", "temperature": 0.70, "seed":1,"messages":[{"role":"user"}],"max_tokens":5}'


@pytest.mark.parametrize("model, arrived, removed", [
    ("picky:x", '{"model":"x", "temperature": 0.70,"messages":[{"role":"user"}],"max_tokens":5'
     ',"metadata":{"by":"gateway"}}', "seed"),
    ("picky:old", '{"model":"old","messages":[{"role":"user"}],"max_tokens":5'
     ',"metadata":{"by":"gateway"}}', "temperature, seed"),
    ("tagged:x", '{"model":"x", "temperature": 0.70, "seed":7,"messages":[{"role":"user"}]'
     ',"max_tokens":5,"metadata":{"by":"gateway"},"user":"us","top_p":1.5}', None),
    ("all:new", '{"model":"new", "temperature": 0.70, "seed":1,"messages":[{"role":"user"}]'
     ',"metadata":{"by":"gateway"},"max_completion_tokens":5}', "max_tokens"),
], ids=lambda value: value if isinstance(value, str) and len(value) < 12 else "")
def test_each_provider_gets_what_it_takes_byte_for_byte(site, raw, model, arrived, removed):
    raw.requests.clear()
    response = post(site, "/v1/chat/completions", SENT % model)
    assert response.status_code == 200
    assert raw.requests[0].body.decode() == arrived
    assert response.headers.get("ngrok-aig-removed-params") == removed


def test_failover_starts_from_what_the_client_sent(site, raw):
    raw.requests.clear()
    body = json.loads(SENT % "picky:broken") | {"models": ["all:fine"], "metadata": 1}
    response = post(site, "/v1/chat/completions", body)
    assert response.headers["ngrok-aig-model"] == "all:fine"
    assert "ngrok-aig-removed-params" not in response.headers
    first, second = [json.loads(request.body) for request in raw.requests]
    assert "seed" not in first and second["seed"] == 1
    assert first["metadata"] == second["metadata"] == {"by": "gateway"}


@pytest.mark.parametrize("path, sent, member, value", [
    ("/v1/chat/completions", {"messages": []}, "max_tokens", 100),
    ("/v1/chat/completions", {"messages": [], "max_tokens": 101}, "max_tokens", 100),
    ("/v1/chat/completions", {"messages": [], "max_completion_tokens": 50},
     "max_completion_tokens", 50),
    ("/v1/responses", {"input": "x"}, "max_output_tokens", 100),
    ("/v1/messages", {"messages": [], "max_tokens": 4096}, "max_tokens", 100),
    ("/v1/completions", {"prompt": "x", "max_tokens": 4096}, "max_tokens", 100),
    ("/v1/embeddings", {"input": "x"}, "max_tokens", None),
    ("/v1/messages/count_tokens", {"messages": []}, "max_tokens", None),
    ("/v1/messages/count_tokens", {"messages": []}, "metadata", None),
    (GEMINI, {"contents": []}, "generationConfig", {"maxOutputTokens": 100}),
    (GEMINI, {"contents": [], "generationConfig": {"maxOutputTokens": 500, "topK": 1}},
     "generationConfig", {"maxOutputTokens": 100, "topK": 1}),
])
def test_the_answer_s_length_is_limited_on_every_path(site, raw, path, sent, member, value):
    raw.requests.clear()
    body = sent if path == GEMINI else {"model": "all:x", **sent}
    assert post(site, path.format("all:x"), body).status_code == 200
    assert json.loads(raw.requests[0].body).get(member) == value


@pytest.mark.parametrize("path, body, read_error", [
    ("/v1/chat/completions", {"model": "all:x", "messages": [{"content": "LONG"}]},
     lambda body: (body["error"]["code"], body["error"]["type"])),
    ("/v1/messages", {"model": "all:x", "messages": [{"content": "LONG"}]},
     lambda body: ("ERR_NGROK_3811", body["error"]["type"])),
    (GEMINI, {"contents": [{"parts": [{"text": "LONG"}]}]},
     lambda body: ("ERR_NGROK_3811", body["error"]["status"])),
])
def test_a_request_that_is_too_long_is_refused_in_its_dialect(site, raw, path, body, read_error):
    raw.requests.clear()
    text = json.dumps(body)
    long = post(site, path.format("all:x"), text.replace("LONG", "word " * 2000))
    assert long.status_code == 413
    assert long.headers["ngrok-error-code"] == "ERR_NGROK_3811"
    code, kind = read_error(long.json())
    assert code == "ERR_NGROK_3811"
    assert kind in ("invalid_request_error", "request_too_large", "INVALID_ARGUMENT")
    assert "this gateway takes at most 2000" in long.text
    assert raw.requests == []
    assert post(site, path.format("all:x"), text).status_code == 200


def test_base64_of_an_image_does_not_count_as_text(site):
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 1_000_000}}
    body = {"model": "all:x", "messages": [{"role": "user", "content": [image]}]}
    assert post(site, "/v1/chat/completions", body).status_code == 200


def test_what_is_read_occurs_once(site):
    twice = '{"model":"all:x","messages":[],"max_tokens":1,"max_tokens":999}'
    response = post(site, "/v1/chat/completions", twice)
    assert (response.status_code, response.headers["ngrok-error-code"]) == (400, "ERR_NGROK_27228")
    assert response.json()["error"]["param"] == "max_tokens"


# --- the example of the manual ---


def example():
    """The configuration, what the client sends and what arrives, as docs/routing.md has them."""
    page = (TOP / "docs" / "routing.md").read_text()
    section = page.split("## Parameters", 1)[1].split("\n## ", 1)[0]
    yaml = re.search(r"```yaml\n(.*?)```", section, re.S).group(1)
    sent, arrived = re.findall(r"```json\n(.*?)```", section, re.S)[:2]
    header = re.search(r"Ngrok-AIG-Removed-Params: (.*?)`", section).group(1)
    return yaml, sent, arrived, header


def test_the_example_of_the_manual_is_true(start_machine, raw):
    yaml, sent, arrived, header = example()
    machine = start_machine()
    head = {key: value for key, value in machine.config.items() if key != "gateways"}
    text = "\n".join(f"{key}: {json.dumps(value)}" for key, value in head.items())
    machine.config_path.write_text(
        text + "\n" + yaml.replace("http://127.0.0.1:8000/v1", raw.base))
    machine.cli("reload")
    raw.requests.clear()
    response = post(machine, "/v1/chat/completions", sent.strip())
    assert response.status_code == 200, response.text
    assert raw.requests[0].body.decode() == arrived.strip()
    assert response.headers["ngrok-aig-removed-params"] == header
