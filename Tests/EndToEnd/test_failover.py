"""Keys and models before the commit point: what is tried next, and what the client sees of it."""

import json
import socket
import struct
import time

import pytest

from machine import until
from upstream import (
    RawUpstream, STREAM_HEAD, answer, chat_answer, chat_event, chunk, send, wait_for_peer_to_leave)

DONE = b"data: [DONE]\n\n"
ERROR_EVENT = b'data: {"error":{"message":"overloaded","type":"server_error"}}\n\n'


def error(status, reason="x", headers=()):
    body = json.dumps({"error": {"message": reason, "type": "some_error", "code": None}}).encode()
    return answer(body, f"{status} Status", headers)


def fine(connection, request):
    if json.loads(request.body).get("stream"):
        return send(connection, STREAM_HEAD + chunk(chat_event("good") + DONE) + b"0\r\n\r\n")
    return send(connection, answer(chat_answer("good")))


def stream_of(*parts, then=None):
    """A stream of these bytes that ends well, or goes on with `then`."""
    def script(connection, _request):
        connection.sendall(STREAM_HEAD + b"".join(chunk(part) for part in parts))
        if then:
            return then(connection)
        return send(connection, b"0\r\n\r\n")
    return script


def by_key(connection, request):
    """`key-401`: the first key gets a 401, the second is fine."""
    if request.key == "first-key":
        return send(connection, error(int(request.model.rpartition("-")[2])))
    return fine(connection, request)


def cut(connection):
    return False


