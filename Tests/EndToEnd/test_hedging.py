"""A second candidate beside a slow one: who wins, what the other is told, what the client sees."""

import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from machine import until
from upstream import RawUpstream, STREAM_HEAD, chat_event, chunk, send, wait_for_peer_to_leave

DONE = b"data: [DONE]\n\n"


def says(text):
    return lambda connection, _request: send(
        connection, STREAM_HEAD + chunk(chat_event(text) + DONE) + b"0\r\n\r\n")


def slow(connection, _request):
    """No content before the peer leaves."""
    connection.sendall(STREAM_HEAD + chunk(chat_event(role="assistant")))
    return wait_for_peer_to_leave(connection)


@pytest.fixture(scope="module")
def raw():
    upstream = RawUpstream({"slow": slow, "silent": lambda c, r: wait_for_peer_to_leave(c)},
                           default=says("good"))
    yield upstream
    upstream.close()


@pytest.fixture(scope="module")
def site(start_shared_machine, raw):
    return start_shared_machine(
        providers=[{"id": "one", "base_url": raw.base}, {"id": "two", "base_url": raw.base}],
        gateway={"hedge_after": "300ms"})


@pytest.mark.parametrize("model", ["one:slow", "one:silent"])
def test_the_second_serves_when_the_first_is_slow(site, raw, model):
    raw.requests.clear()
    left = raw.left
    began = time.monotonic()
    response = site.chat(model, models=["two:good"], stream=True)
    assert 0.3 <= time.monotonic() - began < 2
    assert response.content == chat_event("good") + DONE
    assert response.headers["ngrok-aig-model"] == "two:good"
    assert response.headers["ngrok-aig-attempts"] == "2"
    assert [request.model for request in raw.requests] == [model.removeprefix("one:"), "good"]
    until("the loser is cancelled", lambda: raw.left == left + 1, seconds=2)
    request_id = response.headers["ngrok-aig-request-id"]
    line = until("its line is written", lambda: [
        line for line in site.access_lines() if request_id in json.dumps(line)])[0]
    assert "superseded" in json.dumps(line)


def test_the_first_serves_when_it_is_fast_enough(site, raw):
    raw.requests.clear()
    response = site.chat("one:good", models=["two:slow"], stream=True)
    assert response.headers["ngrok-aig-attempts"] == "1"
    assert len(raw.requests) == 1


def test_the_bodies_are_those_of_their_models(site, raw):
    raw.requests.clear()
    site.chat("one:slow", models=["two:good"], stream=True)
    bodies = [json.loads(request.body) for request in raw.requests]
    assert [body.pop("model") for body in bodies] == ["slow", "good"]
    assert bodies[0] == bodies[1]


def test_many_at_once_each_get_their_own(site):
    """Half of them hedge, all on both loops; nobody gets the bytes of another."""
    def ask(number):
        response = site.chat("one:slow" if number % 2 else "one:good", models=["two:good"],
                             stream=True)
        return response.content, response.headers["ngrok-aig-attempts"]

    with ThreadPoolExecutor(32) as pool:
        answers = Counter(pool.map(ask, range(200)))
    whole = chat_event("good") + DONE
    assert answers == {(whole, "1"): 100, (whole, "2"): 100}


def test_an_answer_that_is_no_stream_is_not_asked_for_twice(site, raw):
    raw.scripts["late"] = lambda c, r: (time.sleep(0.6), send(c, (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")))[1]
    raw.requests.clear()
    assert site.chat("one:late", models=["two:good"]).headers["ngrok-aig-attempts"] == "1"
    assert len(raw.requests) == 1
