"""Requests as they end: `lockkeeper tail` and `lockkeeper top`, in a pipe and in a terminal."""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import threading

import pytest

from machine import BIN, until
from test_handover import hand_over, slow_stream


class Watcher:
    """A command that goes on, and what it has printed."""

    def __init__(self, site, *arguments):
        self.process = subprocess.Popen(
            [BIN / "lockkeeper", *arguments, "--config", site.config_path], env=site.environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines, self.notes = [], []
        for stream, into in ((self.process.stdout, self.lines), (self.process.stderr, self.notes)):
            threading.Thread(target=self.read, args=(stream, into), daemon=True).start()

    def read(self, stream, into):
        for line in stream:
            into.append(line)

    def end(self, number=signal.SIGINT):
        self.process.send_signal(number)
        return self.process.wait(10)


@pytest.fixture
def watch():
    watchers = []

    def begin(site, *arguments):
        watcher = Watcher(site, *arguments)
        watchers.append(watcher)
        # What it watches is known to the worker from then on.
        until("it watches", lambda: watches(site) >= len(
            [one for one in watchers if one.process.poll() is None]))
        return watcher
    yield begin
    for watcher in watchers:
        watcher.process.kill()
        watcher.process.wait()


def watches(site):
    return site.status()["watchers"]


def records(watcher):
    return [json.loads(line) for line in list(watcher.lines)]


def logged(site, ids):
    """The lines of the access log of these requests; None as long as one is missing."""
    found = {line["request_id"]: line for line in site.access_lines() if line["request_id"] in ids}
    return found if len(found) == len(ids) else None


def test_each_request_is_shown_as_the_log_has_it(site, watch):
    watcher = watch(site, "tail", "--json")
    answers = [site.chat(), site.chat(token="lk_wrong"), site.chat(model="openai:sim+status=500")]
    with site.stream() as stream:
        list(stream.iter_lines())
        answers.append(stream)
    ids = [answer.headers["ngrok-aig-request-id"] for answer in answers]
    until("all are shown", lambda: len(watcher.lines) == 4)
    assert [record["request_id"] for record in records(watcher)] == ids
    log = until("the log has them", lambda: logged(site, ids))
    assert records(watcher) == [log[one] for one in ids]
    assert watcher.end() == 0
    until("nobody watches", lambda: watches(site) == 0)


def test_only_what_is_asked_for_is_shown(site, watch):
    key = json.loads(site.cli("keys", "create", "--name", "other", "--json").stdout)
    filters = {
        ("--key", "other"): [0, 1], ("--key", key["id"]): [0, 1], ("--model", "fast"): [0, 2],
        ("--status", "2xx"): [0, 2], ("--status", "error"): [1], ("--account", "nobody"): [],
        ("--key", "other", "--status", "200"): [0], ("--account", "default"): [0, 1, 2],
    }
    watchers = {options: watch(site, "tail", "--json", *options) for options in filters}
    answers = [site.chat(token=key["token"]),
               site.chat(model="openai:sim+status=400", token=key["token"]), site.chat()]
    ids = [answer.headers["ngrok-aig-request-id"] for answer in answers]
    until("the last is shown", lambda: len(watchers[("--account", "default")].lines) == 3)
    for options, expected in filters.items():
        found = until("they are shown", lambda: (
            (shown := [record["request_id"] for record in records(watchers[options])])
            == [ids[index] for index in expected]) and shown or not expected)
        assert found


def test_a_line_says_in_words_what_went_on(site, watch):
    watcher = watch(site, "tail")
    site.chat(model="openai:sim-fast", text="a text \x1b[31m")
    site.chat(model="openai:sim+status=500")
    site.chat(model="\x1b[2Jnot-there")
    until("all are shown", lambda: len(watcher.lines) == 3)
    good, bad, unknown = watcher.lines
    assert re.match(r"\d\d:\d\d:\d\d  200  \S+ +openai:sim-fast +<?\d+(\.\d\d)?m?s  ", good)
    assert " in " in good and " out" in good and good.rstrip().split()[-1].startswith("rq_")
    assert "[500] openai:sim+status=500" in bad
    assert "ERR_NGROK_" in unknown and "\x1b" not in "".join(watcher.lines)


def test_wrong_words_are_usage(site):
    for options in (["tail", "--status", "4x"], ["top", "--by", "day"], ["top", "--window", "0"]):
        done = subprocess.run([BIN / "lockkeeper", *options, "--config", site.config_path],
                              env=site.environment, capture_output=True, text=True, timeout=20)
        assert done.returncode == 64, done.stderr


def test_nobody_to_watch_is_said(site, tmp_path):
    config = {**site.config, "state": str(tmp_path), "listen": f"unix:{tmp_path}/s"}
    path = tmp_path / "gateway.yaml"
    path.write_text(json.dumps(config))
    for command in ("tail", "top"):
        done = subprocess.run([BIN / "lockkeeper", command, "--config", path],
                              env=site.environment, capture_output=True, text=True, timeout=20)
        assert (done.returncode, "no worker runs" in done.stderr) == (1, True)


def test_a_reader_that_has_enough_ends_it(site):
    process = subprocess.Popen(
        f"{BIN}/lockkeeper tail --json --config {site.config_path} | head -n 1", shell=True,
        env=site.environment, stdout=subprocess.PIPE, text=True)
    until("it watches", lambda: watches(site) == 1)
    site.chat()
    assert json.loads(process.communicate(timeout=10)[0])["status"] == 200
    until("nobody watches", lambda: watches(site) == 0)


def test_who_does_not_read_loses_lines_and_is_told(start_machine):
    site = start_machine(settings={"log": {"access": "off"}})
    site.token
    process = subprocess.Popen(
        [BIN / "lockkeeper", "tail", "--json", "--config", site.config_path],
        env=site.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until("it watches", lambda: watches(site) == 1)
    process.send_signal(signal.SIGSTOP)
    name = "x" * 500
    count = 6000
    load_requests(site, f"openai:{name}", count)
    # The gateway is as well as before.
    assert site.chat().status_code == 200
    process.send_signal(signal.SIGCONT)
    lines = []
    notes = []
    readers = [threading.Thread(target=lambda: lines.extend(process.stdout)),
               threading.Thread(target=lambda: notes.extend(process.stderr))]
    for reader in readers:
        reader.start()
    sent = []

    def one_more_is_shown():
        sent.append(site.chat().headers["ngrok-aig-request-id"])
        return any(identity in line for line in lines[-50:] for identity in sent)

    until("nothing waits", one_more_is_shown, seconds=20, pause=0.2)
    process.send_signal(signal.SIGINT)
    for reader in readers:
        reader.join(20)
    assert process.wait(10) == 0
    lost = sum(int(re.search(r"(\d+) requests not shown", note)[1]) for note in notes)
    assert lost > 0
    assert count <= len(lines) + lost <= count + 1 + len(sent)


def load_requests(site, model, count):
    """Requests that are refused, as quickly as they go."""
    body = json.dumps({"model": model, "messages": []})

    def run(share):
        import httpx
        with httpx.Client(base_url=site.base, timeout=30, trust_env=False) as client:
            for _ in range(share):
                client.post("/v1/chat/completions", content=body, headers=site.headers())
    threads = [threading.Thread(target=run, args=(count // 4,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_reloads_handovers_and_restarts_are_lived_through(start_machine, watch):
    site = start_machine(settings={"drain_timeout": "1m"})
    site.token
    watcher = watch(site, "tail", "--json")
    site.cli("reload")
    long = slow_stream(site)
    until("the stream is under way", lambda: site.status()["active_requests"] == 1)
    hand_over(site)
    until("the new worker is watched", lambda: watches(site) == 1)
    first = site.chat().headers["ngrok-aig-request-id"]
    long.join(30)
    until("both are shown", lambda: len(watcher.lines) == 2)
    assert records(watcher)[0]["request_id"] == first
    assert records(watcher)[1]["stream"] is True
    os.kill(site.status()["pid"], signal.SIGKILL)
    until("another worker is watched", lambda: watcher.notes and watches(site) == 1, seconds=20)
    assert "waiting for the next one" in watcher.notes[0]
    site.chat()
    until("it is shown", lambda: len(watcher.lines) == 3)
    assert watcher.end(signal.SIGTERM) == 0


# --- top ---


class Screen:
    """`lockkeeper top` in a terminal of a size."""

    def __init__(self, site, *arguments, columns=100, rows=20):
        self.master, slave = pty.openpty()
        self.resize(columns, rows)
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.process = subprocess.Popen(
            [BIN / "lockkeeper", "top", *arguments, "--config", site.config_path],
            env={**site.environment, "TERM": "xterm"}, stdin=slave, stdout=slave, stderr=slave,
            start_new_session=True, preexec_fn=lambda: fcntl.ioctl(slave, termios.TIOCSCTTY, 0))
        self.output = ""

    def resize(self, columns, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self):
        while select.select([self.master], [], [], 0.05)[0]:
            try:
                self.output += os.read(self.master, 65_536).decode()
            except OSError:
                break
        return self.output

    def lines(self):
        """The last whole picture, without its colours."""
        pictures = self.read().split("\x1b[H")
        whole = [picture for picture in pictures[1:] if "\x1b[J" in picture]
        if not whole:
            return []
        text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", whole[-1].split("\x1b[J")[0])
        return text.split("\r\n")

    def press(self, key):
        os.write(self.master, key.encode())

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def screen():
    screens = []

    def begin(*arguments, **options):
        screens.append(Screen(*arguments, **options))
        return screens[-1]
    yield begin
    for one in screens:
        one.close()


def row(screen, name):
    return next((line.split() for line in screen.lines() if line.startswith(name)), None)


def test_the_table_counts_what_goes_on(site, screen):
    shown = screen(site)
    until("it is there", lambda: row(shown, "MODEL"))
    assert shown.lines()[-1].strip() == "no request has ended yet"
    for _ in range(3):
        site.chat()
    site.chat(model="openai:sim+status=500")
    counted = until("they are counted", lambda: row(shown, "openai:sim-fast"))
    title = row(shown, "MODEL")
    assert title == ["MODEL", "REQ/S", "ERRORS", "P50", "P95", "$/HOUR", "OUT/S", "IN/S", "FIRST"]
    assert len(counted) == len(title) and float(counted[1]) > 0 and counted[2] == "0%"
    until("the failure is", lambda: (row(shown, "openai:sim+status=500") or [0] * 3)[2] == "100%")
    assert any("4 requests" in line and "errors 25.00%" in line
               for line in [" ".join(shown.lines()[:4])])
    shown.press("p")
    until("it is by provider", lambda: row(shown, "PROVIDER") and row(shown, "openai"))
    shown.press("k")
    until("it is by key", lambda: row(shown, "KEY"))
    shown.press("q")
    assert shown.process.wait(10) == 0
    check_left(shown)


def check_left(shown):
    """The terminal is as it was before."""
    assert shown.read().endswith("\x1b[?25h\x1b[?1049l")
    assert shown.output.startswith("\x1b[?1049h\x1b[?25l")
    assert termios.tcgetattr(shown.slave) == shown.before


@pytest.mark.parametrize("columns, rows", [(100, 20), (40, 8), (20, 5), (200, 50), (1, 1)])
def test_the_table_fits_the_terminal(site, screen, columns, rows):
    shown = screen(site, "--by", "key", columns=columns, rows=rows)
    site.chat(model="a-model-with-a-very-long-name-" * 5)
    picture = until("it is there", shown.lines)
    assert len(picture) <= rows
    assert max(map(len, picture)) <= columns
    shown.resize(60, 10)
    until("it fits again", lambda: shown.lines() and 40 < max(map(len, shown.lines())) <= 60)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_leaves_the_terminal_as_it_was(site, screen, number):
    shown = screen(site)
    until("it is there", shown.lines)
    if number == signal.SIGINT:
        shown.press("\x03")
    else:
        shown.process.send_signal(number)
    assert shown.process.wait(10) == 0
    check_left(shown)


def test_without_a_terminal_there_are_lines(site, watch):
    watcher = watch(site, "top", "--json", "--by", "provider", "--count", "2")
    plain = watch(site, "top", "--count", "2")
    site.chat()
    site.chat(model="openai:sim+status=500")
    assert (watcher.process.wait(10), plain.process.wait(10)) == (0, 0)
    until("all is read", lambda: len(watcher.lines) == len(plain.lines) == 2)
    last = records(watcher)[-1]
    assert (last["totals"]["requests"], last["totals"]["errors"]) == (2, 1)
    assert [item["name"] for item in last["items"]] == ["openai"]
    assert last["active"] >= 0 and last["lost"] == 0
    assert "2 requests" in plain.lines[-1] and "errors 50.00%" in plain.lines[-1]
    assert "\x1b" not in "".join(plain.lines)
