"""`make run`: from the command to a curl line that streams, and nothing left behind."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from machine import BIN, TOP, children_of, is_alive, until


class Run:
    """`make run` in the background, with its output."""

    def __init__(self, folder):
        self.output_path = folder / "output"
        environment = {name: value for name, value in os.environ.items()
                       if not name.endswith("_API_KEY") and not name.startswith("MAKE")}
        environment["LOCKKEEPER_BIN_DIR"] = str(BIN)
        # Where this suite runs in the background SIGINT is ignored, and a shell keeps it so.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with open(self.output_path, "wb") as output:
            self.process = subprocess.Popen(
                ["make", "--no-print-directory", "run"], cwd=TOP, stdin=subprocess.DEVNULL,
                stdout=output, stderr=output, env=environment, start_new_session=True)
        self.began = time.monotonic()

    @property
    def output(self):
        return self.output_path.read_text()

    def wait_until_ready(self):
        def is_ready():
            assert self.process.poll() is None, self.output
            return "Ctrl-C stops everything" in self.output
        until("it says that it is ready", is_ready, seconds=30)
        return time.monotonic() - self.began

    @property
    def curl_line(self):
        return re.search(r"^curl .*$", self.output, re.MULTILINE).group()

    @property
    def folder(self):
        line = re.search(r"^Logs and configuration: (.*)$", self.output, re.MULTILINE)
        return Path(line.group(1))

    def processes(self):
        """make, its script and all that these have started."""
        found = [self.process.pid]
        for pid in found:
            found += children_of(pid)
        return found

    def stop(self):
        """Ctrl-C: the terminal sends it to make and its script alike."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(20)


@pytest.fixture
def run(tmp_path):
    run = Run(tmp_path)
    yield run
    run.stop()


def timed_events(command):
    """Runs the line in a shell; gives each event with the moment at which it came."""
    process = subprocess.Popen(["bash", "-c", command], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL)
    events = [(time.monotonic(), line) for line in process.stdout if line.startswith(b"data: ")]
    assert process.wait(10) == 0
    return events


def test_the_printed_curl_line_streams_event_by_event(run):
    assert run.wait_until_ready() < 20
    events = timed_events(run.curl_line)
    assert events[-1][1].strip() == b"data: [DONE]"
    content = [moment for moment, line in events if b'"content":"' in line]
    assert len(content) >= 20
    gaps = [after - before for before, after in zip(content, content[1:])]
    assert content[-1] - content[0] > 1.5
    # The simulator sends one every 100 ms: no two of them came together.
    assert sorted(gaps)[len(gaps) // 4] > 0.05


def test_the_printed_command_line_reaches_the_gateway(run):
    run.wait_until_ready()
    line = re.search(r"^The command line: (.*)$", run.output, re.MULTILINE).group(1)
    for command, expected in ((line, "worker "), (f"{line.rpartition(' ')[0]} keys list", "first"),
                              (f"{line.rpartition(' ')[0]} models", "gpt-4o")):
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert expected in done.stdout


def test_the_first_request_is_paid_with_the_promotional_credits(run):
    run.wait_until_ready()
    line = re.search(r"^What is left of the credits: (.*)$", run.output, re.MULTILINE).group(1)

    def balance():
        done = subprocess.run(["bash", "-c", f"{line} --json"], capture_output=True, text=True,
                              check=True)
        return json.loads(done.stdout)["items"][0]["balance"]

    assert float(balance()) == 5
    timed_events(run.curl_line)
    until("it is paid", lambda: 4.9 < float(balance()) < 5)


def test_the_dashboard_is_there_and_the_management_key_opens_its_api(run):
    run.wait_until_ready()
    dashboard = re.search(r"^The dashboard: (http\S+/dashboard/)$", run.output, re.MULTILINE).group(1)
    token = re.search(r"^Sign in with this management key: (ngm-\S+)$", run.output,
                      re.MULTILINE).group(1)
    page = httpx.get(dashboard, trust_env=False)
    assert "<title>Lockkeeper</title>" in page.text
    keys = httpx.get(dashboard.replace("dashboard/", "access-keys"), trust_env=False,
                     headers={"Authorization": f"Bearer {token}"}).json()
    assert [key["name"] for key in keys["aiGatewayAccessKeys"]] == ["first"]


def test_ctrl_c_leaves_nothing_behind(run):
    run.wait_until_ready()
    folder = run.folder
    assert folder.is_dir()
    processes = run.processes()
    assert len(processes) >= 7
    run.stop()
    until("every process is gone", lambda: not any(map(is_alive, processes)), seconds=5)
    assert not folder.exists()


def test_ctrl_c_before_it_is_ready_leaves_nothing_behind(run):
    until("it has begun", lambda: "making a key" in run.output, seconds=20)
    made = set((TOP / ".run").glob("*"))
    run.stop()
    until("its folder is gone", lambda: not any(path.exists() for path in made), seconds=10)


def test_a_busy_port_is_stepped_over(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as busy:
        taken = []
        for port in (8080, 8090):
            try:
                taken.append(socket.create_server(("127.0.0.1", port)))
            except OSError:
                pass  # Somebody else keeps it busy: as good.
        run = Run(tmp_path)
        try:
            run.wait_until_ready()
            arguments = shlex.split(run.curl_line)
            url = next(word for word in arguments if word.startswith("http"))
            port = int(re.search(r":(\d+)/", url).group(1))
            assert port not in (8080, busy.getsockname()[1])
            assert "port 8080 is busy" in run.output
            assert timed_events(run.curl_line)
        finally:
            run.stop()
            for one in taken:
                one.close()