def reset(connection):
    """Closes the connection with a TCP reset, not in good order."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


ROLE = chat_event(role="assistant")
SCRIPTS = {
    **{f"status-{status}": lambda c, r, status=status: send(c, error(status, f"says {status}"))
       for status in (400, 401, 402, 403, 404, 408, 413, 422, 429, 500, 502, 503, 529)},
    **{f"key-{status}": by_key for status in (401, 402, 403, 429, 500, 404)},
    "limited": lambda c, r: send(c, error(429, "slow down", ["Retry-After: 30"])),
    "cut-at-once": lambda c, r: False,
    "reset-at-once": lambda c, r: reset(c),
    "head-then-silence": stream_of(then=wait_for_peer_to_leave),
    "empty-stream": stream_of(),
    "comments-only": stream_of(b": waiting\n\n"),
    "role-then-cut": stream_of(ROLE, then=cut),
    "role-then-end": stream_of(ROLE),
    "role-then-error": stream_of(ROLE, ERROR_EVENT),
    "role-then-stall": stream_of(ROLE, then=wait_for_peer_to_leave),
    "content-then-cut": stream_of(ROLE, chat_event("begun"), then=cut),
    "content-then-stall": stream_of(ROLE, chat_event("begun"), then=wait_for_peer_to_leave),
    "content-then-error": stream_of(ROLE, chat_event("begun"), ERROR_EVENT),
    "error-200": lambda c, r: send(c, answer(b'{"error":{"message":"overloaded"}}')),
    "silent": lambda c, r: wait_for_peer_to_leave(c),
}


@pytest.fixture(scope="module")
def raw():
    upstream = RawUpstream(SCRIPTS, default=fine)
    yield upstream
    upstream.close()


@pytest.fixture(scope="module")
def site(start_shared_machine, raw):
    def keys(*names):
        return [{"value": "${env:" + name + "}"} for name in names]
    return start_shared_machine(
        providers=[
            {"id": "two", "base_url": raw.base, "api_keys": keys("FIRST", "SECOND")},
            {"id": "other", "base_url": raw.base, "api_keys": keys("OTHER")},
            {"id": "gone", "base_url": "http://127.0.0.1:9/v1"},
        ],
        gateway={"first_byte_timeout": "1s", "first_content_timeout": "1s",
                 "per_request_timeout": "2s", "total_timeout": "8s", "stall_timeout": "1s"},
        environment={"FIRST": "first-key", "SECOND": "second-key", "OTHER": "other-key"})


@pytest.fixture(autouse=True)
def nothing_asked(site, raw):
    """Nothing was asked, and the first key does not cool down from the test before."""
    def is_first():
        raw.requests.clear()
        site.chat("two:fine")
        return raw.requests[0].key == "first-key"
    until("the first key has cooled down", is_first)
    raw.requests.clear()


def asked(raw):
    return [(request.model, request.key) for request in raw.requests]


@pytest.mark.parametrize("status", [401, 402, 403, 429])
@pytest.mark.parametrize("stream", [False, True])
def test_a_refused_key_is_followed_by_the_next_key(site, raw, status, stream):
    response = site.chat(f"two:key-{status}", stream=stream)
    assert response.status_code == 200
    assert "good" in response.text
    assert response.headers["ngrok-aig-attempts"] == "2"
    assert asked(raw) == [(f"key-{status}", "first-key"), (f"key-{status}", "second-key")]


@pytest.mark.parametrize("status", [401, 402, 403, 404, 408, 413, 429, 500, 502, 503, 529])
def test_a_failed_candidate_is_followed_by_the_next_model(site, raw, status):
    response = site.chat(f"other:status-{status}", models=["other:fine"])
    assert response.status_code == 200
    assert response.headers["ngrok-aig-model"] == "other:fine"
    assert response.headers["ngrok-aig-attempts"] == "2"
    assert asked(raw) == [(f"status-{status}", "other-key"), ("fine", "other-key")]


@pytest.mark.parametrize("status", [404, 500])
def test_what_another_key_can_not_mend_goes_to_the_next_model_at_once(site, raw, status):
    response = site.chat(f"two:key-{status}", models=["other:fine"])
    assert response.headers["ngrok-aig-model"] == "other:fine"
    assert asked(raw) == [(f"key-{status}", "first-key"), ("fine", "other-key")]


@pytest.mark.parametrize("status", [400, 422])
def test_a_bad_request_moves_on_only_to_another_model(site, raw, status):
    response = site.chat(f"two:status-{status}", models=["other:fine"])
    assert response.headers["ngrok-aig-model"] == "other:fine"
    raw.requests.clear()
    response = site.chat(f"two:status-{status}")
    assert response.status_code == status
    assert response.json()["error"]["message"] == f"says {status}"
    assert len(raw.requests) == 1


@pytest.mark.parametrize("model", [
    "other:cut-at-once", "other:reset-at-once", "gone:x", "other:silent",
    "other:head-then-silence", "other:empty-stream", "other:comments-only",
    "other:role-then-cut", "other:role-then-end", "other:role-then-error", "other:role-then-stall",
])
def test_a_stream_that_fails_before_its_first_content_fails_invisibly(site, raw, model):
    response = site.chat(model, models=["other:fine"], stream=True)
    assert response.status_code == 200
    assert response.headers["ngrok-aig-model"] == "other:fine"
    assert response.content == chat_event("good") + DONE


def test_an_error_with_a_good_status_is_a_failed_candidate(site, raw):
    response = site.chat("other:error-200", models=["other:fine"])
    assert response.content == chat_answer("good")
    assert response.headers["ngrok-aig-model"] == "other:fine"
    assert response.headers["ngrok-aig-attempts"] == "2"
    response = site.chat("other:status-500", models=["other:error-200"])
    assert response.status_code == 502
    assert "[error in a 200] other:error-200: overloaded" in response.json()["error"]["message"]
    # Where nothing else was ever to be tried, what the provider says is the answer.
    response = site.chat("other:error-200")
    assert (response.status_code, response.content) == (200, b'{"error":{"message":"overloaded"}}')


@pytest.mark.parametrize("model", [
    "other:content-then-cut", "other:content-then-stall", "other:content-then-error"])
def test_after_content_nothing_else_is_tried(site, raw, model):
    response = site.chat(model, models=["other:fine"], stream=True)
    assert response.status_code == 200
    assert response.headers["ngrok-aig-model"] == model
    assert b"begun" in response.content
    assert b"good" not in response.content
    assert b"[DONE]" not in response.content
    last = response.content.strip().split(b"\n\n")[-1]
    assert "error" in json.loads(last.removeprefix(b"data: "))
    assert len(raw.requests) == 1


def test_models_alone_are_tried_in_their_order(site, raw):
    response = site.chat(None, models=["other:status-500", "gone:x", "other:fine"])
    assert response.headers["ngrok-aig-model"] == "other:fine"
    assert response.headers["ngrok-aig-attempts"] == "3"


def test_a_model_named_twice_is_tried_once(site, raw):
    response = site.chat("other:status-500", models=["other:status-500", "other:fine"])
    assert response.headers["ngrok-aig-attempts"] == "2"


def test_ten_attempts_are_the_end(site, raw):
    response = site.chat("other:status-500", models=[f"gone:m{number}" for number in range(12)])
    assert response.status_code == 502
    assert response.headers["ngrok-error-code"] == "ERR_NGROK_27208"
    assert response.headers["ngrok-aig-attempts"] == "10"


def test_when_nobody_answered_each_attempt_is_listed(site):
    response = site.chat("gone:a", models=["gone:b"])
    assert response.status_code == 502
    body = response.json()["error"]
    assert body["code"] == "ERR_NGROK_27208"
    assert "gone:a" in body["message"]
    assert "gone:b" in body["message"]


@pytest.mark.parametrize("status", [401, 402, 403])
def test_a_managed_key_that_is_refused_is_our_own_502(site, status):
    response = site.chat(f"two:status-{status}")
    assert response.status_code == 502
    assert response.headers["ngrok-error-code"] == "ERR_NGROK_27211"
    assert f"says {status}" not in response.text


def test_a_managed_key_at_its_limit_is_a_429_of_our_own(site):
    response = site.chat("other:limited")
    assert response.status_code == 429
    assert response.headers["ngrok-error-code"] == "ERR_NGROK_27217"
    assert 1 <= int(response.headers["retry-after"]) <= 30


def test_other_answers_of_a_provider_pass(site):
    response = site.chat("other:status-404")
    assert response.status_code == 404
    assert response.json()["error"]["message"] == "says 404"
    assert "ngrok-error-code" not in response.headers


def test_own_keys_go_in_the_order_of_their_making_and_their_errors_pass(start_machine, raw):
    site = start_machine(providers=[
        {"id": "other", "base_url": raw.base, "api_keys": [{"value": "${env:OTHER}"}]}],
        environment={"OTHER": "other-key"})
    for key in ("first-key", "second-key"):
        site.cli("provider-keys", "add", "--provider", "other", "--name", key, input=key + "\n")
    raw.requests.clear()
    assert site.chat("other:key-429").is_success
    assert asked(raw) == [("key-429", "first-key"), ("key-429", "second-key")]
    refused = site.chat("other:status-403")
    assert (refused.status_code, refused.headers["ngrok-error-code"]) == (502, "ERR_NGROK_27211")
    assert "says 403" in refused.json()["error"]["message"]
    passed = site.chat("other:status-413")
    assert (passed.status_code, passed.json()["error"]["message"]) == (413, "says 413")


def test_a_silent_upstream_is_a_504_in_time(site):
    began = time.monotonic()
    response = site.chat("other:silent")
    assert response.status_code == 504
    assert response.headers["ngrok-error-code"] == "ERR_NGROK_27207"
    assert time.monotonic() - began < 5


def test_the_access_log_lists_the_attempts(site):
    response = site.chat("other:status-500", models=["other:fine"])
    request_id = response.headers["ngrok-aig-request-id"]
    line = until("its line is written", lambda: [
        line for line in site.access_lines() if request_id in json.dumps(line)])[0]
    assert "status-500" in json.dumps(line)


def test_a_key_that_was_refused_is_tried_last_until_it_has_cooled_down(site, raw):
    assert site.chat("two:key-429").headers["ngrok-aig-attempts"] == "2"
    raw.requests.clear()
    for _ in range(10):
        assert site.chat("two:fine").headers["ngrok-aig-attempts"] == "1"
    assert {request.key for request in raw.requests} == {"second-key"}
    began = time.monotonic()
    until("it is first again", lambda: site.chat("two:fine") and raw.requests[-1].key == "first-key",
          seconds=5)
    assert time.monotonic() - began < 3


def test_cool_downs_outlive_a_reload(site, raw):
    assert site.chat("two:key-401").headers["ngrok-aig-attempts"] == "2"
    site.cli("reload")
    raw.requests.clear()
    assert site.chat("two:fine").is_success
    assert [request.key for request in raw.requests] == ["second-key"]


def test_a_candidate_that_fails_is_tried_last_until_a_probe_succeeds(site, raw):
    """With three models, of which the first fails from the start and heals."""
    is_ill = True

    def unsteady(connection, request):
        return send(connection, error(500)) if is_ill else fine(connection, request)

    raw.scripts["unsteady"] = unsteady
    models = {"models": ["other:fine-too"]}
    for _ in range(10):
        assert site.chat("other:unsteady", **models).headers["ngrok-aig-attempts"] == "2"
    raw.requests.clear()
    began = time.monotonic()
    for _ in range(100):
        assert site.chat("other:unsteady", **models).is_success
    probes = [request for request in raw.requests if request.model == "unsteady"]
    assert len(probes) <= 1 + (time.monotonic() - began)
    is_ill = False
    until("a probe has found it well", lambda: site.chat(
        "other:unsteady", **models).headers["ngrok-aig-model"] == "other:unsteady", seconds=5)
    raw.requests.clear()
    for _ in range(20):
        assert site.chat("other:unsteady", **models).is_success
    assert {request.model for request in raw.requests} == {"unsteady"}


@pytest.mark.parametrize("status", [429, 503])
def test_a_provider_that_asks_for_little_patience_gets_it(site, raw, status):
    def patient(connection, request):
        asked_before = sum(other.model == request.model for other in raw.requests) > 1
        return fine(connection, request) if asked_before else send(
            connection, error(status, "wait", ["Retry-After: 1"]))

    raw.scripts[f"patient-{status}"] = patient
    began = time.monotonic()
    response = site.chat(f"other:patient-{status}")
    assert response.is_success
    assert response.headers["ngrok-aig-attempts"] == "2"
    assert 1 <= time.monotonic() - began < 3


def test_patience_ends_after_two_waits(site, raw):
    raw.scripts["busy"] = lambda c, r: send(c, error(503, "busy", ["Retry-After: 0"]))
    response = site.chat("other:busy")
    assert response.status_code == 503
    assert len(raw.requests) == 3
