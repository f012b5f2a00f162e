"""`/v1/realtime`: a WebSocket that the gateway admits and nginx carries to the provider over TLS."""

import json
import os
import subprocess
import sys

import pytest

from documents import blocks_in
from machine import simulated_providers, until
from tokens import mistype, token as make_token
from websocket_peers import (
    BINARY, CLOSE, PING, PONG, TEXT, Client, Provider, accept, echo_once, refuse)

OWN_KEY = "sk-own-realtime-0123456789abcdef"
TENANT = "tenant-1"
TARGET = "/v1/realtime?model=voice:gpt-realtime"


@pytest.fixture(scope="module")
def upstream(certificates):
    provider = Provider(*certificates.server)
    yield provider
    provider.close()


def make_site(start, certificates, upstream, **settings):
    def providers(base):
        return [
            *simulated_providers(base),
            {"id": "voice", "base_url": upstream.base,
             "models": [{"id": "gpt-realtime"}, {"id": "org/model:x"}]},
            {"id": "managed", "base_url": upstream.base,
             "api_keys": [{"value": "${env:TEST_OPENAI_KEY}"}]},
            {"id": "header", "base_url": upstream.base + f"?tenant={TENANT}",
             "dialects": {"openai-chat": {"base_url": upstream.base + f"?tenant={TENANT}",
                                          "auth": "api-key"}},
             "headers": {"OpenAI-Beta": "realtime=v1", "X-Team": "never sent"}},
            {"id": "keyless", "base_url": upstream.base},
            {"id": "gone", "base_url": "https://localhost:1/v1"},
            {"id": "misnamed", "base_url": upstream.base.replace("localhost", "other.localhost")},
            {"id": "both", "base_url": "https://localhost:1/v1", "models": [{"id": "twin"}]},
            {"id": "second", "base_url": upstream.base, "models": [{"id": "twin"}]},
        ]

    site = start(providers=providers, **{
        "settings": {"upstreams": {"ca_file": str(certificates.authority)}}, **settings})
    for provider in ("voice", "header", "gone", "both", "second"):
        site.cli("provider-keys", "add", "--provider", provider, "--name", provider,
                 input=OWN_KEY + "\n")
    site.tokens = [OWN_KEY]
    return site


@pytest.fixture(scope="module")
def site(start_shared_machine, certificates, upstream):
    return make_site(start_shared_machine, certificates, upstream)


@pytest.fixture(autouse=True)
def fresh(upstream):
    upstream.forget()


def bearer(site):
    return [("Authorization", f"Bearer {site.token}")]


def error_of(client):
    assert client.headers["content-type"] == "application/json"
    error = json.loads(client.body)["error"]
    assert error["message"].startswith(f"[{error['code']}] ")
    return client.status, error["code"]


# --- what a session sees ---

@pytest.mark.parametrize("carrier", ["bearer", "x-api-key", "subprotocol"])
def test_messages_go_both_ways(site, upstream, carrier):
    protocols = ["realtime", "openai-beta.realtime-v1"]
    headers = []
    if carrier == "bearer":
        headers = bearer(site)
    elif carrier == "x-api-key":
        headers = [("X-Api-Key", site.token)]
    else:
        protocols.insert(1, f"openai-insecure-api-key.{site.token}")
    headers.append(("Sec-WebSocket-Protocol", ", ".join(protocols)))
    with Client(site, TARGET, headers) as client:
        assert client.status == 101, client.body
        assert client.headers["sec-websocket-protocol"] == "realtime"
        assert client.echo(b"hello") == (TEXT, b"hello")
        assert client.echo(b"\x00\xff" * 50_000, BINARY) == (BINARY, b"\x00\xff" * 50_000)
        assert client.echo(b"are you there", PING) == (PONG, b"are you there")
        assert client.echo("Grüße 🌍".encode()) == (TEXT, "Grüße 🌍".encode())
        assert client.echo(b"\x03\xe8", CLOSE) == (CLOSE, b"\x03\xe8")
    [request] = upstream.requests
    assert request.method == "GET"
    assert request.headers["authorization"] == f"Bearer {OWN_KEY}"
    assert request.headers["sec-websocket-protocol"] == "realtime, openai-beta.realtime-v1"
    assert site.token.encode() not in upstream.received


