"""Changes over the API: in force when they are answered, whoever else writes, on every worker.

LOCKKEEPER_API_SECONDS is how long fifty writers write.
"""

import concurrent.futures
import json
import os
import random
import signal
import time

import httpx
import pytest

from machine import until

WRITERS = 50
SECONDS = float(os.environ.get("LOCKKEEPER_API_SECONDS", "10"))


def write_for(site, token, deadline, number):
    """Makes, changes and deletes keys of its own: those that it expects to be there."""
    mine, tokens, conflicts = {}, {}, 0
    dice = random.Random(number)

    def status(uri):
        """What a gateway says to the key, on a connection of its own: any loop may have it."""
        answer = httpx.get(site.base + "/v1/models", headers=site.headers(tokens[uri]), timeout=30,
                           trust_env=False)
        return answer.status_code

    with site.api(token) as api:
        while time.monotonic() < deadline:
            act = dice.randrange(4)
            if act < 2 or not mine:
                answer = api.post("/access-keys", json={"name": f"w{number}"})
                assert answer.status_code == 201, answer.text
                uri = answer.json()["uri"]
                mine[uri] = (answer.json()["name"], answer.headers["ETag"])
                tokens[uri] = answer.json()["token"]
                assert status(uri) == 200
            elif act == 2:
                uri = dice.choice(list(mine))
                name = f"w{number} {dice.random()}"
                answer = api.patch(uri, json={"name": name}, headers={"If-Match": mine[uri][1]})
                assert answer.status_code == 200, answer.text
                stale = api.patch(uri, json={"name": "lost"}, headers={"If-Match": mine[uri][1]})
                assert stale.status_code == 412
                conflicts += 1
                mine[uri] = (name, answer.headers["ETag"])
            else:
                uri = dice.choice(list(mine))
                assert api.delete(uri).status_code == 204
                assert status(uri) == 401
                del mine[uri]
                assert api.get(uri).status_code == 404
    return mine, conflicts


@pytest.mark.timeout(120 + 3 * SECONDS)
def test_fifty_writers_lose_nothing_while_it_reloads(start_machine):
    site = start_machine()
    token = site.management_key()["token"]
    deadline = time.monotonic() + SECONDS
    with concurrent.futures.ThreadPoolExecutor(WRITERS) as pool:
        running = [pool.submit(write_for, site, token, deadline, n) for n in range(WRITERS)]
        # A pace, not a wait: it reloads all the while.
        while time.monotonic() < deadline:
            os.kill(site.supervisor_pid, signal.SIGHUP)
            assert site.chat().status_code == 200
            time.sleep(1)
        results = [future.result() for future in running]
    expected = {uri: name for mine, _ in results for uri, (name, _) in mine.items()}
    assert len(expected) > WRITERS and sum(conflicts for _, conflicts in results) > 0
    seen = {}
    with site.api(token) as api:
        uri = "/access-keys?search=w"
        while uri:
            page = api.get(uri).json()
            for key in page["aiGatewayAccessKeys"]:
                assert key["uri"] not in seen, "a key is listed twice"
                seen[key["uri"]] = key["name"]
            uri = page["nextPageUri"]
    assert {uri: seen.get(uri) for uri in expected} == expected
    lines = [json.loads(line) for line in (site.state / "store.jsonl").read_text().splitlines()]
    numbers = [line["seq"] for line in lines]
    assert numbers == sorted(set(numbers)), "a line was lost or doubled"
    status = site.status()
    assert status["last_reload"]["result"] == "done"
    assert status["generation"] == numbers[-1]


def test_a_change_reaches_a_worker_that_drains(start_machine):
    site = start_machine(settings={"drain_timeout": "60s"})
    made = site.create_key()
    with site.api() as api:
        with site.stream(model="openai:sim+events=300+interval=20ms",
                         token=made["token"]) as stream:
            first = next(stream.iter_bytes())
            assert first
            old = site.worker_pid()
            os.kill(site.supervisor_pid, signal.SIGUSR2)
            until("a new worker serves",
                  lambda: len(site.status().get("other_workers", [])) == 1, seconds=20)
            assert site.status()["pid"] != old
            assert api.delete(f"/access-keys/{made['id']}").status_code == 204
            generations = [site.status()["generation"]]
            generations += [other["generation"] for other in site.status()["other_workers"]]
            assert len(set(generations)) == 1
            assert site.chat(token=made["token"]).status_code == 401


def test_a_change_that_cannot_be_taken_over_says_so(start_machine):
    site = start_machine()
    with site.api() as api:
        made = api.post("/access-keys", json={}).json()
        site.tokens.append(made["token"])
        store = site.state / "store.jsonl"
        with open(store, "a") as file:
            file.write("no JSON\n")
        answer = api.patch(made["uri"], json={"name": "x"})
        assert answer.status_code == 500
        assert answer.json()["errorCode"] == "ERR_NGROK_27613"
        assert "store.jsonl:" in answer.json()["msg"]


def test_a_broken_gateway_yaml_keeps_no_key_alive(start_machine):
    """A revocation reads the store alone."""
    site = start_machine()
    with site.api() as api:
        made = api.post("/access-keys", json={}).json()
        site.tokens.append(made["token"])
        good = site.config_path.read_text()
        site.config_path.write_text("colour: red\n")
        site.processes["gateway"].send_signal(signal.SIGHUP)
        until("the reload is refused", lambda: "reload refused" in site.log("gateway"))
        assert api.delete(made["uri"]).status_code == 204
        assert site.chat(token=made["token"]).status_code == 401
        site.config_path.write_text(good)
        assert site.status()["last_reload"]["result"] == "refused"
        site.cli("reload")
        assert site.status()["last_reload"]["result"] == "done"


def test_more_requests_than_it_takes_are_told_to_wait(start_machine):
    site = start_machine(settings={"loops": 1})
    token = site.management_key()["token"]
    body = b"{}" + b" " * 50_000
    with concurrent.futures.ThreadPoolExecutor(100) as pool:
        def post(_):
            with site.api(token) as api:
                return api.post("/access-keys", content=body,
                                headers={"Content-Type": "application/json"})
        answers = list(pool.map(post, range(100)))
    statuses = {answer.status_code for answer in answers}
    assert statuses <= {201, 503} and 201 in statuses
    for answer in answers:
        if answer.status_code == 503:
            assert answer.headers["Retry-After"] == "1"


@pytest.mark.parametrize("path", ["/access-keys?search=" + "x" * 6000, "/" + "a/" * 3000,
                                  "/access-keys/" + "%41" * 2000, "/\xff\xfe"])
def test_hostile_paths_are_answered(site, path):
    key = site.management_key()
    answer = httpx.get(site.api_base + path, trust_env=False,
                       headers={"Authorization": f"Bearer {key['token']}"})
    assert answer.status_code in (200, 400, 404)
