"""libfcgi's own client, and bytes by hand: peers that are not nginx."""

import json
import os
import socket
import struct
import subprocess
from contextlib import suppress

import pytest

from machine import until

BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, STDERR = 1, 2, 3, 4, 5, 6, 7
GET_VALUES, GET_VALUES_RESULT, UNKNOWN_TYPE = 9, 10, 11
CHAT = {"model": "openai:sim", "messages": [{"role": "user", "content": "Hello there"}]}


class Answer:
    def __init__(self, output):
        head, _, self.body = output.partition(b"\r\n\r\n")
        self.headers = {}
        for line in head.decode().split("\r\n"):
            name, _, value = line.partition(": ")
            self.headers[name.lower()] = value
        self.status = int(self.headers.get("status", "200").split()[0])


def cgi_fcgi(site, method, path, body=b"", **parameters):
    """One request by cgi-fcgi, which turns its environment into parameters."""
    environment = {
        "PATH": os.environ["PATH"], "REQUEST_METHOD": method, "REQUEST_URI": path,
        "SERVER_PROTOCOL": "HTTP/1.1", "CONTENT_TYPE": "application/json",
        "HTTP_AUTHORIZATION": f"Bearer {site.token}", "CONTENT_LENGTH": str(len(body)),
        **parameters}
    environment = {name: value for name, value in environment.items() if value is not None}
    done = subprocess.run(
        ["cgi-fcgi", "-bind", "-connect", str(site.socket_path)], input=body,
        capture_output=True, env=environment, timeout=30)
    assert done.returncode == 0, done.stderr
    return Answer(done.stdout)


def test_cgi_fcgi_reads_the_health(site):
    assert cgi_fcgi(site, "GET", "/healthz").status == 200


def test_cgi_fcgi_lists_the_models(site):
    answer = cgi_fcgi(site, "GET", "/v1/models")
    assert answer.status == 200
    assert json.loads(answer.body)["object"] == "list"


def test_cgi_fcgi_chats(site):
    answer = cgi_fcgi(site, "POST", "/v1/chat/completions", json.dumps(CHAT).encode())
    assert answer.status == 200
    assert json.loads(answer.body)["choices"][0]["message"]["content"] == "Hello there"
    assert answer.headers["ngrok-aig-model"] == "openai:sim"
    assert answer.headers["ngrok-aig-request-id"].startswith("rq_")


def test_cgi_fcgi_streams(site):
    answer = cgi_fcgi(site, "POST", "/v1/chat/completions",
                      json.dumps({**CHAT, "stream": True}).encode())
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.body.endswith(b"data: [DONE]\n\n")


def test_cgi_fcgi_sends_8_megabytes(site):
    large = {**CHAT, "messages": [{"role": "user", "content": "x" * (8 << 20)}]}
    large["model"] = "openai:sim-fast"
    assert cgi_fcgi(site, "POST", "/v1/chat/completions", json.dumps(large).encode()).status == 200


def test_cgi_fcgi_without_a_key_is_refused(site):
    answer = cgi_fcgi(site, "POST", "/v1/chat/completions", b"{}", HTTP_AUTHORIZATION=None)
    assert answer.status == 401


# --- by hand ---

def record(kind, content=b"", request=1, padding=0):
    header = struct.pack(">BBHHBx", 1, kind, request, len(content), padding)
    return header + content + bytes(padding)


def begin(request=1, role=1, keep=True):
    return record(BEGIN, struct.pack(">HB5x", role, int(keep)), request)


def pairs(values):
    def length(text):
        return bytes([len(text)]) if len(text) < 128 else struct.pack(">I", len(text) | 1 << 31)
    encoded = b""
    for name, value in values.items():
        name, value = name.encode(), value.encode()
        encoded += length(name) + length(value) + name + value
    return encoded


class Peer:
    """A connection to the worker that speaks records."""

    def __init__(self, site):
        self.site = site
        self.connection = socket.socket(socket.AF_UNIX)
        self.connection.settimeout(15)
        self.connection.connect(str(site.socket_path))
        self.file = self.connection.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.connection.close()

    def send(self, data, at_a_time=None):
        step = at_a_time or max(1, len(data))
        for start in range(0, len(data), step):
            self.connection.sendall(data[start:start + step])

    def read_record(self):
        header = self.file.read(8)
        if len(header) < 8:
            return None
        _, kind, request, length, padding = struct.unpack(">BBHHBx", header)
        return kind, request, self.file.read(length + padding)[:length]

    def read_answer(self, request=1):
        output = b""
        while True:
            found = self.read_record()
            assert found, "the connection was closed inside an answer"
            kind, identity, content = found
            assert identity == request
            if kind == STDOUT:
                output += content
            if kind == END:
                return Answer(output)

    def is_closed(self):
        try:
            return self.file.read(1) == b""
        except ConnectionResetError:
            return True