def test_the_provider_sees_what_it_may_and_no_more(site, upstream):
    hostile = [
        ("Cookie", "session=1"), ("Origin", "https://evil.example"), ("X-Goog-Api-Key", site.token),
        ("X-Forwarded-For", "10.0.0.1"), ("X-Lockkeeper-Upstream", "https://evil.example/"),
        ("X-Lockkeeper-Authorization", "Bearer evil"), ("X-Accel-Redirect", "/readyz"),
        ("Proxy-Authorization", "Basic evil"), ("Content-Type", "application/json"),
        ("User-Agent", "client/1"), ("OpenAI-Beta", "realtime=v1"),
        ("OpenAI-Organization", "org-1"), ("OpenAI-Project", f"proj {site.token}"),
        ("Sec-WebSocket-Extensions", "permessage-deflate"),
        ("Sec-WebSocket-Extensions", f"x; key={site.token}"),
        ("Sec-WebSocket-Protocol", f"realtime, x.{site.token}, bad protocol"),
        ("Sec-WebSocket-Protocol", "second"),
    ]
    with Client(site, TARGET, bearer(site) + hostile) as client:
        assert client.status == 101, client.body
        assert client.echo(b"x") == (TEXT, b"x")
    [request] = upstream.requests
    key = request.headers["sec-websocket-key"]
    assert key == client.key
    assert sorted(request.lines) == sorted([
        ("Host", f"localhost:{upstream.port}"), ("Upgrade", "websocket"),
        ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", key),
        ("Sec-WebSocket-Protocol", "realtime, second"),
        ("Sec-WebSocket-Extensions", "permessage-deflate"),
        ("Authorization", f"Bearer {OWN_KEY}"), ("OpenAI-Organization", "org-1"),
        ("OpenAI-Beta", "realtime=v1"), ("User-Agent", "client/1"),
        ("Lockkeeper-Via", request.headers["lockkeeper-via"])])
    for word in (site.token, "evil", "session", "10.0.0.1"):
        assert word.encode() not in upstream.received
    assert set(upstream.names) == {"localhost"}


@pytest.mark.parametrize("asked, sent", [
    ("model=gpt-realtime", "model=gpt-realtime"),
    ("model=voice%3Agpt-realtime", "model=gpt-realtime"),
    ("model=voice:org/model:x", "model=org%2Fmodel%3Ax"),
    ("model=voice%3Aorg%2Fmodel%3Ax&api-version=1&intent=x&key=y",
     "api-version=1&model=org%2Fmodel%3Ax"),
    ("model=voice:new%26model%3Dother%23", "model=new%26model%3Dother%23"),
    ("x=TOKEN&model=gpt-realtime&api-version=TOKEN", "model=gpt-realtime"),
])
def test_the_model_is_the_provider_s(site, upstream, asked, sent):
    target = "/v1/realtime?" + asked.replace("TOKEN", site.token)
    with Client(site, target, bearer(site)) as client:
        assert client.status == 101, client.body
    [request] = upstream.requests
    assert request.target == "/v1/realtime?" + sent
    assert site.token.encode() not in upstream.received


def test_a_provider_s_own_header_and_query(site, upstream):
    with Client(site, "/v1/realtime?model=header:m", bearer(site)) as client:
        assert client.status == 101, client.body
    [request] = upstream.requests
    assert request.target == f"/v1/realtime?tenant={TENANT}&model=m"
    assert request.headers["api-key"] == OWN_KEY
    assert request.headers["openai-beta"] == "realtime=v1"
    assert "authorization" not in request.headers


def test_a_provider_that_needs_no_key_is_sent_none(site, upstream):
    with Client(site, "/v1/realtime?model=keyless:m", bearer(site)) as client:
        assert client.status == 101, client.body
    assert {"authorization", "api-key", "x-api-key"}.isdisjoint(upstream.requests[0].headers)


