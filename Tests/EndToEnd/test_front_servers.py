"""Each web server that may stand before the gateway, configured by its example."""

import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import time

import httpx
import pytest

from fronts import AS_ROOT, FRONTS, Apache, Lighttpd, Nginx
from machine import simulated_providers, until
from tokens import mistype
from upstream import RawUpstream, send

CHAT = "/v1/chat/completions"


@pytest.fixture(scope="module")
def raw():
    """A provider that breaks its answer off."""
    upstream = RawUpstream(default=lambda connection, request: send(
        connection, b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        b"Content-Length: 600000\r\n\r\n" + b"x" * 500_000) and False)
    yield upstream
    upstream.close()


@pytest.fixture(scope="module")
def behind(start_shared_machine, raw):
    """A gateway that serves two sites, so that a front has to say which it means."""
    site = start_shared_machine(
        # Apache does not serve as root.
        settings={"listen_mode": "0666"} if AS_ROOT else {},
        gateways=lambda base: [
            {"id": "ep_main", "providers": [
                *simulated_providers(base), {"id": "raw", "base_url": raw.base}]},
            {"id": "ep_other", "providers": simulated_providers(base)}],
        api_params="fastcgi_param LOCKKEEPER_GATEWAY ep_main; add_header X-Test-Id $request_id;")
    site.root.chmod(0o711)
    return site


@pytest.fixture(scope="module", params=FRONTS, ids=lambda kind: kind.name)
def front(request, behind):
    kind = request.param
    if not kind.path():
        pytest.skip(f"{kind.program} is not installed")
    front = kind(behind)
    try:
        yield front.start()
    finally:
        front.stop()


def question(model, text="hello", **members):
    return {"model": model, "messages": [{"role": "user", "content": text}], **members}


def chat(front, model="openai:sim-fast", text="hello", headers=None):
    return front.client.post(CHAT, json=question(model, text), headers=headers or front.headers())


def stream(front, model):
    return front.client.stream(
        "POST", CHAT, json=question(model, stream=True), headers=front.headers())


def test_events_arrive_one_by_one(front):
    """An event is here before the provider writes the next."""
    arrivals = []
    with stream(front, "openai:sim+events=6+interval=120ms+stamp=1") as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = []
        for line in response.iter_lines():
            lines.append(line)
            if stamp := re.search("~([0-9]{19})~", line):
                arrivals.append((int(stamp[1]), time.monotonic_ns()))
    assert "data: [DONE]" in lines
    assert len(arrivals) == 6
    for (_, arrived), (written_next, _) in zip(arrivals, arrivals[1:]):
        assert arrived < written_next


# --- bodies ---

def check_arrived(front, body):
    sent = body.replace(b'"openai:sim-fast"', b'"sim-fast"')
    [seen] = front.site.simulator_requests()
    assert (seen["body_length"], seen["body_sha256"]) \
        == (len(sent), hashlib.sha256(sent).hexdigest())


def test_a_body_of_8_megabytes_arrives_whole(front):
    front.site.forget_requests()
    body = json.dumps(question("openai:sim-fast", "x" * (8 << 20))).encode()
    response = front.client.post(CHAT, content=body, headers=front.headers())
    assert response.status_code == 200, response.text
    check_arrived(front, body)


@pytest.mark.parametrize("size", [100, 300_000])
def test_a_body_sent_in_chunks_arrives_whole(front, size):
    front.site.forget_requests()
    body = json.dumps(question("openai:sim-fast", "x" * size)).encode()
    step = len(body) // 7

    def parts():
        for start in range(0, len(body), step):
            yield body[start:start + step]
            time.sleep(0.005)  # So that they travel one by one.

    request = front.client.build_request("POST", CHAT, content=parts(), headers=front.headers())
    assert request.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in request.headers
    response = front.client.send(request)
    assert response.status_code == 200, response.text
    check_arrived(front, body)


def test_a_body_goes_through_HTTP_2(front):
    front.site.forget_requests()
    body = json.dumps(question("openai:sim-fast", "x" * 300_000)).encode()
    done = subprocess.run(
        ["curl", "-sS", "--http2", "--cacert", front.site.certificates.authority, "-K", "-",
         "-o", front.site.root / "answer", "-w", "%{http_version} %{http_code}"],
        input=f'url = "{front.client.base_url}{CHAT}"\ndata-binary = "@{write(front, body)}"\n'
              f'header = "Authorization: Bearer {front.site.token}"\n',
        capture_output=True, text=True, timeout=30)
    assert done.stdout == "2 200", done.stderr
    check_arrived(front, body)


def write(front, body):
    path = front.site.root / "bodies" / "body"
    path.write_bytes(body)
    return path


