"""Clients that leave or dawdle, upstreams that misbehave: an answer or a clear error."""

import json
import socket
import time

import httpx
import pytest

from machine import resident_kilobytes, until
from upstream import (
    RawUpstream, STREAM_HEAD, answer, chat_answer, chat_event, chunk, send, wait_for_peer_to_leave)

FINE = chat_answer("fine")


def dribble(connection, request):
    """One byte a second, until the peer has had enough."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                       b"Content-Length: 1000\r\n\r\n")
    while not request.upstream.is_closing.wait(1):
        connection.sendall(b"{")


def dribble_stream(connection, request):
    connection.sendall(STREAM_HEAD)
    while not request.upstream.is_closing.wait(1):
        connection.sendall(chunk(b"d"))


def die_idle(connection, _request):
    """Answers as if the connection could be used again, then closes it."""
    connection.sendall(answer(FINE))
    return False


EARLY_HINTS = (b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n"
               b"Ngrok-Error-Code: forged\r\n\r\n")
MEGABYTE = "x" * (1 << 20)
SCRIPTS = {
    "silent": lambda c, r: wait_for_peer_to_leave(c),
    "dribble": dribble,
    "dribble-stream": dribble_stream,
    "garbage": lambda c, r: send(c, bytes(range(256)) * 100) and False,
    "garbage-line": lambda c, r: send(c, b"220 smtp.example.com ESMTP\r\n\r\n") and False,
    "nothing": lambda c, r: False,
    "huge-header": lambda c, r: send(c, answer(FINE, headers=[f"X-Big: {MEGABYTE}"])),
    "many-headers": lambda c, r: send(c, answer(
        FINE, headers=[f"X-Header-{n}: {'y' * 1000}" for n in range(1000)])),
    "shorter-than-said": lambda c, r: send(c, (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n" % (len(FINE) + 100)) + FINE) and False,
    "longer-than-said": lambda c, r: send(c, (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n" % len(FINE)) + FINE + b"HTTP/1.1 200 OK\r\n\r\nevil"
    ) and False,
    "two-lengths": lambda c, r: send(c, (
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: %d\r\n\r\n" % len(FINE))
        + FINE) and False,
    "negative-length": lambda c, r: send(
        c, b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n" + FINE) and False,
    "bad-chunk": lambda c, r: send(c, STREAM_HEAD + b"zz\r\n" + FINE + b"\r\n0\r\n\r\n") and False,
    "early-hints": lambda c, r: send(c, EARLY_HINTS * 3 + answer(FINE)),
    "early-hints-stream": lambda c, r: send(
        c, EARLY_HINTS + STREAM_HEAD + chunk(chat_event("fine") + b"data: [DONE]\n\n")
        + b"0\r\n\r\n"),
    "die-idle": die_idle,
    "huge-line": lambda c, r: send(c, STREAM_HEAD + chunk(
        chat_event("begun") + b"data: " + MEGABYTE.encode() * 4 + b"\n\n" + chat_event("ended")
        + b"data: [DONE]\n\n") + b"0\r\n\r\n"),
    "garbage-events": lambda c, r: send(c, STREAM_HEAD + chunk(
        b"\xff\xfe\x00garbage\n\ndata: {]\n\ndata: \xff\n\n" + chat_event("fine")
        + b"data: [DONE]\n\n") + b"0\r\n\r\n"),
    "stall": lambda c, r: send(c, STREAM_HEAD + chunk(chat_event("begun")))
    and wait_for_peer_to_leave(c),
    "cut": lambda c, r: send(c, STREAM_HEAD + chunk(chat_event("begun"))) and False,
}


@pytest.fixture(scope="module")
def raw():
    upstream = RawUpstream(SCRIPTS, default=lambda c, r: send(c, answer(FINE)))
    yield upstream
    upstream.close()


@pytest.fixture(scope="module")
def site(start_shared_machine, raw):
    return start_shared_machine(
        providers=lambda base: [
            {"id": "openai", "base_url": base, "api_keys": [{"value": "${env:TEST_OPENAI_KEY}"}]},
            {"id": "raw", "base_url": raw.base}],
        gateway={"first_byte_timeout": "2s", "per_request_timeout": "3s",
                 "first_content_timeout": "2s", "total_timeout": "6s", "stall_timeout": "2s"})


def code(response):
    return response.headers.get("ngrok-error-code")


def check_502(response):
    assert (response.status_code, code(response)) == (502, "ERR_NGROK_27208")
    assert response.json()["error"]["code"] == "ERR_NGROK_27208"


@pytest.mark.parametrize("model", [
    "garbage", "garbage-line", "nothing", "huge-header", "many-headers", "negative-length"])
@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_that_is_none_is_a_clear_502(site, model, stream):
    check_502(site.chat(f"raw:{model}", stream=stream))


@pytest.mark.parametrize("stream", [False, True])
def test_an_upstream_that_never_answers_is_a_504(site, stream):
    began = time.monotonic()
    response = site.chat("raw:silent", stream=stream)
    assert (response.status_code, code(response)) == (504, "ERR_NGROK_27207")
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("model", ["dribble", "dribble-stream"])
def test_one_byte_a_second_ends_within_the_timeout(site, model):
    began = time.monotonic()
    try:
        response = site.chat(f"raw:{model}", stream=model.endswith("stream"))
    except httpx.RemoteProtocolError:
        pass  # The head was out already: cutting the answer is all that was left.
    else:
        assert response.status_code == 504 or b"ERR_NGROK_27207" in response.content
    assert time.monotonic() - began < 7


def test_a_body_shorter_than_its_content_length_never_looks_complete(site):
    try:
        response = site.chat("raw:shorter-than-said")
    except httpx.RemoteProtocolError:
        return
    check_502(response)


def test_a_body_longer_than_its_content_length_is_cut_there(site):
    response = site.chat("raw:longer-than-said")
    assert (response.status_code, response.content) == (200, FINE)
    assert site.chat("raw:anything").content == FINE


@pytest.mark.parametrize("model", ["two-lengths", "bad-chunk"])
def test_a_contradicting_length_is_an_answer_or_an_error(site, model):
    try:
        response = site.chat(f"raw:{model}")
    except httpx.RemoteProtocolError:
        return
    assert response.status_code in (200, 502)
    if response.status_code == 502:
        check_502(response)
    elif b"ERR_NGROK_27208" not in response.content:
        assert response.content in (FINE, FINE[:5])


def test_early_hints_are_not_the_answer(site):
    response = site.chat("raw:early-hints")
    assert (response.status_code, response.content) == (200, FINE)
    assert "link" not in response.headers
    assert code(response) is None
    stream = site.chat("raw:early-hints-stream", stream=True)
    assert stream.content == chat_event("fine") + b"data: [DONE]\n\n"


def test_a_connection_that_died_idle_is_replaced(site, raw):
    site.chat("raw:die-idle")
    before = raw.connections
    for _ in range(5):
        assert site.chat("raw:die-idle").content == FINE
    assert raw.connections - before == 5


def test_a_connection_that_dies_under_the_request_is_tried_once_more(site):
    """The upstream closes when the second request arrives: libcurl sends it again, we don't."""
    def answer_first(connection, request):
        if connection in used:
            return False
        used.append(connection)
        return send(connection, answer(FINE))
    used = []
    upstream = RawUpstream(default=answer_first)
    site.config["gateways"][0]["providers"].append({"id": "fragile", "base_url": upstream.base})
    site.write_config()
    site.cli("reload")
    assert site.chat("fragile:a").content == FINE
    response = site.chat("fragile:a")
    assert response.content == FINE
    assert response.headers["ngrok-aig-attempts"] == "1"
    upstream.close()


