"""What gateways of this kind were caught at, tried on this one; docs/security.md lists it all."""

import contextlib
import json
import os
import re
import socket
import statistics
import time
from pathlib import Path

import pytest

import tokens
from load import Load
from machine import TOP, children_of, is_alive, resident_kilobytes, until
from upstream import RawUpstream, answer, send

CHAT = {"model": "openai:sim-fast", "messages": [{"role": "user", "content": "hello"}]}


def raw_request(site, head, body=b"", seconds=10):
    """What comes back for bytes that no HTTP library would send."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=seconds) as connection:
        connection.sendall(head.encode("latin-1") + b"\r\n\r\n" + body)
        with contextlib.suppress(ConnectionResetError):
            return b"".join(iter(lambda: connection.recv(65536), b""))
    return b""


def chat_head(path="/v1/chat/completions", *lines, length=None, method="POST", token=None):
    own = [f"Authorization: Bearer {token}"] if token else []
    length = [f"Content-Length: {length}"] if length is not None else []
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close",
                        "Content-Type: application/json", *own, *length, *lines])


def status_of(raw):
    return int(raw.split(b" ", 2)[1]) if raw.startswith(b"HTTP/") else 0


# --- keys in errors and logs ---

@pytest.mark.parametrize("place", ["model", "path", "query", "header", "body"])
def test_a_token_in_the_wrong_place_is_not_echoed(site, place):
    # Not one of the site's own: nginx logs what stands in a URL.
    token = tokens.token()
    body, path, headers = dict(CHAT), "/v1/chat/completions", site.headers()
    if place == "model":
        body["model"] = token
    elif place == "path":
        path = f"/v1/models/{token}"
    elif place == "query":
        path += f"?api_key={token}"
    elif place == "header":
        headers["X-Custom"] = token
    else:
        body["user"] = token
        body["model"] = "openai:"
    method = "GET" if place == "path" else "POST"
    response = site.client.request(
        method, path, headers=headers, json=None if place == "path" else body)
    secret = token.rpartition("-")[2][:12]
    assert secret not in response.text
    assert secret not in str(response.headers)
    request_id = response.headers["Ngrok-AIG-Request-Id"]
    until("its line is written", lambda: request_id in site.log("access"))
    assert secret not in site.log("access") + site.log("gateway")


def test_a_provider_that_echoes_the_managed_key_does_not_reach_the_client(start_machine):
    def echo(connection, request):
        text = f"Incorrect API key provided: {request.key}. You can find yours in a drawer."
        body = json.dumps({"error": {"message": text, "code": "invalid_api_key"}}).encode()
        return send(connection, answer(body, "401 Unauthorized"))

    upstream = RawUpstream(default=echo)
    site = start_machine(providers=[{
        "id": "raw", "base_url": upstream.base, "api_keys": [{"value": "${env:TEST_OPENAI_KEY}"}]}])
    response = site.chat("raw:any")
    assert upstream.requests[0].key == site.openai_key
    assert response.status_code >= 400
    assert site.openai_key not in response.text
    assert site.openai_key not in site.log("gateway") + site.log("access")
    upstream.close()


# --- ways around the key ---

@pytest.mark.parametrize("path", [
    "/healthz/../v1/chat/completions", "/v1/../v1/chat/completions", "/healthz/%2e%2e/v1/models",
    "//v1/chat/completions", "/v1/%2e/chat/completions", "/v1/chat/completions/",
    "/v1/chat/completions%00", "/v1/chat/completions;x=1", "/v1\\chat\\completions",
    "http://localhost/v1/chat/completions", "/V1/chat/completions", "/v1/models%3f",
])
def test_no_spelling_of_a_path_goes_around_the_key(site, path):
    site.forget_requests()
    body = json.dumps(CHAT).encode()
    raw = raw_request(site, chat_head(path, length=len(body)), body)
    assert status_of(raw) in (301, 400, 401, 404, 405), raw[:200]
    assert site.simulator_requests() == []


@pytest.mark.parametrize("lines", [
    ["X-HTTP-Method-Override: GET"], ["X-Original-URL: /healthz"], ["X-Rewrite-URL: /healthz"],
    ["X-Forwarded-Host: localhost", "X-Forwarded-For: 127.0.0.1"], ["Lockkeeper-Surface: control"],
    ["LOCKKEEPER_GATEWAY: ep_main", "Lockkeeper-Gateway: ep_main"], ["Remote-User: admin"],
    ["Authorization: Basic YWRtaW46YWRtaW4="], ["Authorization: Bearer"], ["Authorization: "],
    ["X-Api-Key: "], ["Cookie: authorization=x"], ["Proxy-Authorization: Bearer x"],
])
def test_no_header_goes_around_the_key(site, lines):
    site.forget_requests()
    body = json.dumps(CHAT).encode()
    raw = raw_request(site, chat_head("/v1/chat/completions", *lines, length=len(body)), body)
    assert status_of(raw) == 401, raw[:200]
    assert site.simulator_requests() == []


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:22", "localhost@evil", "_", "a" * 300])
def test_the_host_header_decides_nothing(site, host):
    head = chat_head(length=2).replace("Host: localhost", f"Host: {host}")
    assert status_of(raw_request(site, head, b"{}")) in (400, 401)


@pytest.mark.parametrize("second", ["Bearer ng-other", "Basic YTpi"])
def test_a_doubled_authorization_is_refused(site, second):
    site.forget_requests()
    # A key that no log is searched for: at level `info` nginx itself writes doubled lines down.
    token = json.loads(site.cli("keys", "create", "--json", "--name", "doubled").stdout)["token"]
    body = json.dumps(CHAT).encode()
    raw = raw_request(site, chat_head("/v1/chat/completions", f"Authorization: {second}",
                                      length=len(body), token=token), body)
    assert status_of(raw) in (400, 401), raw[:200]
    assert site.simulator_requests() == []


@pytest.mark.parametrize("method", [
    "GET", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND"])
def test_no_other_method_reaches_a_provider(site, method):
    site.forget_requests()
    body = json.dumps(CHAT).encode()
    raw = raw_request(site, chat_head(length=len(body), method=method, token=site.token), body)
    assert status_of(raw) in (400, 405), raw[:200]
    assert site.simulator_requests() == []


# --- smuggling ---

@pytest.mark.parametrize("line", [
    "X-One: a\rX-Api-Key: stolen", "X-One: a\nX-Two: b\r X-Three: c", "X-One\0: a", "X-One: a\0b",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "Transfer-Encoding: xchunked",
    "Content-Length: 0", " X-Folded: a", "X-Space : a", "X-One: " + "a" * 70_000,
])
def test_a_head_that_servers_read_differently_reaches_no_provider_as_two(site, line):
    site.forget_requests()
    body = json.dumps(CHAT).encode()
    raw_request(site, chat_head("/v1/chat/completions", line, length=len(body), token=site.token),
                body + b"POST /v1/embeddings HTTP/1.1\r\nHost: x\r\n\r\n")
    for request in site.simulator_requests():
        assert request["path"].startswith("/v1/chat/completions")
        names = [name.lower() for name, _ in headers_of(request)]
        assert "x-api-key" not in names and "x-one" not in names, names
    assert len(site.simulator_requests()) <= 1


def headers_of(request):
    headers = request["headers"]
    return list(headers.items()) if isinstance(headers, dict) else headers


@pytest.mark.parametrize("model", [
    "openai:a\r\nX-Injected: 1", "openai:a\nb", "openai:a\0b", "openai:a b\tc", "openai:\u2028",
])
def test_a_model_name_breaks_no_header_and_no_log_line(site, model):
    response = site.chat(model)
    assert "x-injected" not in response.headers
    request_id = response.headers["Ngrok-AIG-Request-Id"]
    line = until("its line is written", lambda: [
        line for line in site.log("access").split("\n") if request_id in line])
    assert json.loads(line[0])["request_id"] == request_id


# --- too much of something ---

@pytest.mark.unsanitized
def test_a_body_without_a_good_key_takes_no_memory(site):
    """30 MB of body, forty times at once, behind a key that is wrong."""
    worker = site.worker_pid()
    before = resident_kilobytes(worker)
    body = b"x" * (30 << 20)
    for _ in range(4):
        response = site.client.post("/v1/chat/completions", content=body,
                                    headers={"Authorization": "Bearer wrong"})
        assert response.status_code == 401
    assert resident_kilobytes(worker) - before < 4096


def test_a_body_that_comes_slowly_costs_the_gateway_nothing(site):
    """nginx collects it: no connection of the gateway is held meanwhile."""
    site.forget_requests()
    body = json.dumps(CHAT).encode()
    slow = []
    for _ in range(20):
        connection = socket.create_connection(("127.0.0.1", site.port), timeout=10)
        connection.sendall(
            (chat_head(length=len(body), token=site.token) + "\r\n\r\n").encode() + body[:9])
        slow.append(connection)
    assert site.chat().is_success
    active = sum(loop["active_requests"] for loop in site.status()["loops"])
    assert active == 0
    for connection in slow:
        connection.sendall(body[9:])
    for connection in slow:
        assert connection.recv(15).startswith(b"HTTP/1.1 200")
        connection.close()


def test_a_peer_of_the_socket_that_stops_half_way_holds_up_nobody(site):
    """Straight to the FastCGI socket, as another process of the web server's group could."""
    held = []
    for _ in range(50):
        peer = socket.socket(socket.AF_UNIX)
        peer.connect(str(site.socket_path))
        peer.sendall(b"\x01\x01\x00\x01\x00\x08\x00\x00\x00\x01\x01\x00")
        held.append(peer)
    assert site.chat().is_success
    for peer in held:
        peer.close()