def test_the_client_sees_who_serves_and_nothing_internal(site, upstream):
    upstream.extra_headers = [
        "X-Accel-Redirect: /readyz", "X-Accel-Buffering: no", "Set-Cookie: a=b",
        "Ngrok-Error-Code: forged", "Ngrok-AIG-Model: forged", "Server-Timing: forged",
        "openai-organization: org-secret", "x-request-id: req-1"]
    with Client(site, TARGET, bearer(site)) as client:
        assert client.status == 101
        assert client.echo(b"x") == (TEXT, b"x")
    assert client.headers["ngrok-aig-model"] == "voice:gpt-realtime"
    assert client.headers["ngrok-aig-attempts"] == "1"
    assert client.headers["ngrok-aig-request-id"].startswith("rq_")
    assert client.headers["x-request-id"] == "req-1"
    for word in ("lockkeeper", "accel", "cookie", "forged", "org-secret", OWN_KEY, "server-timing"):
        assert word not in client.head.lower()


def test_one_log_line_at_the_hand_over(site):
    with Client(site, TARGET, bearer(site)) as client:
        assert client.status == 101
        request_id = client.headers["ngrok-aig-request-id"]

        def line():
            return [line for line in site.access_lines() if line["request_id"] == request_id]

        [line] = until("the line is there", line)
    assert (line["status"], line["outcome"], line["endpoint"]) == (
        101, "handed_over", "/v1/realtime")
    assert line["model_asked"] == line["model"] == "voice:gpt-realtime"
    [attempt] = line["attempts"]
    assert (attempt["key_source"], attempt["result"]) == ("user", "101")


def test_the_program_of_the_manual(site, upstream):
    """OpenAI's SDK, as docs/manual/realtime.md shows it."""
    [block] = [block for block in blocks_in("python") if block.page.name == "realtime.md"]
    code = block.text.replace("https://ai.example.com", site.tls_base)
    code = code.replace("ng-…", site.token).replace("openai:gpt-realtime", "voice:gpt-realtime")
    upstream.script = echo_once
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60,
        env={**os.environ, "SSL_CERT_FILE": str(site.certificates.authority), "no_proxy": "*"})
    assert (done.returncode, done.stdout) == (0, "response.create\n"), done.stderr
    [request] = upstream.requests
    assert request.headers["authorization"] == f"Bearer {OWN_KEY}"
    assert request.headers["user-agent"].startswith("OpenAI/Python")
    assert site.token.encode() not in upstream.received


def test_a_client_that_leaves_ends_the_session(site, upstream):
    with Client(site, TARGET, bearer(site)) as client:
        assert client.echo(b"x") == (TEXT, b"x")
    until("the provider sees it", lambda: upstream.left == 1)


def test_a_provider_that_leaves_ends_the_session(site, upstream):
    def leave(connection, request):
        accept(connection, request).next()

    upstream.script = leave
    with Client(site, TARGET, bearer(site)) as client:
        with pytest.raises((EOFError, OSError)):
            client.echo(b"x")


def test_a_hundred_sessions_at_once(site, upstream):
    clients = []
    try:
        for _ in range(100):
            clients.append(Client(site, TARGET, bearer(site)))
        for number, client in enumerate(clients):
            client.send(TEXT, b"%d" % number)
        for number, client in enumerate(clients):
            assert client.frames.next() == (TEXT, b"%d" % number)
    finally:
        for client in clients:
            client.close()
    until("the provider sees it", lambda: upstream.left == 100)


def test_over_ipv6(start_machine, certificates):
    provider = Provider(*certificates.server, host="::1")
    site = make_site(start_machine, certificates, provider)
    with Client(site, TARGET, bearer(site)) as client:
        assert client.status == 101, client.body
        assert client.echo(b"x") == (TEXT, b"x")
    provider.close()


