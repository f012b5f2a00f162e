"""Hand-overs: another program takes the place of the one that serves, and nobody notices.

With LOCKKEEPER_HANDOVER=full the load is what the project promises: 100,000 requests, streams of
20 s, 50 reloads. It takes about two minutes.
"""

import json
import os
import shutil
import signal
import time

import pytest

from load import Load, Stream
from machine import BIN, children_of, is_alive, until
from upstream import RawUpstream, answer, send

FULL = os.environ.get("LOCKKEEPER_HANDOVER") == "full"
REQUESTS = 100_000 if FULL else 4000
STREAM_SECONDS = 20 if FULL else 4
RELOADS = 50 if FULL else 10


def workers(site):
    return [pid for pid in children_of(site.supervisor_pid) if is_alive(pid)]


def replace_program(site, content=None, mode=0o755):
    """Puts a script, or a fresh copy of the program, in the place of the one that runs."""
    fresh = site.root / "bin" / "fresh"
    if content is None:
        shutil.copy(BIN / "lockkeeper", fresh)
    else:
        fresh.write_text(content)
    fresh.chmod(mode)
    fresh.replace(site.program)


def signal_handover(site):
    os.kill(site.supervisor_pid, signal.SIGUSR2)


def outcome(site, before):
    """The last hand-over's result, once it is another than before."""
    return until("the hand-over ends", lambda: (
        now if (now := site.status()["last_handover"]) != before else None), seconds=20, pause=0.05)


def hand_over(site):
    """Hands over and gives the ids of the old worker and the new."""
    before = site.status()
    signal_handover(site)
    result = outcome(site, before["last_handover"])
    assert result["result"] == "done", result
    return before["pid"], site.status()["pid"]


def slow_stream(site, seconds=STREAM_SECONDS):
    return Stream(site, f"openai:sim-fast+events={seconds * 20}+interval=50ms")


def check_stream(stream, seconds=STREAM_SECONDS):
    stream.join(seconds + 15)
    assert stream.error is None
    assert stream.content.endswith(b"data: [DONE]\n\n")
    assert stream.content.count(b'"content"') >= seconds * 20