def chat_request(site, body=None, request=1, keep=True, model=None, **parameters):
    body = json.dumps({**CHAT, **({"model": model} if model else {})}).encode() \
        if body is None else body
    values = {"REQUEST_METHOD": "POST", "REQUEST_URI": "/v1/chat/completions",
              "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body)),
              "HTTP_AUTHORIZATION": f"Bearer {site.token}", **parameters}
    values = {name: value for name, value in values.items() if value is not None}
    return (begin(request, keep=keep) + record(PARAMS, pairs(values), request)
            + record(PARAMS, b"", request) + record(STDIN, body, request)
            + record(STDIN, b"", request))


@pytest.fixture
def peer(site):
    with Peer(site) as peer:
        yield peer


def test_several_requests_one_after_another_on_a_connection(site, peer):
    for _ in range(5):
        peer.send(chat_request(site))
        assert peer.read_answer().status == 200


def test_without_keep_alive_the_connection_is_closed_after_the_answer(site, peer):
    peer.send(chat_request(site, keep=False))
    assert peer.read_answer().status == 200
    assert peer.is_closed()


def test_every_byte_by_itself(site, peer):
    peer.send(chat_request(site), at_a_time=1)
    assert peer.read_answer().status == 200


@pytest.mark.parametrize("length", [None, "", "-1"])
def test_content_length_may_be_missing_empty_or_minus_one(site, peer, length):
    peer.send(chat_request(site, CONTENT_LENGTH=length))
    assert peer.read_answer().status == 200


@pytest.mark.parametrize("length", ["5", "100000", "soon", "99999999999999999999"])
def test_a_content_length_that_lies_is_an_answer_and_the_connection_goes_on_or_ends(
        site, peer, length):
    peer.send(chat_request(site, CONTENT_LENGTH=length))
    assert peer.read_answer().status in (200, 400, 413)


@pytest.mark.parametrize("padding", [0, 1, 7, 255])
def test_padding_is_skipped(site, peer, padding):
    body = json.dumps(CHAT).encode()
    values = pairs({"REQUEST_METHOD": "POST", "REQUEST_URI": "/v1/chat/completions",
                    "HTTP_AUTHORIZATION": f"Bearer {site.token}"})
    peer.send(begin() + record(PARAMS, values, padding=padding) + record(PARAMS, padding=padding)
              + record(STDIN, body, padding=padding) + record(STDIN, padding=padding))
    assert peer.read_answer().status == 200


def test_parameters_of_60_kilobytes(site, peer):
    peer.send(chat_request(site, HTTP_X_LONG="y" * 60_000))
    assert peer.read_answer().status in (200, 431)


def test_get_values_is_answered(site, peer):
    peer.send(record(GET_VALUES, pairs({"FCGI_MAX_CONNS": "", "FCGI_MAX_REQS": "",
                                        "FCGI_MPXS_CONNS": ""}), request=0))
    kind, request, content = peer.read_record()
    assert (kind, request) == (GET_VALUES_RESULT, 0)
    assert b"FCGI_MPXS_CONNS0" in content


def test_an_unknown_type_is_answered_as_such(site, peer):
    peer.send(record(42, b"what?", request=0))
    kind, request, content = peer.read_record()
    assert (kind, request, content[0]) == (UNKNOWN_TYPE, 0, 42)
    peer.send(chat_request(site))
    assert peer.read_answer().status == 200


def test_an_aborted_request_ends_and_lets_the_provider_go(site, peer):
    site.forget_requests()
    peer.send(chat_request(site, model="openai:sim-fast+delay=1m"))
    until("the request is upstream", site.simulator_requests)
    peer.send(record(ABORT))
    peer.read_answer()
    until("the provider is let go", lambda: any(
        request["aborted"] for request in site.simulator_requests()), seconds=2)


STAGES = {
    "nothing": 0, "half a header": 4, "begin": 16, "half of the parameters": 60,
    "no body": -20, "all but the end": -8,
}


@pytest.mark.parametrize("stage", STAGES)
def test_a_peer_that_closes_at_any_stage_harms_nobody(site, stage):
    with Peer(site) as peer:
        peer.send(chat_request(site)[:STAGES[stage]])
    with Peer(site) as peer:
        peer.send(chat_request(site))
        assert peer.read_answer().status == 200


def test_a_peer_that_closes_between_requests_harms_nobody(site):
    with Peer(site) as peer:
        peer.send(chat_request(site))
        peer.read_answer()
    assert site.chat().is_success


WRONG = {
    "HTTP": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "zeros": b"\x00" * 64, "ones": b"\xff" * 64,
    "a body of nobody's": record(STDIN, b"x", request=7), "an unknown role": begin(role=9),
    "version 2": struct.pack(">BBHHBx", 2, BEGIN, 1, 8, 0) + bytes(8),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_bytes_end_at_most_their_own_connection(site, name):
    worker = site.worker_pid()
    with Peer(site) as peer:
        with suppress(ConnectionError):
            peer.send(WRONG[name])
            peer.connection.shutdown(socket.SHUT_WR)
            peer.file.read()
    assert site.worker_pid() == worker
    assert site.chat().is_success


def test_silent_peers_keep_nobody_waiting(site):
    silent = [Peer(site) for _ in range(300)]
    for peer in silent[::2]:
        peer.send(begin())
    assert site.chat().is_success
    for peer in silent:
        peer.connection.close()