def test_the_route_is_told_beforehand(site):
    def route(model, check):
        return site.cli("route", "--path", "/v1/realtime", "--model", model, check=check)

    assert "/v1/realtime" in route("voice:gpt-realtime", True).stdout
    refused = route("managed:m", False)
    assert refused.returncode == 1
    assert "27249" in refused.stdout + refused.stderr


def test_a_session_outlives_the_gateway(start_machine, certificates, upstream):
    site = make_site(start_machine, certificates, upstream)
    with Client(site, TARGET, bearer(site)) as client:
        assert client.echo(b"before") == (TEXT, b"before")
        site.processes["gateway"].terminate()
        site.processes["gateway"].wait(15)
        assert client.echo(b"after") == (TEXT, b"after")
    site.start_gateway()
    with Client(site, TARGET, bearer(site)) as client:
        assert client.status == 101


# --- refusals ---

@pytest.mark.parametrize("credential, code", [
    ("", "ERR_NGROK_27201"), ("sk-x", "ERR_NGROK_27201"), ("MISTYPED", "ERR_NGROK_27201"),
    ("STRANGER", "ERR_NGROK_27007"),
])
@pytest.mark.parametrize("carrier", ["bearer", "subprotocol"])
def test_a_bad_key(site, upstream, credential, code, carrier):
    credential = {"MISTYPED": mistype(site.token), "STRANGER": make_token()}.get(
        credential, credential)
    header = ("Authorization", f"Bearer {credential}") if carrier == "bearer" else (
        "Sec-WebSocket-Protocol", f"realtime, openai-insecure-api-key.{credential}")
    with Client(site, TARGET, [header]) as client:
        assert error_of(client) == (401, code)
        assert client.headers["ngrok-error-code"] == code
    assert not upstream.received


def test_two_keys_that_differ(site, upstream):
    other = ("Sec-WebSocket-Protocol", f"openai-insecure-api-key.{make_token()}")
    with Client(site, TARGET, [*bearer(site), other]) as client:
        assert error_of(client) == (401, "ERR_NGROK_27201")
    assert not upstream.received


def test_a_revoked_key_opens_no_session(site):
    record = site.create_key("--name", "short-lived")
    header = [("Authorization", f"Bearer {record['token']}")]
    with Client(site, TARGET, header) as client:
        assert client.status == 101
    site.cli("keys", "delete", record["id"])
    with Client(site, TARGET, header) as client:
        assert error_of(client) == (401, "ERR_NGROK_27007")


@pytest.mark.parametrize("query, status, code", [
    ("", 400, "ERR_NGROK_27228"), ("model=", 400, "ERR_NGROK_27229"),
    ("model=gpt-realtime&model=gpt-realtime", 400, "ERR_NGROK_27228"),
    ("model=gpt-reeltime", 400, "ERR_NGROK_27224"), ("model=nobody:m", 400, "ERR_NGROK_27225"),
    ("model=anthropic:m", 400, "ERR_NGROK_27226"), ("model=groq:m", 502, "ERR_NGROK_27202"),
    ("model=openai:m", 400, "ERR_NGROK_27249"), ("model=managed:m", 400, "ERR_NGROK_27249"),
    ("model=voice:a%0d%0aX-Lockkeeper-Upstream:%20https://evil.example/", 400, "ERR_NGROK_27229"),
    ("model=voice:a%00", 400, "ERR_NGROK_27229"), ("model=voice:a+b", 400, "ERR_NGROK_27229"),
    ("model=voice:" + "x" * 2000, 400, "ERR_NGROK_27229"),
])
def test_a_model_that_leads_nowhere(site, upstream, query, status, code):
    with Client(site, f"/v1/realtime?{query}", bearer(site)) as client:
        assert error_of(client) == (status, code)
    assert not upstream.received


