"""Keys change while requests run; the store is torn, fought over, and the disk full."""

import concurrent.futures
import fcntl
import json
import os
import re
import signal
import subprocess

import pytest

import tokens
from load import Load
from machine import until

MANY = 100_000


def grow_store(site, count):
    """Appends `count` keys made after the pattern of a real one; gives some of their tokens."""
    store = site.state / "store.jsonl"
    record = json.loads(store.read_text().splitlines()[-1])
    assert record["hash"] == tokens.sha256(site.tokens[-1])
    made = []
    with open(store, "a") as file:
        for number in range(count):
            token = tokens.token()
            record.update(
                seq=record["seq"] + 1, id=f"aigk_{number:024d}", handle=token.split("-")[1],
                hash=tokens.sha256(token), keyRedacted=token[:10] + "***" + token[-4:])
            file.write(json.dumps(record, separators=(",", ":")) + "\n")
            if number % (count // 10) == 0:
                made.append(token)
    return made


def accepts(site, token):
    response = site.chat(token=token)
    assert response.status_code in (200, 401), response.text
    return response.status_code == 200


@pytest.mark.timeout(300)
@pytest.mark.unsanitized
def test_a_hundred_thousand_keys_reload_twenty_times_under_load(start_machine):
    site = start_machine()
    assert accepts(site, site.token)
    some = grow_store(site, MANY)
    site.cli("reload")
    assert all(accepts(site, token) for token in some)
    load = Load(site, seconds=200, rate=500, connections=50)
    doomed = []
    for round in range(20):
        made = site.create_key("--name", f"round {round}")
        assert accepts(site, made["token"])
        os.kill(site.supervisor_pid, signal.SIGHUP)
        doomed.append(made)
        if round % 2:
            for record in doomed:
                site.cli("keys", "delete", record["id"])
                assert not accepts(site, record["token"])
            doomed = []
    assert load.is_running, "the load ended before the reloads"
    result = load.stop()
    failed = {name: result[name] for name in ("status", "connect", "read", "write", "timeout")}
    assert not any(failed.values()), failed
    rate = result["requests"] / (result["microseconds"] / 1e6)
    assert rate > 400, f"only {rate:.0f} requests a second"
    assert all(accepts(site, token) for token in some)


@pytest.fixture(scope="module")
def site(start_shared_machine):
    return start_shared_machine()


def test_a_key_works_as_soon_as_create_returns_and_stops_when_delete_does(site):
    for _ in range(5):
        made = site.create_key()
        assert accepts(site, made["token"])
        site.cli("keys", "delete", made["id"])
        assert not accepts(site, made["token"])


def test_a_line_written_by_hand_counts_after_sighup(site):
    """SIGHUP alone, without the command line, as after a restored backup."""
    site.create_key("--name", "pattern")
    token = grow_store(site, 10)[0]
    os.kill(site.supervisor_pid, signal.SIGHUP)
    until("the new key is accepted", lambda: accepts(site, token), seconds=5)


def test_a_broken_line_is_refused_with_file_line_and_reason(start_machine):
    site = start_machine()
    good = site.token
    doomed = site.create_key()
    store = site.state / "store.jsonl"
    lines = len(store.read_text().splitlines())
    intact = store.read_bytes()
    with open(store, "a") as file:
        file.write('{"this is": broken\n')
    reload = site.cli("reload", check=False)
    assert reload.returncode == 1
    assert f"store.jsonl:{lines + 1}" in reload.stderr
    assert f"store.jsonl:{lines + 1}" in json.dumps(site.status())
    until("the log says so", lambda: "store.jsonl" in site.log("gateway"))
    # A revocation that did not take effect is never reported as done.
    refused = site.cli("keys", "delete", doomed["id"], check=False)
    assert refused.returncode == 1
    assert f"{lines + 1}" in refused.stderr
    assert accepts(site, good)
    assert accepts(site, doomed["token"])
    # The operator takes the line out: everything goes on, the deletion included or repeated.
    kept = [line for line in store.read_bytes().splitlines(True) if b"this is" not in line]
    assert b"".join(kept)[:len(intact)] == intact
    store.write_bytes(b"".join(kept))
    site.cli("reload")
    site.cli("keys", "delete", doomed["id"], check=False)
    assert not accepts(site, doomed["token"])
    assert accepts(site, good)


def test_a_broken_configuration_is_refused_and_the_old_one_stays(site):
    config = site.config_path.read_text()
    site.config_path.write_text(config.replace('"drain_timeout"', '"drain_timeuot"'))
    reload = site.cli("reload", check=False)
    site.config_path.write_text(config)
    assert reload.returncode == 1
    assert "drain_timeuot" in reload.stderr
    assert "drain_timeout" in reload.stderr
    assert accepts(site, site.token)
    site.cli("reload")


def test_status_tells_of_a_broken_configuration(site):
    """At night the file is wrong already: what serves and why the reload was refused is wanted."""
    config = site.config_path.read_text()
    site.config_path.write_text(config.replace('"drain_timeout"', '"drain_timeuot"'))
    try:
        os.kill(site.supervisor_pid, signal.SIGHUP)
        until("the refusal is told", lambda: "drain_timeuot" in site.cli("status").stdout)
        assert re.search(r"^last reload +refused: .*drain_timeuot", site.cli("status").stdout, re.M)
    finally:
        site.config_path.write_text(config)
        site.cli("reload")
    site.config_path.write_text("state: [\n")
    broken = site.cli("status", check=False)
    site.config_path.write_text(config)
    assert broken.returncode == 1
    assert "gateway.yaml" in broken.stderr


@pytest.mark.parametrize("is_running", [True, False])
def test_a_torn_tail_is_not_read_and_the_next_writer_removes_it(start_machine, is_running):
    site = start_machine()
    token = site.token
    store = site.state / "store.jsonl"
    with open(store, "a") as file:
        file.write('{"torn')
    if is_running:
        os.kill(site.supervisor_pid, signal.SIGHUP)
        assert accepts(site, token)
    else:
        site.processes["gateway"].terminate()
        site.processes["gateway"].wait(10)
    done = site.cli("keys", "create", "--json")
    made = json.loads(done.stdout)
    site.tokens.append(made["token"])
    note = "a torn line of 6 bytes at the store's end was cut off"
    if is_running:
        until("the operator is told", lambda: note in site.log("gateway"))
    else:
        assert f"note: {note}" in done.stderr
        site.start_gateway()
        until("the gateway is back", site.is_ready)
    assert accepts(site, made["token"])
    assert '{"torn' not in store.read_text()
    for line in store.read_text().splitlines():
        json.loads(line)


@pytest.mark.parametrize("is_running", [True, False])
def test_writers_at_once_lose_no_key(start_machine, is_running):
    site = start_machine()
    site.token
    if not is_running:
        site.processes["gateway"].terminate()
        site.processes["gateway"].wait(10)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda number: site.create_key("--name", f"key {number}"), range(40)))
    assert len({record["id"] for record in made}) == 40
    if not is_running:
        site.start_gateway()
        until("the gateway is back", site.is_ready)
    assert all(accepts(site, record["token"]) for record in made)


