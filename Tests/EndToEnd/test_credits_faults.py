"""The ledger's disk is full, its file read-only, locked or broken: what an operator's key would pay
waits outside, an account's own key goes on, and nothing that was told is lost."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import threading
import time
from pathlib import Path

import pytest

from books import (
    Reply, all_sold, ask, audit, balance, events, gate, grant, open_holds, post, question, rows)
from machine import BIN, children_of, is_alive, until

OWN_KEY = "sk-own-0123456789abcdef0123456789"
MODELS = ("sim", "sim+gate=1", "sim+gate=1+events=3")


def start(start_machine, state=None, amount="5.00"):
    """A site where the account pays Anthropic itself and the operator OpenAI."""
    settings = {"credits": {"mode": "prepaid"}}
    if state:
        settings["state"] = str(state)
    site = start_machine(providers=all_sold(*MODELS), settings=settings)
    site.cli("provider-keys", "add", "--provider", "anthropic", "--name", "own",
             input=OWN_KEY + "\n")
    grant(site, amount, category="purchase")
    assert managed(site) == 200
    return site


def managed(site):
    return site.chat("openai:sim", max_tokens=50).status_code


def own(site):
    return site.client.post(
        "/v1/messages", headers=site.headers(),
        json={"model": "anthropic:sim", "max_tokens": 50,
              "messages": [{"role": "user", "content": "hi"}]}).status_code


def troubles(site):
    return [line for line in site.log("gateway").splitlines() if "ledger can't be used" in line]


def check_trouble(site, times=1):
    """Managed requests are refused, own keys are served, and the log says it once."""
    # What was admitted before that waits for its end: nobody is to wait here.
    until("it is told", lambda: len(troubles(site)) >= times, seconds=20)
    until("managed requests are refused", lambda: managed(site) == 503)
    refusal = site.chat("openai:sim", max_tokens=50)
    assert refusal.status_code == 503
    assert refusal.json()["error"]["code"].startswith("ERR_NGROK")
    for _ in range(20):
        assert managed(site) == 503
        assert own(site) == 200
    assert len(troubles(site)) == times, troubles(site)


def check_recovery(site, pid):
    until("managed requests are served", lambda: managed(site) == 200)
    assert site.worker_pid() == pid
    until("nothing is held", lambda: open_holds(site) == 0)
    found = audit(site)
    sums = rows(site, "SELECT sum(cost) FROM usage_events")[0][0]
    assert rows(site, "SELECT sum(amount) FROM spendings WHERE kind = 'settlement'")[0][0] == sums
    return found


class Waiting(threading.Thread):
    """Requests that wait at the gate of the simulator while something happens."""

    def __init__(self, site, requests, at_gate=True):
        super().__init__(daemon=True)
        self.site, self.requests = site, requests
        self.replies = [Reply() for _ in requests]
        if not at_gate:
            return self.start()
        gate(site, "DELETE")
        self.start()
        until("they wait", lambda: gate(site)["waiting"] == len(requests))

    def run(self):
        async def all():
            await asyncio.gather(*(ask(self.site, request, reply) for request, reply in zip(
                self.requests, self.replies)))
        asyncio.run(all())


def provoke(site):
    """Uses up what room the journal has left; the last request waits for better times."""
    for _ in range(500):
        last = Waiting(site, [post(site, *question("chat", "sim", cap=50))], at_gate=False)
        until("it is served, or waits", lambda: not last.is_alive() or troubles(site))
        if troubles(site):
            return last
    raise AssertionError("there is room without end")


def two(site):
    return Waiting(site, [
        post(site, *question("chat", "sim+gate=1", cap=50)),
        post(site, *question("chat", "sim+gate=1+events=3", stream=True, cap=50))])


def check_waiting(site, waiting):
    """They were answered meanwhile: each saw its end once its cost was written."""
    waiting.join(30)
    assert not waiting.is_alive()
    for reply in waiting.replies:
        assert reply.status == 200 and reply.saw_end, reply
        event, = events(site, reply.request_id)
        assert event["cost"] > 0


def test_locked_by_another_process(start_machine):
    site = start(start_machine)
    pid = site.worker_pid()
    waiting = two(site)
    other = sqlite3.connect(f"{site.state}/ledger.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        gate(site, "POST")
        check_trouble(site)
        # Nobody sees an end that is not written.
        assert not any(reply.saw_end for reply in waiting.replies)
    finally:
        other.execute("ROLLBACK")
        other.close()
    check_recovery(site, pid)
    check_waiting(site, waiting)
    audit(site)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of two megabytes, in memory."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", folder],
                          capture_output=True)
    if done.returncode != 0:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(folder):
    """Writes until not one more byte fits."""
    path = folder / "filler"
    with open(path, "wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                pass
    return path


def test_the_disk_is_full(start_machine, small_disk):
    state = small_disk / "state"
    state.mkdir()
    site = start(start_machine, state)
    pid = site.worker_pid()
    waiting = two(site)
    filler = fill(small_disk)
    gate(site, "POST")
    last = provoke(site)
    check_trouble(site)
    filler.unlink()
    check_recovery(site, pid)
    check_waiting(site, waiting)
    last.join(30)
    # Unless it was refused, as the trouble was known by then.
    if last.replies[0].status != 503:
        check_waiting(site, last)
    audit(site)


def unprivileged(site):
    """Root may write everything; without that right a mode counts for root as well."""
    if os.geteuid() != 0:
        return
    if not shutil.which("setpriv"):
        pytest.skip("root can't give up its rights here")
    site.program.unlink()
    rights = "-dac_override,-dac_read_search"
    site.program.write_text(f"#!/bin/sh\nexec setpriv --inh-caps={rights} "
                            f'--bounding-set={rights} {BIN}/lockkeeper "$@"\n')
    site.program.chmod(0o755)


def stop_gateway(site):
    gateway = site.processes["gateway"]
    gateway.terminate()
    gateway.wait(20)


def restart(site):
    site.start_gateway()
    until("own keys are served", lambda: own(site) == 200, seconds=20)


def test_a_file_that_may_only_be_read(start_machine):
    site = start(start_machine)
    before = balance(site)
    stop_gateway(site)
    unprivileged(site)
    ledger = Path(f"{site.state}/ledger.sqlite")
    ledger.chmod(0o400)
    restart(site)
    check_trouble(site)
    pid = site.worker_pid()
    for file in Path(site.state).glob("ledger.sqlite*"):
        # What SQLite keeps beside it has its mode.
        file.chmod(0o600)
    check_recovery(site, pid)
    assert balance(site) < before
    audit(site)


def test_a_broken_page(start_machine):
    site = start(start_machine)
    before = balance(site)
    stop_gateway(site)
    ledger = Path(f"{site.state}/ledger.sqlite")
    intact = ledger.read_bytes()
    # The second page begins the tables.
    ledger.write_bytes(intact[:4096] + os.urandom(4096) + intact[8192:])
    restart(site)
    check_trouble(site)
    ledger.write_bytes(intact)
    for name in ("-wal", "-shm"):
        Path(f"{ledger}{name}").unlink(missing_ok=True)
    site.cli("reload")
    until("managed requests are served", lambda: managed(site) == 200)
    assert balance(site) < before
    audit(site)


def test_a_worker_that_can_not_write_ends_all_the_same(start_machine):
    """And what it could not write is settled by rule when the next one can."""
    site = start(start_machine)
    waiting = two(site)
    other = sqlite3.connect(f"{site.state}/ledger.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    gate(site, "POST")
    check_trouble(site)
    began = time.monotonic()
    gateway = site.processes["gateway"]
    workers = [pid for pid in children_of(gateway.pid) if is_alive(pid)]
    gateway.terminate()
    gateway.wait(20)
    assert time.monotonic() - began < 15
    assert not any(map(is_alive, workers))
    other.execute("ROLLBACK")
    other.close()
    waiting.join(10)
    # Their clients saw no end.
    assert not any(reply.status == 200 and reply.saw_end for reply in waiting.replies)
    restart(site)
    until("managed requests are served", lambda: managed(site) == 200)
    until("nothing is held", lambda: open_holds(site) == 0)
    audit(site)
