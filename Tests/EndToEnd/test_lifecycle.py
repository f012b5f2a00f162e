"""Workers that die, gateways that are told to stop: who notices, and for how long."""

import concurrent.futures
import json
import os
import re
import signal
import time

import httpx
import pytest

from load import Load, Stream
from machine import children_of, is_alive, until


def kill_worker(site):
    """kill -9, then waits for the successor; gives both ids."""
    old = site.worker_pid()
    os.kill(old, signal.SIGKILL)
    new = until("a successor", lambda: site.worker_pid() not in (None, old) and site.worker_pid())
    return old, new


def test_a_killed_worker_costs_only_the_requests_in_its_hands(start_machine):
    site = start_machine()
    connections = 32
    load = Load(site, seconds=6, rate=0, connections=connections,
                model="openai:sim-fast+delay=50ms")
    until("load is on", lambda: len(site.simulator_requests()) > 200, seconds=10)
    kill_worker(site)
    result = load.result()
    assert result["connect"] == 0
    assert 0 < result["status"] + result["read"] <= connections
    assert result["requests"] > 1000
    # nginx never found the door closed.
    assert "Connection refused" not in site.log("nginx")
    assert "no live upstreams" not in site.log("nginx")
    assert site.chat().is_success


def test_a_request_in_flight_gets_a_502_as_json(start_machine):
    site = start_machine()
    site.token
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        future = pool.submit(site.chat, "openai:sim-fast+delay=1m")
        until("it is upstream", site.simulator_requests)
        kill_worker(site)
        response = future.result()
    assert response.status_code == 502
    assert response.json()["error"]["code"] == "gateway_unavailable"
    assert re.fullmatch(r"rq_[0-9a-f]{32}", response.headers["ngrok-aig-request-id"])


def test_requests_wait_while_there_is_no_worker(start_machine):
    """The supervisor is stopped, so that nobody replaces the worker for a while."""
    site = start_machine()
    site.token
    old = site.worker_pid()
    os.kill(site.supervisor_pid, signal.SIGSTOP)
    os.kill(old, signal.SIGKILL)
    until("the worker is gone", lambda: not is_alive(old))
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        futures = [pool.submit(site.chat) for _ in range(20)]
        done, waiting = concurrent.futures.wait(futures, timeout=1)
        os.kill(site.supervisor_pid, signal.SIGCONT)
        # Connections that nginx had kept open died with the worker; all others were queued.
        responses = [future.result() for future in futures]
    assert len(waiting) >= 15
    assert [response.status_code for response in responses].count(200) >= 15
    assert {response.status_code for response in responses} <= {200, 502}


def test_worker_after_worker_is_replaced(start_machine):
    site = start_machine()
    seen = {site.worker_pid()}
    for _ in range(4):
        _, new = kill_worker(site)
        seen.add(new)
        until("it serves", site.is_ready, seconds=15)
        assert site.chat().is_success
    assert len(seen) == 5


def terminate(site):
    """SIGTERM; gives a function that waits for the exit code and the time it took."""
    began = time.monotonic()
    gateway = site.processes["gateway"]
    gateway.send_signal(signal.SIGTERM)

    def wait():
        return gateway.wait(20), time.monotonic() - began
    return wait


def test_sigterm_lets_streams_finish_and_takes_nothing_new(start_machine):
    site = start_machine(settings={"drain_timeout": "15s"})
    site.token
    stream = Stream(site, "openai:sim-fast+events=40+interval=50ms")
    site.forget_requests()
    wait = terminate(site)
    code, seconds = wait()
    stream.join(5)
    assert (code, stream.error) == (0, None)
    assert stream.content.endswith(b"data: [DONE]\n\n")
    assert stream.content.count(b'"content"') >= 40
    assert seconds < 10
    response = site.chat()
    assert response.status_code == 502
    assert response.json()["error"]["code"] == "gateway_unavailable"
    assert site.simulator_requests() == []


