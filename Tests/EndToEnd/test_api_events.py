"""`GET /events`: requests of the data plane as they end, as a stream of server-sent events."""

import json
import socket
import threading

import httpx
import pytest

from machine import until
from test_handover import hand_over
from test_live import logged


class Stream:
    """A stream of events, read as it comes."""

    def __init__(self, api, **query):
        self.events, self.comments, self.isOver = [], [], False
        self.request = api.stream("GET", "/events", params=query, timeout=60)
        self.answer = self.request.__enter__()
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        try:
            self.gather()
        except (httpx.ReadError, httpx.RemoteProtocolError):
            # This end was closed.
            pass
        self.isOver = True

    def gather(self):
        name = None
        for line in self.answer.iter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                self.events.append((name, json.loads(line.removeprefix("data: "))))
            elif line.startswith(":"):
                self.comments.append(line)

    def leave(self):
        socket_ = self.answer.extensions["network_stream"].get_extra_info("socket")
        if socket_.fileno() >= 0:
            socket_.shutdown(socket.SHUT_RDWR)
        self.thread.join(10)
        self.answer.close()

    def requests(self):
        return [data["request_id"] for name, data in self.events if name == "request"]


@pytest.fixture
def watch():
    streams = []

    def begin(api, **query):
        stream = Stream(api, **query)
        streams.append(stream)
        if stream.answer.status_code == 200:
            until("it watches", lambda: stream.events[:1] == [("watching", {})])
        return stream
    yield begin
    for stream in streams:
        stream.leave()


def sent(answer):
    return answer.headers["ngrok-aig-request-id"]


def test_each_request_is_told_as_the_log_has_it(site, watch):
    stream = watch(site.api())
    assert stream.answer.headers["Content-Type"] == "text/event-stream"
    assert stream.answer.headers["Cache-Control"] == "no-store"
    ids = [sent(site.chat()), sent(site.chat(token="lk_wrong")),
           sent(site.chat(model="openai:sim+status=500"))]
    until("all are told", lambda: stream.requests() == ids)
    log = until("the log has them", lambda: logged(site, ids))
    assert [data for _, data in stream.events[1:]] == [log[one] for one in ids]


def test_only_what_is_asked_for_is_told(site, watch):
    api, key = site.api(), site.create_key("--name", "watched")
    queries = {"key=watched": [0, 1], f"key={key['id']}": [0, 1], "status=2xx": [0, 2],
               "status=error": [1], "model=fast&key=watched": [0], "accountId=default": [0, 1, 2]}
    streams = {query: watch(api, **dict(part.split("=") for part in query.split("&")))
               for query in queries}
    ids = [sent(site.chat(token=key["token"])),
           sent(site.chat(model="openai:sim+status=400", token=key["token"])), sent(site.chat())]
    until("the last is told", lambda: len(streams["accountId=default"].requests()) == 3)
    for query, expected in queries.items():
        until(f"{query} is told", lambda: (
            streams[query].requests() == [ids[index] for index in expected]))


def test_an_account_sees_its_own(start_machine, watch):
    site = start_machine(gateways=lambda simulator: [
        {"id": "ep_main", "accounts": ["default", "team"],
         "providers": [{"id": "openai", "base_url": simulator, "api_keys": [{"value": "sk-operator"}]}]}])
    site.cli("accounts", "create", "team")
    own = site.management_key("read", "--account", "team")["token"]
    stream, everything = watch(site.api(own)), watch(site.api())
    theirs = site.create_key("--account", "team")["token"]
    ids = [sent(site.chat()), sent(site.chat(token="lk_wrong")), sent(site.chat(token=theirs))]
    until("all are told", lambda: everything.requests() == ids)
    until("its own is told", lambda: stream.requests() == ids[2:])
    assert site.api(own).get("/events", params={"accountId": "default"}).status_code == 403


def test_what_is_no_question_is_refused(site):
    api = site.api()
    assert api.get("/events", params={"status": "4x"}).status_code == 400
    assert api.get("/events", params={"limit": "5"}).status_code == 400
    assert api.post("/events", json={}).status_code == 405
    assert site.api("ngm-wrong").get("/events").status_code == 401
    assert site.api(site.token).get("/events").status_code == 401
    head = api.head("/events")
    assert (head.status_code, head.headers["Content-Type"]) == (200, "text/event-stream")


def test_who_leaves_is_forgotten(site, watch):
    stream = watch(site.api())
    assert site.status()["watchers"] == 1
    stream.leave()
    until("nobody watches", lambda: site.status()["watchers"] == 0)
    [line] = until("it is logged", lambda: [
        line for line in site.access_lines()
        if line["endpoint"] == "GET /events" and line["status"] == 200 and line["bytes"]][-1:])
    assert line["surface"] == "control" and line["caller"].startswith("aigm_")


def test_a_revoked_key_is_told_nothing_more(site, watch):
    key = site.management_key()
    kept, stream = watch(site.api()), watch(site.api(key["token"]))
    assert site.api().delete(f"/api-keys/{key['id']}").status_code == 204
    until("it ends", lambda: stream.isOver, seconds=30)
    until("the other one is alive", lambda: kept.comments, seconds=30)
    assert not kept.isOver


def test_another_worker_goes_on(start_machine, watch):
    site = start_machine(settings={"drain_timeout": "1m"})
    api = site.api()
    stream = watch(api)
    hand_over(site)
    until("it ends", lambda: stream.isOver)
    # A connection of nginx's may still lead to the worker that drains, for one more request.
    again = until("the new one tells", lambda: (
        stream if (stream := watch(api)).answer.status_code == 200 else None))
    asked = []

    def one_is_told():
        asked.append(sent(site.chat()))
        return set(again.requests()) & set(asked)
    until("requests are told", one_is_told)


def test_so_many_watch_at_once(start_machine, watch):
    site = start_machine()
    api = site.api()
    for _ in range(64):
        watch(api)
    answer = api.get("/events")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    # Others are served meanwhile.
    assert api.get("/access-keys").status_code == 200
