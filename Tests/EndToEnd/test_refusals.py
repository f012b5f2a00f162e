"""Who is refused, with which status, code and body, in the shape of the path asked."""

import json
import re
import socket

import pytest

import tokens
from machine import until

CHAT = {"model": "openai:sim-fast", "messages": [{"role": "user", "content": "hello"}]}
MESSAGES = {"model": "anthropic:sim-fast", "max_tokens": 16, "messages": CHAT["messages"]}
PATHS = {
    "chat": ("/v1/chat/completions", CHAT),
    "responses": ("/v1/responses", {"model": "openai:sim-fast", "input": "hello"}),
    "embeddings": ("/v1/embeddings", {"model": "openai:sim-fast", "input": "hello"}),
    "messages": ("/v1/messages", MESSAGES),
    "count_tokens": ("/v1/messages/count_tokens", MESSAGES),
    "gemini": ("/v1beta/models/openai:sim-fast:generateContent", {"contents": []}),
}
UNKNOWN = (401, "ERR_NGROK_27007")
MISSING = (401, "ERR_NGROK_27201")
ELSEWHERE = (403, "ERR_NGROK_27008")


def two_gateways(base):
    key = {"value": "${env:TEST_OPENAI_KEY}"}
    return [
        {"id": "ep_main", "providers": [
            {"id": "openai", "base_url": base, "api_keys": [key]},
            {"id": "anthropic", "base_url": base, "api_keys": [key]}]},
        {"id": "ep_other", "only_allow_configured_providers": True, "providers": [
            {"id": "openai", "base_url": base, "api_keys": [key]}]},
    ]


LOCATIONS = """
    location /other/ {
        include lockkeeper/lockkeeper_params;
        fastcgi_param LOCKKEEPER_PREFIX /other;
        fastcgi_param LOCKKEEPER_GATEWAY ep_other;
        fastcgi_pass lockkeeper;
    }
    location /unnamed/ {
        include lockkeeper/lockkeeper_params;
        fastcgi_param LOCKKEEPER_PREFIX /unnamed;
        fastcgi_pass lockkeeper;
    }
    location /twice/ {
        include lockkeeper/lockkeeper_params;
        fastcgi_param LOCKKEEPER_PREFIX /twice;
        fastcgi_param LOCKKEEPER_GATEWAY ep_main;
        fastcgi_param LOCKKEEPER_GATEWAY ep_other;
        fastcgi_pass lockkeeper;
    }
    location /control/ {
        include lockkeeper/lockkeeper_params;
        fastcgi_param LOCKKEEPER_PREFIX /control;
        fastcgi_param LOCKKEEPER_GATEWAY ep_main;
        fastcgi_param LOCKKEEPER_SURFACE control;
        fastcgi_pass lockkeeper;
    }
"""


@pytest.fixture(scope="module")
def site(start_shared_machine):
    return start_shared_machine(
        gateways=two_gateways, locations=LOCATIONS,
        api_params="fastcgi_param LOCKKEEPER_GATEWAY ep_main;")


@pytest.fixture(scope="module")
def keys(site):
    """A token for every state that a key can be in."""
    deleted = site.create_key("--name", "deleted")
    site.cli("keys", "delete", deleted["id"])
    disabled = site.create_key("--name", "disabled")
    site.cli("keys", "update", disabled["id"], "--disabled")
    expired = site.create_key("--name", "expired", "--expires", "1s")
    other = site.create_key("--name", "elsewhere", "--endpoint-id", "ep_other")
    until("the key has expired",
          lambda: site.chat(token=expired["token"]).status_code == 401, seconds=10)
    good = site.create_key("--name", "good")["token"]
    until("the good key is accepted", lambda: site.chat(token=good).status_code == 200)
    return {
        "malformed": "sk-not-one-of-ours", "mistyped": tokens.mistype(good),
        "truncated": good[:-1], "management": tokens.token(prefix="ngm"),
        "unknown": tokens.token(), "deleted": deleted["token"], "disabled": disabled["token"],
        "expired": expired["token"], "elsewhere": other["token"], "good": good,
    }


def check_shape(path_name, answer, code):
    """The body is what the SDK of that path expects, and code and id agree everywhere."""
    body = answer.json()
    request_id = answer.headers["Ngrok-AIG-Request-Id"]
    assert re.fullmatch(r"rq_[0-9a-f]{32}", request_id)
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["Ngrok-Error-Code"] == code
    if path_name in ("messages", "count_tokens"):
        assert body["type"] == "error"
        assert body["request_id"] == request_id
        assert body["error"]["type"].endswith("_error")
    elif path_name == "gemini":
        assert body["error"]["code"] == answer.status_code
        assert body["error"]["status"].isupper()
    else:
        assert body["error"]["code"] == code
        assert body["error"]["type"]
        assert "param" in body["error"]
    assert body["error"]["message"].startswith(f"[{code}] ")
    return body