def line_count(path):
    with open(path, "rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))


@pytest.mark.timeout(300)
def test_three_handovers_and_many_reloads_lose_no_request(start_machine):
    site = start_machine(settings={"drain_timeout": "2m"})
    site.token
    load = Load(site, seconds=280, rate=0, connections=64)
    streams, seen = [], {site.worker_pid()}
    for round in range(3):
        streams += [slow_stream(site) for _ in range(8)]
        replace_program(site)
        _, new = hand_over(site)
        running, placed = os.stat(f"/proc/{new}/exe"), site.program.stat()
        assert running.st_ino == placed.st_ino
        seen.add(new)
        for number in range(RELOADS // 3 + (round < RELOADS % 3)):
            if number % 2:
                site.cli("reload")
            else:
                os.kill(site.supervisor_pid, signal.SIGHUP)
    for stream in streams:
        check_stream(stream)
    until("there were enough requests", lambda: line_count(site.root / "access.log") >= REQUESTS,
          seconds=240, pause=0.2)
    assert load.is_running
    result = load.stop()
    failed = {name: result[name] for name in ("status", "connect", "read", "write", "timeout")}
    assert not any(failed.values()), (failed, site.log("nginx")[-2000:])
    assert len(seen) == 4
    # Not even one that nginx tried elsewhere.
    for line in site.log("nginx").splitlines():
        assert "upstream" not in line or "[info]" in line, line
    print(f"{result['requests']} requests, {len(streams)} streams of {STREAM_SECONDS} s, "
          f"p99 {result['p99'] / 1000:.1f} ms")


def test_an_old_worker_ends_when_its_streams_have_and_nginx_let_go(start_machine):
    site = start_machine(settings={"drain_timeout": "1m"}, keepalive="1s")
    site.token
    stream = slow_stream(site, 4)
    old, new = hand_over(site)
    status = site.status()
    assert (status["pid"], status["draining"]) == (new, False)
    other = next(other for other in status["other_workers"] if other["pid"] == old)
    assert (other["draining"], other["active_requests"]) == (True, 1)
    text = site.cli("status").stdout
    assert f"pid {old}" in text and "draining, 1 request" in text and "last hand-over" in text
    check_stream(stream, 4)
    until("the old worker has ended", lambda: workers(site) == [new])
    assert site.status()["other_workers"] == []
    assert "did not end well" not in site.log("gateway")
    assert site.chat().is_success


REAL = BIN / "lockkeeper"
FAILURES = {
    "missing": (None, 0, "No such file"),
    "not executable": ("#!/bin/sh\n", 0o644, "Permission denied"),
    "no program": ("nothing\n", 0o755, "Exec format error"),
    "ends at once": ("#!/bin/sh\nexit 3\n", 0o755, "exit code 3 before it served"),
    "crashes": ("#!/bin/sh\nkill -SEGV $$\n", 0o755, "signal 11 before it served"),
}
if FULL:
    FAILURES["never ready"] = ("#!/bin/sh\nexec sleep 1000\n", 0o755, "not ready after 30")


@pytest.fixture(scope="module")
def failing_site(start_shared_machine):
    return start_shared_machine()


@pytest.mark.parametrize("failure", FAILURES)
def test_a_program_that_can_not_start_leaves_the_old_worker_serving(failing_site, failure):
    site = failing_site
    content, mode, reason = FAILURES[failure]
    before = site.status()
    if content is None:
        site.program.unlink()
    else:
        replace_program(site, content, mode)
    signal_handover(site)
    limit = 40 if failure == "never ready" else 10
    result = until("it was refused", lambda: (
        now if (now := site.status()["last_handover"]) != before["last_handover"]
        and reason in now["reason"] else None), seconds=limit)
    assert result["result"] == "refused"
    assert site.status()["pid"] == before["pid"]
    assert reason in site.cli("status").stdout
    assert site.chat().is_success
    until("the log says so", lambda: any("hand-over refused" in line and reason in line
                                         for line in site.log("gateway").splitlines()))
    until("nothing else runs", lambda: workers(site) == [before["pid"]])


@pytest.mark.parametrize("file", ["gateway.yaml", "state/store.jsonl"])
def test_a_successor_that_can_not_read_its_files_leaves_the_old_worker_serving(
        start_machine, file):
    site = start_machine()
    site.chat()
    before = site.status()
    path = site.root / file
    intact = path.read_bytes()
    path.write_bytes(b"broken\n" + intact)
    signal_handover(site)
    until("it was refused", lambda: "hand-over refused" in site.log("gateway"))
    path.write_bytes(intact)
    status = site.status()
    assert status["pid"] == before["pid"]
    assert path.name in status["last_handover"]["reason"]
    assert site.chat().is_success
    hand_over(site)
    assert site.chat().is_success


def test_workers_take_keys_although_they_can_not_read_the_configuration(start_machine):
    """A change of a key needs the store alone, in every worker."""
    site = start_machine()
    site.token
    record = site.create_key()
    stream = slow_stream(site)
    old, new = hand_over(site)
    intact = site.config_path.read_text()
    site.config_path.write_text(intact.replace("{", '{"later": true,', 1))
    site.config_path = site.root / "readable.yaml"
    site.config_path.write_text(intact)
    assert site.cli("keys", "delete", record["id"]).returncode == 0
    status = site.status()
    other = next(other for other in status["other_workers"] if other["pid"] == old)
    assert other["generation"] == status["generation"]
    assert site.chat(token=record["token"]).status_code == 401
    check_stream(stream)


def test_a_worker_that_dies_after_an_upgrade_is_replaced_by_the_program_at_the_path(start_machine):
    site = start_machine()
    site.chat()
    old = site.worker_pid()
    replace_program(site)
    os.kill(old, signal.SIGKILL)
    new = until("a successor", lambda: next((pid for pid in workers(site) if pid != old), None))
    until("it answers", lambda: site.chat().is_success)
    assert os.stat(f"/proc/{new}/exe").st_ino == site.program.stat().st_ino


def test_a_second_signal_during_a_handover_is_ignored(start_machine):
    site = start_machine()
    site.chat()
    replace_program(site, f'#!/bin/sh\nsleep 1\nexec {REAL} "$@"\n')
    old = site.worker_pid()
    signal_handover(site)
    until("a successor starts", lambda: len(workers(site)) == 2)
    signal_handover(site)
    until("it is ignored", lambda: "SIGUSR2 ignored" in site.log("gateway"))
    until("it is handed over", lambda: site.status()["pid"] != old)
    assert len(workers(site)) == 2
    assert site.chat().is_success


def test_sigterm_during_a_handover_ends_all(start_machine):
    site = start_machine(settings={"drain_timeout": "15s"})
    site.token
    stream = slow_stream(site, 2)
    replace_program(site, "#!/bin/sh\nexec sleep 1000\n")
    signal_handover(site)
    both = until("a successor starts", lambda: len(pids := workers(site)) == 2 and pids)
    began = time.monotonic()
    gateway = site.processes["gateway"]
    gateway.terminate()
    assert gateway.wait(10) == 0
    assert time.monotonic() - began < 5
    assert not any(is_alive(pid) for pid in both)
    check_stream(stream, 2)


@pytest.mark.unsanitized
def test_sigterm_with_old_workers_draining_ends_all(start_machine):
    site = start_machine(settings={"drain_timeout": "15s"})
    site.token
    streams = []
    for _ in range(2):
        streams.append(slow_stream(site, 4))
        hand_over(site)
    assert len(workers(site)) == 3
    gateway = site.processes["gateway"]
    gateway.terminate()
    assert gateway.wait(12) == 0
    for stream in streams:
        check_stream(stream, 4)


def test_a_successor_that_dies_at_its_first_requests_leaves_the_old_worker_serving(start_machine):
    site = start_machine()
    site.chat()
    old = site.worker_pid()
    signal_handover(site)
    new = until("a successor starts", lambda: next(
        (pid for pid in workers(site) if pid != old), None), pause=0.001)
    until("it serves", lambda: any(
        '"worker started"' in line and f'"pid":{new}}}' in line
        for line in site.log("gateway").splitlines()), pause=0.002)
    os.kill(new, signal.SIGKILL)
    result = outcome(site, None)
    assert "signal 9 just after it began to serve" in result["reason"]
    status = site.status()
    assert (status["pid"], status["draining"]) == (old, False)
    for _ in range(5):
        assert site.chat().is_success
    hand_over(site)
    assert site.chat().is_success


def test_an_old_worker_that_dies_costs_only_its_own(start_machine):
    site = start_machine()
    site.token
    stream = slow_stream(site, 10)
    old, new = hand_over(site)
    os.kill(old, signal.SIGKILL)
    until("it is told", lambda: "did not end well" in site.log("gateway"))
    stream.join(5)
    assert b"[DONE]" not in stream.content
    assert workers(site) == [new]
    for _ in range(5):
        assert site.chat().is_success


@pytest.mark.unsanitized
def test_a_revocation_is_in_force_in_old_workers_when_the_command_returns(start_machine):
    site = start_machine()
    site.token
    stream = slow_stream(site)
    old, new = hand_over(site)
    for _ in range(5):
        record = site.create_key()
        assert site.chat(token=record["token"]).is_success
        site.cli("keys", "delete", record["id"])
        status = site.status()
        other = next(other for other in status["other_workers"] if other["pid"] == old)
        assert other["generation"] == status["generation"] > 1
        assert site.chat(token=record["token"]).status_code == 401
    check_stream(stream)


def test_changes_during_handovers_are_in_force_when_the_command_returns(start_machine):
    """The command meets the worker before, during and after it gives control.sock away."""
    site = start_machine(settings={"drain_timeout": "1m"})
    site.token
    for _ in range(3):
        before = site.status()
        signal_handover(site)
        is_done = False
        while not is_done:
            is_done = site.status()["last_handover"] != before["last_handover"]
            record = site.create_key()
            assert site.chat(token=record["token"]).is_success
            site.cli("keys", "delete", record["id"])
            for _ in range(3):
                assert site.chat(token=record["token"]).status_code == 401
        assert site.status()["pid"] != before["pid"]


def test_times_of_use_are_written_by_the_owner_whichever_worker_saw_them(start_machine):
    site = start_machine(settings={"drain_timeout": "1m"}, keepalive="1s")
    first, second = site.create_key(), site.create_key()
    assert site.chat(token=first["token"]).is_success
    file = site.state / "last-used.jsonl"
    assert not file.exists()
    old, new = hand_over(site)
    # The old one wrote before it gave the file away.
    assert [json.loads(line)["id"] for line in file.read_text().splitlines()] == [first["id"]]
    # nginx sends this on a connection that the old one kept, or to the new one.
    assert site.chat(token=second["token"]).is_success
    until("the old worker has ended", lambda: workers(site) == [new])
    site.processes["gateway"].terminate()
    assert site.processes["gateway"].wait(10) == 0
    uses = {json.loads(line)["id"] for line in file.read_text().splitlines()}
    assert uses == {first["id"], second["id"]}


def test_what_cools_down_and_what_fails_is_known_to_the_new_worker(start_machine):
    asked = []

    def play(connection, request):
        asked.append((request.model, request.key))
        body = b"{}"
        status = "200 OK"
        if request.model == "ill":
            status = "500 Internal Server Error"
        if (request.model, request.key) == ("limited", "one"):
            status = "429 Too Many Requests"
        return send(connection, answer(body, status, ["Retry-After: 50"]))

    raw = RawUpstream(default=play)
    try:
        site = start_machine(
            providers=[{"id": "raw", "base_url": raw.base,
                        "api_keys": [{"value": "one"}, {"value": "two"}]},
                       {"id": "other", "base_url": raw.base, "api_keys": [{"value": "three"}]}],
            settings={"drain_timeout": "1m"}, keepalive="1s")
        for _ in range(10):
            assert site.chat("raw:ill", models=["other:well"]).is_success
        assert site.chat("raw:limited").is_success
        old, new = hand_over(site)
        until("the old worker has ended", lambda: workers(site) == [new])
        asked.clear()
        assert site.chat("raw:fine").is_success
        assert asked == [("fine", "two")]
        # The circuit is open: it was a probe, or the other was tried first; never ten of them.
        asked.clear()
        for _ in range(10):
            assert site.chat("raw:ill", models=["other:well"]).is_success
        assert [model for model, _ in asked].count("ill") <= 2
        assert "one" not in [key for _, key in asked]
    finally:
        raw.close()


@pytest.mark.timeout(60)
@pytest.mark.unsanitized
def test_so_many_old_workers_drain_at_once_and_no_more(start_machine):
    site = start_machine(settings={"drain_timeout": "1m"})
    site.token
    streams = []
    for _ in range(4):
        streams.append(slow_stream(site, 8))
        hand_over(site)
    assert len(workers(site)) == 5
    pid = site.status()["pid"]
    signal_handover(site)
    until("it is refused", lambda: "4 workers are draining still" in (
        site.status()["last_handover"].get("reason") or ""))
    assert site.status()["pid"] == pid
    assert site.chat().is_success
    for stream in streams:
        check_stream(stream, 8)