@pytest.mark.unsanitized
def test_one_greedy_client_does_not_starve_others(site):
    """Long streams and large bodies of one key beside the short requests of another."""
    other = site.create_key("--name", "other")["token"]
    greedy = [socket.create_connection(("127.0.0.1", site.port), timeout=10) for _ in range(100)]
    body = json.dumps({**CHAT, "model": "openai:sim-fast+events=100000+interval=5ms",
                       "stream": True}).encode()
    for connection in greedy:
        connection.sendall(
            (chat_head(length=len(body), token=site.token) + "\r\n\r\n").encode() + body)
    times = []
    for _ in range(50):
        began = time.monotonic()
        assert site.chat(token=other).is_success
        times.append(time.monotonic() - began)
    for connection in greedy:
        connection.close()
    # Milliseconds of work; the bound is there for starvation, not for speed.
    assert statistics.median(times) < 1


@pytest.mark.unsanitized
def test_five_thousand_idle_connections_hurt_nobody(start_machine):
    site = start_machine()
    site.token  # Made before the crowd comes.
    worker = site.worker_pid()
    before = resident_kilobytes(worker)
    with contextlib.ExitStack() as stack:
        for _ in range(5000):
            peer = stack.enter_context(socket.socket(socket.AF_UNIX))
            peer.connect(str(site.socket_path))
        until("all are accepted", lambda: sum(
            loop["connections"] for loop in site.status()["loops"]) >= 5000)
        assert site.chat().is_success
        assert resident_kilobytes(worker) - before < 5000 * 4
    until("all are gone", lambda: sum(
        loop["connections"] for loop in site.status()["loops"]) < 100)