def test_a_compaction_under_a_waiting_writer_loses_nothing(start_machine):
    """Both wait for the lock; whichever comes second must not write into the old file."""
    site = start_machine()
    kept = site.create_key("--name", "kept")
    site.processes["gateway"].terminate()
    site.processes["gateway"].wait(10)
    store = site.state / "store.jsonl"
    for _ in range(3):
        doomed = [site.create_key() for _ in range(8)]
        inode = os.stat(store).st_ino
        for record in doomed[:-1]:
            site.cli("keys", "delete", record["id"])
        with open(site.state / "store.lock", "a") as lock:
            release = hold(lock)
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                waiting = [pool.submit(site.create_key) for _ in range(4)]
                deletion = pool.submit(site.cli, "keys", "delete", doomed[-1]["id"])
                until("they wait for the lock", lambda: waiters(site) == 5, seconds=10)
                release()
                made = [future.result() for future in waiting]
                deletion.result()
    assert os.stat(store).st_ino != inode or len(store.read_text().splitlines()) < 60, \
        "nothing was compacted: this proved nothing"
    site.start_gateway()
    until("the gateway is back", site.is_ready)
    assert accepts(site, kept["token"])
    assert all(accepts(site, record["token"]) for record in made)
    assert not any(accepts(site, record["token"]) for record in doomed)


def hold(file):
    """Takes the lock in both of Linux's ways, since they don't see each other."""
    fcntl.flock(file, fcntl.LOCK_EX)
    fcntl.lockf(file, fcntl.LOCK_EX)

    def release():
        fcntl.lockf(file, fcntl.LOCK_UN)
        fcntl.flock(file, fcntl.LOCK_UN)
    return release


def waiters(site):
    """How many command lines of this site exist."""
    found = subprocess.run(["pgrep", "-fc", f"lockkeeper keys.*{site.config_path}"],
                           capture_output=True, text=True)
    return int(found.stdout)


@pytest.fixture
def small_disk(start_machine):
    """A state folder of one megabyte, of which the ledger takes a fifth."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    site = start_machine()
    site.processes["gateway"].terminate()
    site.processes["gateway"].wait(10)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "none", site.state],
                             capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"can't mount here: {mounted.stderr}")
    try:
        site.start_gateway()
        until("the gateway is back", site.is_ready)
        yield site
        site.processes["gateway"].terminate()
        site.processes["gateway"].wait(10)
    finally:
        # The folder stays busy until the last of its users has gone.
        subprocess.run(["umount", "--lazy", site.state], check=True)


@pytest.mark.parametrize("is_running", [True, False])
def test_a_full_disk_loses_no_acknowledged_key(small_disk, is_running):
    site = small_disk
    first = site.create_key()
    if not is_running:
        site.processes["gateway"].terminate()
        site.processes["gateway"].wait(10)
    filler = site.state / "filler"
    with open(filler, "wb", buffering=0) as file, pytest.raises(OSError):
        while True:
            file.write(b"x" * 4096)
    made, refused = [], 0
    while refused < 3:
        done = site.cli("keys", "create", "--json", "--description", "d" * 200, check=False)
        if done.returncode == 0:
            made.append(json.loads(done.stdout)["token"])
        else:
            refused += 1
            assert done.returncode == 1
            assert "space" in done.stderr
    store = site.state / "store.jsonl"
    assert store.read_bytes().endswith(b"\n")
    filler.unlink()
    last = site.create_key()
    if not is_running:
        site.start_gateway()
        until("the gateway is back", site.is_ready)
    for token in [first["token"], *made, last["token"]]:
        assert accepts(site, token)
    for line in store.read_text().splitlines():
        json.loads(line)
