"""What reaches the provider and what comes back: byte for byte, and nothing that should not."""

import hashlib
import json
import re

import httpx
import pytest

from upstream import RawUpstream, STREAM_HEAD, answer, chat_answer, chunk, send

ALLOWED_UPSTREAM = {
    "content-type", "accept", "user-agent", "anthropic-version", "anthropic-beta", "openai-beta",
    "idempotency-key", "traceparent", "accept-encoding", "authorization", "x-api-key",
    "lockkeeper-via",
    # HTTP itself:
    "host", "content-length", "connection", "transfer-encoding",
}
CLIENT_HEADERS = {
    "Content-Type": "application/json", "Accept": "application/json", "User-Agent": "probe/1.0",
    "anthropic-version": "2023-06-01", "anthropic-beta": "tools-2024",
    "OpenAI-Beta": "assistants=v2",
    "X-Stainless-Lang": "python", "X-Stainless-Retry-Count": "0", "Idempotency-Key": "once",
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    # None of these may go on:
    "Cookie": "session=secret", "X-Forwarded-For": "10.0.0.1", "X-Custom": "value",
    "OpenAI-Organization": "org-client", "OpenAI-Project": "proj-client", "Proxy": "http://evil",
    "Ngrok-AIG-Model": "forged", "Ngrok-Error-Code": "forged", "X-Accel-Redirect": "/etc/passwd",
    "Accept-Encoding": "gzip, br", "Referer": "http://intranet/", "Forwarded": "for=10.0.0.1",
}

ODD_BODY = (
    b'{ "temperature" : 1.10e+00, "big":123456789012345678901234567890,\r\n\t'
    b'"model" :  "openai:sim-fast" , "messages":[{"role":"user","content":"\\u00e9\\ud83d\\ude00 '
    b'\xc3\xa9"}],  "x":{"model":"inner", "y":[1,2.50,-0.0]} ,"n":1\n}  ')


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def only(items):
    assert len(items) == 1, items
    return items[0]


@pytest.mark.parametrize(("path", "body"), [
    ("/v1/chat/completions", ODD_BODY),
    ("/v1/embeddings", b'{"input":["a" , "b"],\n"model":"openai:sim-fast","dimensions":8}'),
    ("/v1/responses", b'{"input":"hi",  "model":"openai:sim-fast" }'),
    ("/v1/messages", b'{"max_tokens":5,"model":"anthropic:sim-fast","messages":[{"role":"user",'
                     b'"content":"hi"}] , "metadata":{"user_id":"\\u0041"}}'),
    ("/v1/messages/count_tokens",
     b'{"model":"anthropic:sim-fast","messages":[{"role":"user","content":"hi"}]}'),
])
def test_a_body_arrives_byte_for_byte_but_for_the_model(site, path, body):
    site.forget_requests()
    response = site.client.post(path, content=body, headers={
        **site.headers(), "Content-Type": "application/json"})
    assert response.status_code == 200, response.text
    seen = only(site.simulator_requests())
    expected = re.sub(rb'"(openai|anthropic):sim-fast"', b'"sim-fast"', body)
    assert (seen["body_length"], seen["body_sha256"]) == (len(expected), sha256(expected))


def test_an_escaped_model_member_is_the_model(site):
    site.forget_requests()
    body = b'{"mod\\u0065l":"open\\u0061i:sim-fast","messages":[{"role":"user","content":"x"}]}'
    site.client.post("/v1/chat/completions", content=body, headers=site.headers())
    expected = body.replace(b'"open\\u0061i:sim-fast"', b'"sim-fast"')
    assert only(site.simulator_requests())["body_sha256"] == sha256(expected)


def test_models_never_goes_upstream(site):
    site.forget_requests()
    body = (b'{"models":["openai:sim-fast"],"messages":[{"role":"user","content":"x"}],"n":1}')
    response = site.client.post("/v1/chat/completions", content=body, headers=site.headers())
    assert response.status_code == 200, response.text
    seen = only(site.simulator_requests())
    assert seen["model"] == "sim-fast"
    assert seen["body_length"] < len(body)