@pytest.mark.parametrize("without, headers, status", [
    (["Upgrade", "Connection"], [], 426), (["Upgrade"], [("Upgrade", "h2c")], 426),
    (["Sec-WebSocket-Version"], [], 426),
    (["Sec-WebSocket-Version"], [("Sec-WebSocket-Version", "8")], 426),
    (["Sec-WebSocket-Key"], [], 400), (["Sec-WebSocket-Key"], [("Sec-WebSocket-Key", "x")], 400),
    ([], [("Sec-WebSocket-Key", "MDEyMzQ1Njc4OWFiY2RlZg==")], 400),
])
def test_what_is_no_handshake(site, upstream, without, headers, status):
    with Client(site, TARGET, bearer(site) + headers, without) as client:
        assert error_of(client) == (status, "ERR_NGROK_27204")
        if status == 426:
            assert client.headers["upgrade"] == "websocket"
            assert client.headers["sec-websocket-version"] == "13"
    assert not upstream.received


def test_other_methods(site, upstream):
    for method in ("POST", "DELETE", "OPTIONS"):
        with Client(site, TARGET, bearer(site), method=method) as client:
            assert error_of(client) == (405, "ERR_NGROK_27204")
            assert client.headers["allow"] == "GET"
    assert not upstream.received


@pytest.mark.parametrize("headers", [[], ["-H", "Upgrade: websocket"]])
def test_http_2_is_told_so(site, upstream, headers):
    done = subprocess.run(
        ["curl", "-sS", "--http2", "--cacert", site.certificates.authority, "-w",
         "%{http_code} %{http_version}", "-H", f"Authorization: Bearer {site.token}", *headers,
         "-H", "Sec-WebSocket-Version: 13", "-H", "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==",
         site.tls_base + TARGET], capture_output=True, text=True, timeout=20)
    assert done.stdout.endswith("400 2"), done.stdout + done.stderr
    assert "HTTP/1.1" in done.stdout
    assert not upstream.received


@pytest.mark.parametrize("target", [
    "/@lockkeeper_realtime", "/%40lockkeeper_realtime", "@lockkeeper_realtime",
    "/v1/@lockkeeper_realtime", "/v1/realtime/", "/v1/realtime/@lockkeeper_realtime",
    "/@lockkeeper_realtime_refused",
])
def test_the_named_location_has_no_url(site, upstream, target):
    headers = bearer(site) + [
        ("X-Accel-Redirect", "@lockkeeper_realtime"),
        ("X-Lockkeeper-Upstream", f"https://127.0.0.1:{upstream.port}/"),
        ("X-Lockkeeper-Host", "localhost"), ("X-Lockkeeper-Name", "localhost")]
    with Client(site, target, headers) as client:
        assert client.status in (400, 404)
    assert not upstream.received


# --- providers that fail ---

def test_a_provider_s_rate_limit_passes_with_its_body(site, upstream):
    body = b'{"error":{"message":"slow down","type":"rate_limit_error","code":"x"}}'
    upstream.script = refuse("429 Too Many Requests", body, "Retry-After: 7")
    with Client(site, TARGET, bearer(site)) as client:
        assert (client.status, client.body) == (429, body)
        assert client.headers["retry-after"] == "7"
        assert client.headers["ngrok-aig-model"] == "voice:gpt-realtime"
    assert len(upstream.requests) == 1


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
def test_a_bad_provider_key_is_not_taken_for_a_bad_gateway_key(site, upstream, status):
    upstream.script = refuse(status, b'{"error":{}}', 'WWW-Authenticate: Bearer realm="x"')
    with Client(site, TARGET, bearer(site)) as client:
        assert error_of(client) == (502, "ERR_NGROK_27211")
        assert client.headers["ngrok-error-code"] == "ERR_NGROK_27211"
        assert client.headers["ngrok-aig-request-id"].startswith("rq_")


def test_a_redirect_is_not_followed_nor_passed_on(site, upstream):
    upstream.script = refuse("302 Found", b"", "Location: https://evil.example/")
    with Client(site, TARGET, bearer(site)) as client:
        assert error_of(client) == (502, "ERR_NGROK_27208")
        assert "location" not in client.headers