# --- clients that leave ---

def left(site):
    return [request for request in site.simulator_requests() if request["aborted"]]


def leave(front, model):
    """Asks, sees the answer begin, leaves."""
    site = front.site
    site.forget_requests()
    before = site.log("access").count("client_closed")
    with stream(front, model) as response:
        chunks = response.iter_raw()
        next(chunks)
        assert left(site) == []
    until("the simulator sees its connection close", lambda: left(site), seconds=2)
    until("the log says so",
          lambda: site.log("access").count("client_closed") == before + 1, seconds=2)


def test_a_client_that_leaves_is_felt_by_the_provider(front):
    leave(front, "openai:sim+events=1000+interval=50ms")


@pytest.mark.parametrize("front", [Nginx, Lighttpd], indirect=True, ids=lambda kind: kind.name)
def test_a_client_that_leaves_in_silence_is_felt_too(front):
    """The others notice when they write to the client."""
    leave(front, "openai:sim+events=2+stall=1")


def test_half_a_body_is_no_request(front):
    site = front.site
    site.forget_requests()
    whole = json.dumps(question("openai:sim-fast", "x" * 200_000)).encode()
    head = (f"POST {CHAT} HTTP/1.1\r\nHost: {front.client.base_url.netloc.decode()}\r\n"
            f"Authorization: Bearer {site.token}\r\nContent-Length: {len(whole)}\r\n\r\n")
    port = front.client.base_url.port
    with socket.create_connection(("127.0.0.1", port), timeout=15) as plain, \
            site.certificates.context().wrap_socket(
                plain, server_hostname="127.0.0.1") as connection:
        connection.sendall(head.encode() + whole[:100_000])
    assert chat(front).status_code == 200
    assert [request["body_length"] < 1000 for request in site.simulator_requests()] == [True]


# --- what the gateway is told ---

def test_a_bad_key_is_refused_in_the_dialect_of_the_client(front):
    bad = mistype(front.site.token)
    openai = chat(front, headers={"Authorization": f"Bearer {bad}"})
    anthropic = front.client.post("/v1/messages", json=question("anthropic:sim-fast"), headers={
        "x-api-key": bad, "anthropic-version": "2023-06-01"})
    for response in (openai, anthropic):
        assert response.status_code == 401
        assert response.headers["content-type"] == "application/json"
        assert response.headers["ngrok-error-code"] == "ERR_NGROK_27201"
        assert "status" not in response.headers
    assert openai.json()["error"]["code"] == "ERR_NGROK_27201"
    assert (anthropic.json()["type"], anthropic.json()["error"]["type"]) \
        == ("error", "authentication_error")


@pytest.mark.parametrize(("second", "status"), [("same", 200), ("other", 401)])
def test_a_key_that_comes_twice_is_one(front, second, status):
    token = front.site.token
    second = {"same": token, "other": mistype(token)}[second]
    response = chat(front, headers=[("X-Api-Key", token), ("X-Api-Key", second)])
    assert response.status_code == status, response.text


@pytest.mark.parametrize(("path", "status"), [
    ("/v1/models/openai%2Fgpt-4o", 200), ("/v1/models/openai:gpt-4o?limit=1", 200),
    ("/v1//models", 400)])
def test_the_path_arrives_as_it_was_sent(front, path, status):
    assert front.client.get(path, headers=front.headers()).status_code == status


def test_both_logs_have_the_same_id(front):
    response = chat(front)
    identity = response.headers["ngrok-aig-request-id"]
    if front.passes_an_id:
        assert identity == "rq_" + response.headers["x-test-id"].replace("-", "")
    until("the gateway logs it", lambda: identity in front.site.log("access"))
    if not isinstance(front, Nginx):
        front.flush_log()
        until("the front logs it", lambda: identity in front.access_log.read_text())


# --- trouble ---

@pytest.mark.parametrize(
    "front", [Nginx, Apache, Lighttpd], indirect=True, ids=lambda kind: kind.name)
def test_an_answer_that_breaks_off_never_looks_complete(front):
    """Caddy 2.6 and h2o 2.2 end it where it broke off, as if that were all."""
    with pytest.raises(httpx.RemoteProtocolError):
        chat(front, "raw:any")


def test_a_worker_that_is_replaced_costs_nothing(front):
    site = front.site
    assert chat(front).status_code == 200
    old = site.worker_pid()
    os.kill(old, signal.SIGTERM)
    answers = []
    until("its successor serves",
          lambda: answers.append(chat(front).status_code)
          or len(answers) > 10 and site.worker_pid() not in (None, old), pause=0)
    assert set(answers) == {200}