@pytest.mark.parametrize(("path", "model", "key_header"), [
    ("/v1/chat/completions", "openai:sim-fast", "authorization"),
    ("/v1/messages", "anthropic:sim-fast", "x-api-key"),
])
def test_the_provider_gets_its_own_key_and_allowed_headers_only(site, path, model, key_header):
    site.forget_requests()
    # The token once more where it does not belong.
    response = site.client.post(
        f"{path}?alt=json&api-version=1&key={site.token}&secret=1&model=x",
        json={"model": model, "max_tokens": 5, "messages": [{"role": "user", "content": "x"}]},
        headers={**CLIENT_HEADERS, **site.headers(), "x-api-key": site.token,
                 "traceparent": CLIENT_HEADERS["traceparent"]})
    assert response.status_code == 200, response.text
    seen = only(site.simulator_requests())
    headers = seen["headers"]
    odd = {name for name in headers if name not in ALLOWED_UPSTREAM
           and not name.startswith("x-stainless-")}
    assert odd == set()
    for name in ("anthropic-version", "anthropic-beta", "openai-beta", "idempotency-key",
                 "traceparent", "user-agent", "x-stainless-lang"):
        assert headers[name] == {key.lower(): value for key, value in CLIENT_HEADERS.items()}[name]
    assert headers["accept-encoding"] == "identity"
    key = site.openai_key if key_header == "authorization" else site.anthropic_key
    assert headers[key_header].removeprefix("Bearer ") == key
    assert ({"authorization", "x-api-key"} - {key_header}).isdisjoint(headers)
    assert site.token not in json.dumps(seen)
    assert "secret" not in seen["query"]
    assert "alt=json" in seen["query"]
    assert "api-version=1" in seen["query"]


def test_a_header_that_holds_a_token_is_dropped(site):
    site.forget_requests()
    site.chat(headers={"Idempotency-Key": site.token, "User-Agent": f"x {site.token}"})
    assert site.token not in json.dumps(only(site.simulator_requests()))


def test_the_query_of_a_base_url_survives(start_machine):
    site = start_machine(providers=lambda base: [
        {"id": "azure", "base_url": base + "?api-version=2024-10-21",
         "dialects": {"openai-chat": {}}}])
    site.chat("azure:sim-fast")
    seen = only(site.simulator_requests())
    assert seen["path"] == "/v1/chat/completions"
    assert seen["query"] == "api-version=2024-10-21"


def test_a_custom_provider_without_a_key_gets_no_credential(start_machine):
    site = start_machine(providers=lambda base: [
        {"id": "mine", "base_url": base, "forward_headers": ["X-Custom"]}])
    assert site.chat("mine:sim-fast", headers={"X-Custom": "yes", "X-Other": "no"}).is_success
    headers = only(site.simulator_requests())["headers"]
    assert {"authorization", "x-api-key", "x-other"}.isdisjoint(headers)
    assert headers["x-custom"] == "yes"


def test_an_own_key_of_the_account_is_used_in_place_of_the_managed_one(start_machine):
    site = start_machine()
    own = "sk-own-0123456789abcdefghij"
    site.cli("provider-keys", "add", "--provider", "openai", "--name", "own", input=own + "\n")
    site.chat(headers={"OpenAI-Organization": "org-1", "OpenAI-Project": "proj-1"})
    headers = only(site.simulator_requests())["headers"]
    assert headers["authorization"] == f"Bearer {own}"
    assert (headers["openai-organization"], headers["openai-project"]) == ("org-1", "proj-1")
    assert own.encode() not in (site.state / "store.jsonl").read_bytes()


# --- the way back ---

HOSTILE = [
    "X-Accel-Redirect: /healthz", "X-Accel-Buffering: yes", "X-Accel-Limit-Rate: 1",
    "X-Accel-Charset: utf-16", "X-Accel-Expires: 3600", "X-Sendfile: /etc/passwd",
    "Status: 500 Forged", "Set-Cookie: session=evil", "Location: http://evil/",
    "Ngrok-AIG-Model: forged:model", "Ngrok-AIG-Request-Id: rq_forged",
    "Ngrok-Error-Code: ERR_NGROK_27007", "Ngrok-Other: x", "Server-Timing: forged;dur=1",
    "Server: evil/1.0", "anthropic-organization-id: org_secret", "openai-organization: org-secret",
    "Connection: X-Gone", "X-Gone: 1", "Strict-Transport-Security: max-age=1", "Refresh: 0",
    "Trailer: X-Accel-Redirect",
]
PASSED = {
    "openai-processing-ms": "12", "openai-version": "2020-10-01", "x-request-id": "req_1",
    "request-id": "req_2", "anthropic-ratelimit-requests-limit": "50",
    "content-language": "en", "content-disposition": "inline",
}
BYTES = bytes(range(256)) * 40


