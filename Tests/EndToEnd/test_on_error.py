"""`on_error: continue`: nginx goes on with what failed, in a location of the site's own."""

import json
from urllib.parse import unquote

import pytest

from documents import blocks_in
from machine import until
from upstream import RawUpstream, answer, chat_answer, send


def status(line):
    return lambda connection, _request: send(
        connection, answer(b'{"error":{"message":"so it is"}}', status=line))


@pytest.fixture(scope="module")
def raw():
    upstream = RawUpstream(
        {"broken": status("500 Oh"), "refused": status("422 No"), "missing": status("404 No")},
        default=lambda c, r: send(c, answer(chat_answer("fine"))))
    yield upstream
    upstream.close()


@pytest.fixture(scope="module")
def backup():
    """The site that answers instead."""
    upstream = RawUpstream(default=lambda c, r: send(c, answer(b'{"from":"backup"}')))
    yield upstream
    upstream.close()


def manual_locations():
    """The two locations of the manual's page, in its order."""
    found = [block.text for block in blocks_in("nginx")
             if block.page.stem == "nginx" and "location @fallback" in block.text]
    assert len(found) == 2
    return found


def start(start_machine, raw, locations, location="@fallback"):
    return start_machine(
        providers=[{"id": "one", "base_url": raw.base}],
        gateway={"on_error": "continue", "on_error_location": location}, locations=locations)


@pytest.fixture(scope="module")
def proxied(start_shared_machine, raw, backup):
    """The manual's first location: another site answers."""
    location = manual_locations()[0].replace("127.0.0.1:8080", f"127.0.0.1:{backup.port}")
    return start(start_shared_machine, raw, location)


BODY = {"messages": [{"role": "user", "content": "é" * 5000}]}


@pytest.mark.parametrize("model, code", [
    ("one:broken", None), ("one:missing", None), ("nowhere:m", "ERR_NGROK_27225"),
])
def test_a_named_location_has_the_request_as_it_was(proxied, raw, backup, model, code):
    backup.requests.clear()
    body = json.dumps({"model": model, **BODY}).encode()
    response = proxied.client.post(
        "/v1/chat/completions?x=1", content=body,
        headers={**proxied.headers(), "X-Mine": "yes", "Content-Type": "application/json"})
    assert (response.status_code, response.json()) == (200, {"from": "backup"})
    seen = backup.requests[0]
    assert (seen.method, seen.target) == ("POST", "/v1/chat/completions?x=1")
    assert seen.body == body
    assert seen.headers["x-mine"] == "yes"
    assert seen.headers.get("x-lockkeeper-error") == code
    # No key of the gateway's gets there.
    assert "authorization" not in seen.headers and "x-api-key" not in seen.headers
    assert response.headers["ngrok-aig-request-id"].startswith("rq_")
    # What nginx was told stays with it.
    for name in ("x-accel-redirect", "ngrok-error-code", "ngrok-aig-error-status"):
        assert name not in response.headers
    line = until("its line is written", lambda: [
        line for line in proxied.access_lines()
        if line["request_id"] == response.headers["ngrok-aig-request-id"]])[0]
    assert line["status"] >= 400


@pytest.mark.parametrize("path, headers, expected", [
    ("/v1/chat/completions", {}, 401),
    ("/v1/chat/completions", {"Authorization": "Bearer ng-0000"}, 401),
    ("/v1/nothing", {}, 404),
])
def test_what_has_no_good_key_is_not_handed_over(proxied, backup, path, headers, expected):
    backup.requests.clear()
    response = proxied.client.post(path, json={"model": "one:broken"}, headers=headers)
    assert response.status_code == expected
    assert response.headers["ngrok-error-code"]
    assert backup.requests == []


def test_a_provider_s_word_on_the_request_is_the_client_s(proxied, backup):
    backup.requests.clear()
    response = proxied.chat("one:refused")
    assert (response.status_code, response.json()["error"]["message"]) == (422, "so it is")
    assert backup.requests == []


def test_what_is_served_is_not_touched(proxied, backup):
    backup.requests.clear()
    assert proxied.chat("one:good").json()["choices"][0]["message"]["content"] == "fine"
    assert backup.requests == []


def test_a_body_that_is_too_long_is_handed_over_whole(start_machine, raw, backup):
    location = manual_locations()[0].replace("127.0.0.1:8080", f"127.0.0.1:{backup.port}")
    site = start_machine(
        providers=[{"id": "one", "base_url": raw.base}], locations=location,
        settings={"max_body_bytes": "1KiB"},
        gateway={"on_error": "continue", "on_error_location": "@fallback"})
    backup.requests.clear()
    response = site.chat("one:good", text="x" * 20000)
    assert response.json() == {"from": "backup"}
    assert json.loads(backup.requests[0].body)["messages"][0]["content"] == "x" * 20000


def test_a_location_that_answers_by_itself(start_machine, raw):
    site = start(start_machine, raw, manual_locations()[1])
    response = site.chat("one:broken")
    assert response.status_code == 503
    assert response.headers["retry-after"] == "30"
    assert response.headers["content-type"] == "application/json"
    assert response.json() == {"error": {"message": "Down for a while (500)"}}


@pytest.mark.parametrize("leave_out, body_arrives", [
    ("", True),
    ('proxy_pass_request_body off; proxy_set_header Content-Length "";', False),
])
def test_an_ordinary_path_is_asked_with_get(start_machine, raw, backup, leave_out, body_arrives):
    location = f"""
        location = /fallback {{
            internal;
            set $lockkeeper_message $upstream_http_ngrok_aig_error_message;
            proxy_set_header X-Message $lockkeeper_message;
            {leave_out}
            proxy_pass http://127.0.0.1:{backup.port};
        }}"""
    site = start(start_machine, raw, location, "/fallback?why=error")
    backup.requests.clear()
    response = site.chat("nowhere:m")
    assert response.json() == {"from": "backup"}
    seen = backup.requests[0]
    assert (seen.method, seen.target) == ("GET", "/fallback?why=error")
    assert bool(seen.body) == body_arrives
    assert "provider unknown" in unquote(seen.headers["x-message"])
    # Nobody gets there by its address.
    assert site.client.get("/fallback").status_code == 404


def test_a_gateway_without_it_answers_by_itself(start_machine, raw):
    site = start_machine(providers=[{"id": "one", "base_url": raw.base}])
    response = site.chat("nowhere:m")
    assert response.headers["ngrok-error-code"] == "ERR_NGROK_27225"


def test_a_location_that_is_not_there_is_nginx_s_own_error(start_machine, raw):
    site = start(start_machine, raw, "")
    assert site.chat("nowhere:m").status_code == 500