# --- the log ---

def test_a_log_pipe_that_nobody_reads_stops_no_answer(start_machine, tmp_path):
    pipe = tmp_path / "access.pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    site = start_machine(settings={"log": {"access": str(pipe)}})
    load = Load(site, seconds=4, rate=500, connections=20)
    result = load.result()
    assert result["errors"] == 0 if "errors" in result else result
    assert site.chat().is_success
    os.close(reader)
    assert site.chat().is_success
    assert is_alive(site.worker_pid()) and children_of(site.supervisor_pid)


def test_the_page_on_security_names_tests_that_exist():
    """docs/security.md and the suites are held against each other both ways."""
    page = (TOP / "docs" / "security.md").read_text()
    suites = "".join(path.read_text() for path in Path(__file__).parent.glob("*.py"))
    suites += "".join(path.read_text() for path in (TOP / "Tests").rglob("*Tests.swift"))
    named = set(re.findall(r"`(test_\w+)`", page))
    assert named and not [name for name in named if f"def {name}(" not in suites]
    for name in re.findall(r"`(\w+Tests)`", page):
        assert list((TOP / "Tests").rglob(f"{name}.swift")), name
    own = set(re.findall(r"^def (test_\w+)", Path(__file__).read_text(), re.MULTILINE))
    assert own - named == {"test_the_page_on_security_names_tests_that_exist"}


def test_no_secret_is_in_the_process_list(site):
    for pid in [site.supervisor_pid, site.worker_pid()]:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            command = file.read().decode()
        assert not re.search(r"sk-|ng-|master", command), command