@pytest.fixture(scope="module")
def raw():
    hostile = [*HOSTILE, *(f"{name}: {value}" for name, value in PASSED.items())]
    stream_head = STREAM_HEAD[:-2] + "\r\n".join(hostile).encode() + b"\r\n\r\n"
    odd_stream = b": hi\r\n\r\ndata: {\"choices\" : [ {\"delta\":{\"content\":\"\\u00e9\"}}]}\r\r" \
                 b"event: odd\ndata: not json\n\nid: 7\nretry: 10\ndata: a\ndata: b\n\ndata: [DONE]\n\n"
    upstream = RawUpstream({
        "plain": lambda c, r: send(c, answer(chat_answer("fine"), headers=hostile)),
        "binary": lambda c, r: send(c, b"HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\n"
                                    b"Content-Length: %d\r\n\r\n" % len(BYTES) + BYTES),
        "stream": lambda c, r: send(c, stream_head + chunk(odd_stream) + b"0\r\n\r\n"),
        "bad-request": lambda c, r: send(c, answer(
            b'{"error" : {"message":"no",\n "type":"invalid_request_error"}}', "400 Bad Request",
            headers=hostile)),
        "redirect": lambda c, r: send(c, answer(
            b"", "302 Found", headers=["Location: http://127.0.0.1:1/"])),
        "no-type": lambda c, r: send(c, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
    })
    upstream.odd_stream = odd_stream
    yield upstream
    upstream.close()


@pytest.fixture(scope="module")
def raw_site(start_shared_machine, raw):
    return start_shared_machine(providers=[{"id": "raw", "base_url": raw.base}])


def check_harmless(response, status=200):
    assert response.status_code == status
    for line in HOSTILE:
        name, value = line.split(": ")
        assert response.headers.get(name) != value, line
    assert "set-cookie" not in response.headers
    assert "status" not in response.headers
    assert not [name for name in response.headers if name.startswith(("x-accel", "x-sendfile"))]
    for name, value in PASSED.items():
        assert response.headers.get(name) == value, name
    assert response.headers["ngrok-aig-request-id"].startswith("rq_")


def test_a_hostile_upstreams_headers_have_no_effect(raw_site):
    response = raw_site.chat("raw:plain")
    check_harmless(response)
    assert response.headers["ngrok-aig-model"] == "raw:plain"
    assert "ngrok-error-code" not in response.headers
    assert response.content == chat_answer("fine")


def test_nor_on_a_stream(raw_site, raw):
    response = raw_site.chat("raw:stream", stream=True)
    check_harmless(response)
    assert response.content == raw.odd_stream


def test_nor_on_an_error(raw_site):
    response = raw_site.chat("raw:bad-request")
    check_harmless(response, status=400)
    assert response.content == b'{"error" : {"message":"no",\n "type":"invalid_request_error"}}'


def test_every_byte_value_comes_back(raw_site):
    response = raw_site.client.post(
        "/v1/audio/speech", json={"model": "raw:binary", "input": "x"}, headers=raw_site.headers())
    assert response.status_code == 200
    assert response.headers["content-type"] == "audio/mpeg"
    assert response.content == BYTES


def test_a_redirect_is_an_upstream_failure(raw_site, raw):
    response = raw_site.chat("raw:redirect")
    assert response.status_code == 502
    assert response.headers["ngrok-error-code"] == "ERR_NGROK_27208"
    assert "location" not in response.headers


def test_an_answer_without_a_type_comes_back(raw_site):
    response = raw_site.chat("raw:no-type")
    assert (response.status_code, response.content) == (200, b"{}")


@pytest.mark.parametrize(("path", "model"), [
    ("/v1/chat/completions", "openai:sim"), ("/v1/messages", "anthropic:sim")])
@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_is_the_simulators_byte_for_byte(site, path, model, stream):
    """Asked directly and through the gateway: alike but for what is random."""
    body = {"model": model, "max_tokens": 9, "stream": stream,
            "messages": [{"role": "user", "content": "zwölf Boxkämpfer"}]}
    through = site.client.post(path, json=body, headers=site.headers())
    body["model"] = model.partition(":")[2]
    direct = httpx.post(site.simulator_base + path, json=body, trust_env=False)

    def without_chance(text):
        text = re.sub(r'"(id|request_id)":"[^"]*"', r'"\1":"-"', text)
        return re.sub(r'"(created|created_at)":\d+', r'"\1":0', text)
    assert without_chance(through.text) == without_chance(direct.text)
    assert through.headers["content-type"] == direct.headers["content-type"]


def test_a_gateway_that_points_at_itself_is_refused(start_machine):
    site = start_machine(providers=[], gateways=lambda base: [
        {"id": "ep_main", "providers": [{"id": "loop", "base_url": "http://127.0.0.1:9/v1"}]}])
    site.config["gateways"][0]["providers"][0]["base_url"] = f"{site.base}/v1"
    site.write_config()
    site.cli("reload")
    response = site.chat("loop:loop:loop:x")
    assert response.status_code == 508
    assert len(site.access_lines()) <= 3