def check_refused(site, path_name, answer, expected):
    status, code = expected
    assert (answer.status_code, answer.headers.get("Ngrok-Error-Code")) == (status, code)
    body = check_shape(path_name, answer, code)
    assert site.simulator_requests() == []
    return body


@pytest.mark.parametrize("path_name", PATHS)
@pytest.mark.parametrize(("state", "expected"), [
    ("malformed", MISSING), ("mistyped", MISSING), ("truncated", MISSING), ("management", MISSING),
    ("unknown", UNKNOWN), ("deleted", UNKNOWN), ("disabled", UNKNOWN), ("expired", UNKNOWN),
    ("elsewhere", ELSEWHERE),
])
def test_a_bad_key_is_refused_on_every_path(site, keys, path_name, state, expected):
    site.forget_requests()
    path, body = PATHS[path_name]
    answer = site.client.post(path, json=body, headers=site.headers(keys[state]))
    check_refused(site, path_name, answer, expected)
    assert keys[state] not in answer.text


@pytest.mark.parametrize("path_name", PATHS)
def test_no_key_is_refused_on_every_path(site, keys, path_name):
    site.forget_requests()
    path, body = PATHS[path_name]
    check_refused(site, path_name, site.client.post(path, json=body), MISSING)


def test_unknown_deleted_disabled_and_expired_keys_get_the_same_text(site, keys):
    texts = {
        re.sub(r"rq_\w+", "", site.chat(token=keys[state]).text)
        for state in ("unknown", "deleted", "disabled", "expired")}
    assert len(texts) == 1


@pytest.mark.parametrize("header", ["Authorization", "x-api-key", "api-key", "x-goog-api-key"])
def test_a_key_is_taken_from_every_header(site, keys, header):
    value = f"Bearer {keys['good']}" if header == "Authorization" else keys["good"]
    for path_name in ("chat", "messages", "embeddings"):
        path, body = PATHS[path_name]
        assert site.client.post(path, json=body, headers={header: value}).status_code == 200


def test_two_different_keys_at_once_are_refused(site, keys):
    second = site.create_key("--name", "second")["token"]
    site.forget_requests()
    answer = site.client.post("/v1/chat/completions", json=CHAT, headers={
        "Authorization": f"Bearer {keys['good']}", "x-api-key": second})
    check_refused(site, "chat", answer, MISSING)


def test_the_same_key_twice_is_one_key(site, keys):
    answer = site.client.post("/v1/chat/completions", json=CHAT, headers={
        "Authorization": f"Bearer {keys['good']}", "x-api-key": keys["good"]})
    assert answer.status_code == 200