@pytest.mark.parametrize("status, headers", [
    ("200 OK", ["X-Accel-Redirect: /healthz", "Content-Type: application/json"]),
    ("200 OK", ["X-Accel-Redirect: @lockkeeper_realtime",
                "X-Lockkeeper-Upstream: https://evil.example/"]),
    ("500 Internal Server Error", ["X-Accel-Redirect: /readyz"]),
])
def test_a_provider_can_t_drive_nginx(site, upstream, status, headers):
    upstream.script = refuse(status, b"the provider's own", *headers)
    with Client(site, TARGET, bearer(site)) as client:
        assert (client.status, client.body) == (int(status[:3]), b"the provider's own")
    assert len(upstream.requests) == 1


@pytest.mark.parametrize("model", ["voice:gpt-realtime", "header:m"])
def test_a_provider_that_hangs_up(site, upstream, model):
    upstream.script = lambda connection, request: False
    with Client(site, f"/v1/realtime?model={model}", bearer(site)) as client:
        assert error_of(client) == (502, "ERR_NGROK_27208")


@pytest.mark.parametrize("model", ["gone:m", "misnamed:m"])
def test_a_provider_that_can_t_be_reached(site, upstream, model):
    with Client(site, f"/v1/realtime?model={model}", bearer(site)) as client:
        assert error_of(client) == (502, "ERR_NGROK_27208")
        assert model in client.body.decode()
    assert not upstream.received


def test_the_next_provider_is_tried_when_one_can_t_be_reached(site, upstream):
    with Client(site, "/v1/realtime?model=twin", bearer(site)) as client:
        assert client.status == 101, client.body
        assert client.headers["ngrok-aig-model"] == "second:twin"
        assert client.headers["ngrok-aig-attempts"] == "2"
        assert client.echo(b"x") == (TEXT, b"x")


def test_a_certificate_that_the_gateway_does_not_know(start_machine, certificates, upstream):
    site = make_site(start_machine, certificates, upstream, settings={})
    with Client(site, TARGET, bearer(site)) as client:
        assert error_of(client) == (502, "ERR_NGROK_27208")
        assert "TLS failed" in client.body.decode()
    assert not upstream.received


def test_a_certificate_that_nginx_does_not_know(start_machine, certificates, upstream):
    site = make_site(start_machine, certificates, upstream,
                     nginx_authority="/etc/ssl/certs/ca-certificates.crt")
    with Client(site, TARGET, bearer(site)) as client:
        assert error_of(client) == (502, "ERR_NGROK_27208")
    assert "certificate verify" in site.log("nginx")
    assert not upstream.received


# --- sites that are set up otherwise ---

def test_without_the_location_nothing_is_handed_over(start_machine, certificates, upstream):
    site = make_site(
        start_machine, certificates, upstream,
        locations="location /plain/ { include lockkeeper/lockkeeper_params; "
                  "fastcgi_param LOCKKEEPER_PREFIX /plain; fastcgi_pass lockkeeper; }")
    hostile = [("Lockkeeper-Realtime", "on"), ("LOCKKEEPER_REALTIME", "on")]
    with Client(site, "/plain" + TARGET, bearer(site) + hostile) as client:
        assert error_of(client) == (404, "ERR_NGROK_27204")
        assert "realtime.conf" in client.body.decode()
        assert OWN_KEY not in client.head
    assert not upstream.received


def test_through_a_proxy_it_is_not_served(start_machine, certificates, upstream):
    site = make_site(start_machine, certificates, upstream, settings={
        "upstreams": {"ca_file": str(certificates.authority), "proxy": "http://127.0.0.1:1"}})
    with Client(site, TARGET, bearer(site)) as client:
        assert error_of(client) == (502, "ERR_NGROK_27208")
    assert not upstream.received


def test_plain_http_on_loopback(start_machine, certificates, upstream):
    """Nothing but the scheme differs; the simulator knows no such path and says so."""
    site = start_machine(providers=lambda base: [{"id": "near", "base_url": base}])
    with Client(site, "/v1/realtime?model=near:m", bearer(site)) as client:
        assert client.status == 404
        assert client.headers["ngrok-aig-model"] == "near:m"
    [request] = site.simulator_requests()
    assert request["path"].split("?")[0] == "/v1/realtime"