@pytest.mark.parametrize("model", ["huge-line", "garbage-events"])
def test_odd_events_pass_as_they_are(site, raw, model):
    response = site.chat(f"raw:{model}", stream=True)
    assert response.status_code == 200
    assert response.content.endswith(b"data: [DONE]\n\n")
    if model == "huge-line":
        assert len(response.content) > 4 << 20


@pytest.mark.parametrize("model", ["stall", "cut"])
def test_a_stream_that_breaks_ends_in_an_error_event(site, model):
    began = time.monotonic()
    response = site.chat(f"raw:{model}", stream=True)
    assert time.monotonic() - began < 6
    assert response.content.startswith(chat_event("begun"))
    last = response.content.strip().split(b"\n\n")[-1]
    assert json.loads(last.removeprefix(b"data: "))["error"]["message"]
    assert b"[DONE]" not in response.content


def raw_stream(site, model, token, receive_buffer=None):
    """A connection of our own, so that nothing reads ahead of the test."""
    body = json.dumps({"model": model, "stream": True,
                       "messages": [{"role": "user", "content": "x"}]}).encode()
    connection = socket.socket()
    if receive_buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.settimeout(20)
    connection.connect(("127.0.0.1", site.port))
    connection.sendall(
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
    return connection


def aborted(site):
    return [request for request in site.simulator_requests() if request["aborted"]]


def test_a_client_that_leaves_mid_stream_is_felt_upstream(site):
    site.forget_requests()
    connection = raw_stream(site, "openai:sim-fast+events=10000+interval=20ms", site.token)
    while b"data: " not in (received := connection.recv(65536)):
        assert received
    assert aborted(site) == []
    connection.close()
    began = time.monotonic()
    until("the simulator sees its connection close", lambda: aborted(site), seconds=2, pause=0.005)
    assert time.monotonic() - began < 0.5
    until("the log says so", lambda: "client_closed" in site.log("access"), seconds=3)


def test_a_client_that_leaves_before_the_answer_is_felt_upstream(site):
    site.forget_requests()
    connection = raw_stream(site, "openai:sim-fast+delay=1m", site.token)
    until("the request is upstream", site.simulator_requests, seconds=5)
    connection.close()
    until("the simulator sees its connection close", lambda: aborted(site), seconds=2)


@pytest.mark.unsanitized
def test_a_slow_reader_of_500_megabytes_costs_the_worker_no_memory(site):
    # Once through at full speed, so that every buffer has had its first use.
    with site.stream("openai:sim-fast+bytes=20MB") as response:
        for _ in response.iter_raw():
            pass
    worker = site.worker_pid()
    before = resident_kilobytes(worker)
    connection = raw_stream(
        site, "openai:sim-fast+bytes=500MB", site.token, receive_buffer=16384)
    most, received, began = before, 0, time.monotonic()
    while time.monotonic() - began < 8:
        received += len(connection.recv(4096))
        most = max(most, resident_kilobytes(worker))
        time.sleep(0.01)  # The reader is slow: that is the point.
    connection.close()
    assert received > 100_000
    assert most - before < 2048, f"grew by {most - before} KB after {received} bytes"
    until("the simulator is let go", lambda: aborted(site), seconds=5)


def test_bodies_never_touch_the_disk(site):
    marker = "marker-" + "0123456789abcdef" * 4
    response = site.chat("openai:sim", text=marker + "x" * (2 << 20))
    assert response.is_success
    assert "temporary file" not in site.log("nginx")
    for path in site.root.rglob("*"):
        if path.is_file():
            assert marker.encode() not in path.read_bytes(), path
    assert list((site.root / "nginx" / "temp").iterdir()) == []


def test_the_simulator_fails_now_and_then(site):
    """What the benchmark of hedging relies on: each of the simulator's loops counts by itself."""
    answers = [site.chat("openai:sim+status=422+every=4") for _ in range(40)]
    assert 6 <= sum(answer.status_code == 422 for answer in answers) <= 10