def test_two_different_x_api_key_lines_are_refused(site, keys):
    """Raw, since HTTP libraries merge them."""
    second = tokens.token()
    body = json.dumps(CHAT).encode()
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as connection:
        connection.sendall(
            f"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            f"x-api-key: {keys['good']}\r\nx-api-key: {second}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert b"ERR_NGROK_27201" in answer


def test_a_key_in_the_query_is_no_key(site, keys):
    site.forget_requests()
    answer = site.client.post(f"/v1/chat/completions?key={keys['good']}", json=CHAT)
    check_refused(site, "chat", answer, MISSING)


def test_a_bound_key_works_on_its_own_gateway(site, keys):
    answer = site.client.post(
        "/other/v1/chat/completions", json=CHAT, headers=site.headers(keys["elsewhere"]))
    assert answer.status_code == 200


@pytest.mark.parametrize("location", ["/unnamed", "/twice"])
def test_several_gateways_and_not_exactly_one_named_is_the_operators_error(site, keys, location):
    site.forget_requests()
    answer = site.client.post(
        f"{location}/v1/chat/completions", json=CHAT, headers=site.headers(keys["good"]))
    assert answer.status_code == 500
    assert site.simulator_requests() == []


def test_another_surface_routes_nothing_of_the_data_plane(site, keys):
    site.forget_requests()
    answer = site.client.post(
        "/control/v1/chat/completions", json=CHAT, headers=site.headers(keys["good"]))
    assert answer.status_code == 404
    assert site.simulator_requests() == []


BODIES = {
    "no JSON": (b"hello", "27228"),
    "empty": (b"", "27228"),
    "torn": (b'{"model":"openai:sim-fast","messages":[', "27228"),
    "an array": (b'[]', "27228"),
    "bytes behind it": (b'{"model":"openai:sim-fast","messages":[]}x', "27228"),
    "model twice": (b'{"model":"openai:a","model":"openai:b","messages":[]}', "27228"),
    "model twice, once escaped":
        (b'{"model":"openai:a","mod\\u0065l":"openai:b","messages":[]}', "27228"),
    "model a number": (b'{"model":7,"messages":[]}', "27228"),
    "models no array": (b'{"models":"openai:a","messages":[]}', "27228"),
    "models of numbers": (b'{"models":[1],"messages":[]}', "27228"),
    "33 models": (json.dumps({"models": [f"openai:m{n}" for n in range(33)]}).encode(), "27228"),
    "unknown model": (b'{"model":"gpt-5-minni","messages":[]}', "27224"),
    "unknown provider": (b'{"model":"nobody:gpt-4o","messages":[]}', "27225"),
    "malformed address": (b'{"model":":","messages":[]}', "27229"),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_says_nothing_sensible_is_a_400(site, keys, name):
    site.forget_requests()
    body, code = BODIES[name]
    answer = site.client.post("/v1/chat/completions", content=body, headers={
        **site.headers(keys["good"]), "Content-Type": "application/json"})
    check_refused(site, "chat", answer, (400, f"ERR_NGROK_{code}"))


def test_an_unknown_model_is_told_its_nearest_names(site, keys):
    message = site.chat("gpt-5-minni", token=keys["good"]).json()["error"]["message"]
    assert "gpt-5-mini" in message


def test_a_provider_that_does_not_speak_the_dialect_is_a_400(site, keys):
    site.forget_requests()
    answer = site.client.post("/v1/embeddings", headers=site.headers(keys["good"]),
                              json={"model": "anthropic:sim-fast", "input": "hello"})
    check_refused(site, "embeddings", answer, (400, "ERR_NGROK_27226"))


def test_a_provider_that_the_gateway_does_not_name_is_refused(site, keys):
    site.forget_requests()
    answer = site.client.post(
        "/other/v1/messages", json=MESSAGES, headers=site.headers(keys["elsewhere"]))
    check_refused(site, "messages", answer, (403, "ERR_NGROK_27231"))


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/chat", "/v1/chat/completions/more"])
def test_a_path_that_is_not_served_is_a_404(site, keys, path):
    answer = site.client.post(path, json=CHAT, headers=site.headers(keys["good"]))
    assert (answer.status_code, answer.headers["Ngrok-Error-Code"]) == (404, "ERR_NGROK_27204")


@pytest.mark.parametrize(("method", "path", "allowed"), [
    ("GET", "/v1/chat/completions", "POST"), ("DELETE", "/v1/messages", "POST"),
    ("POST", "/v1/models", "GET"),
])
def test_a_method_that_is_not_served_is_a_405(site, keys, method, path, allowed):
    answer = site.client.request(method, path, headers=site.headers(keys["good"]))
    assert answer.status_code == 405
    assert allowed in answer.headers["Allow"]


@pytest.mark.parametrize("path", [
    "/v1//chat/completions", "/v1/./chat/completions", "/v1/x/../chat/completions",
    "/v1/%2e%2e/v1/chat/completions", "/v1/chat%2fcompletions", "/v1/chat%2Fcompletions",
])
def test_a_crooked_path_is_a_400(site, keys, path):
    """Raw, since HTTP libraries straighten paths."""
    site.forget_requests()
    body = json.dumps(CHAT).encode()
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as connection:
        connection.sendall(
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            f"Authorization: Bearer {keys['good']}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert site.simulator_requests() == []


def test_a_body_over_the_limit_is_a_413_of_nginx_in_the_same_shape(site, keys):
    answer = site.client.post("/v1/chat/completions", content=b"x" * (33 << 20),
                              headers=site.headers(keys["good"]))
    assert answer.status_code == 413
    check_shape("chat", answer, "ERR_NGROK_AI_GATEWAY_REQUEST_BODY_TOO_LONG")


def test_a_refused_request_is_in_the_access_log_without_its_token(site, keys):
    answer = site.chat(token=keys["unknown"])
    request_id = answer.headers["Ngrok-AIG-Request-Id"]
    line = until("its line is written", lambda: [
        line for line in site.log("access").splitlines() if request_id in line])[0]
    assert json.loads(line)["status"] == 401
    assert keys["unknown"] not in site.log("access")