def test_a_new_request_during_the_drain_goes_to_nobody(start_machine):
    site = start_machine(settings={"drain_timeout": "15s"})
    site.token
    stream = Stream(site, "openai:sim-fast+events=40+interval=50ms")
    site.forget_requests()
    wait = terminate(site)
    # Idle connections that nginx keeps may each serve one more request; a new one may not.
    answers = []
    while site.processes["gateway"].poll() is None and len(answers) < 50:
        answers.append(site.chat().status_code)
        if 502 in answers or 503 in answers:
            break
    code, _ = wait()
    stream.join(5)
    assert stream.error is None and stream.content.endswith(b"data: [DONE]\n\n")
    assert code == 0
    assert answers[-1] in (502, 503)
    assert len(site.simulator_requests()) == answers.count(200) <= 4


def test_sigterm_ends_by_the_drain_timeout(start_machine):
    site = start_machine(settings={"drain_timeout": "2s"})
    site.token
    worker = site.worker_pid()
    stream = Stream(site, "openai:sim-fast+events=100000+interval=50ms")
    code, seconds = terminate(site)()
    assert code == 0
    assert 1.5 < seconds < 4
    assert not is_alive(worker)
    stream.join(5)
    assert b"[DONE]" not in stream.content
    assert isinstance(stream.error, httpx.RemoteProtocolError)
    until("the provider is let go", lambda: [
        request for request in site.simulator_requests() if request["aborted"]])


def test_an_idle_gateway_ends_at_once(start_machine):
    site = start_machine()
    site.chat()
    workers = children_of(site.supervisor_pid)
    code, seconds = terminate(site)()
    assert (code, seconds < 2) == (0, True)
    assert not any(is_alive(pid) for pid in workers)
    assert not site.socket_path.exists()


def test_a_killed_supervisor_takes_its_worker_along_and_can_be_started_again(start_machine):
    site = start_machine()
    worker = site.worker_pid()
    site.processes["gateway"].kill()
    site.processes["gateway"].wait(5)
    until("the worker is gone", lambda: not is_alive(worker), seconds=10)
    site.start_gateway()
    until("it serves", site.is_ready)
    assert site.chat().is_success


def test_status_tells_of_the_worker_and_the_last_reload(start_machine):
    site = start_machine()
    site.chat()
    status = site.status()
    assert str(site.worker_pid()) in json.dumps(status)
    assert status["last_reload"]["result"] == "done"
    site.processes["gateway"].terminate()
    site.processes["gateway"].wait(10)
    assert site.cli("status", check=False).returncode == 1


def test_logs_are_reopened_on_sigusr1(start_machine):
    site = start_machine()
    site.chat()
    log = site.root / "access.log"
    until("a line is written", lambda: log.exists() and log.read_text())
    log.rename(site.root / "access.1.log")
    os.kill(site.supervisor_pid, signal.SIGUSR1)
    until("the file is made again", log.exists)
    site.chat()
    until("a line is written into it", log.read_text)


def test_a_store_that_can_not_be_read_at_the_start_is_a_503_until_it_is_mended(start_machine):
    site = start_machine()
    token = site.token
    site.processes["gateway"].terminate()
    site.processes["gateway"].wait(10)
    store = site.state / "store.jsonl"
    intact = store.read_bytes()
    store.write_bytes(b"broken\n" + intact)
    site.start_gateway()
    response = until("it answers", lambda: (
        answer if (answer := site.chat()).status_code != 502 else None))
    assert (response.status_code, response.headers["ngrok-error-code"]) == (503, "ERR_NGROK_27009")
    assert site.client.get("/readyz").status_code == 503
    until("the log names the line", lambda: "store.jsonl:1" in site.log("gateway"))
    store.write_bytes(intact)
    os.kill(site.supervisor_pid, signal.SIGHUP)
    until("it serves again", lambda: site.chat(token=token).is_success)


@pytest.mark.parametrize("content", ["", "listen: [", "listn: unix:/tmp/x.sock\n"])
def test_a_bad_configuration_does_not_start(start_machine, content):
    site = start_machine()
    site.processes["gateway"].terminate()
    site.processes["gateway"].wait(10)
    config = site.config_path.read_text()
    site.config_path.write_text(content)
    done = site.cli("serve", check=False)
    assert done.returncode == 1
    assert "gateway.yaml" in done.stderr
    site.config_path.write_text(config)
    assert site.cli("check").returncode == 0
