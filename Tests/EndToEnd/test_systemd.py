"""What the units in examples/systemd rely on, with the tests in systemd's part."""

import concurrent.futures
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time

import pytest

from machine import BIN, TOP, is_alive, until

SANDBOX = TOP / "Tests" / "EndToEnd" / "sandbox.py"
UNIT = TOP / "examples" / "systemd" / "lockkeeper.service"

# systemd forks, sets LISTEN_PID to the child's id, puts the socket on descriptor 3, and execs.
HAND_OVER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ["LISTEN_PID"] = str(os.getpid())
os.execv(sys.argv[2], sys.argv[2:])
"""


class Systemd:
    """Opens the socket of the socket unit, and hears what the service has to say."""

    def __init__(self, site, path=None):
        self.site = site
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(str(path or site.socket_path))
        self.listening.listen(4096)
        self.news = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.news.bind(str(site.root / "notify.sock"))
        self.news.settimeout(20)
        site.environment.update(
            NOTIFY_SOCKET=str(site.root / "notify.sock"), LISTEN_FDS="1",
            LISTEN_FDNAMES="lockkeeper")

    def start(self, *before):
        """Starts the service with the socket on descriptor 3."""
        with open(self.site.root / "gateway.log", "ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", HAND_OVER, str(self.listening.fileno()),
                 *map(str, before), str(BIN / "lockkeeper"), "serve", "--config",
                 str(self.site.config_path)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.site.environment,
                pass_fds=[self.listening.fileno()], start_new_session=True)
        self.site.processes["gateway"] = process
        return process

    def hear(self):
        """The next datagram, as a dictionary."""
        lines = self.news.recv(65536).decode().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def hear_until(self, name, value="1"):
        while True:
            news = self.hear()
            if news.get(name) == value:
                return news

    def rest(self):
        """What was said and not heard yet."""
        self.news.setblocking(False)
        found = []
        while select.select([self.news], [], [], 0)[0]:
            found.append(self.hear())
        return found


def end(site):
    process = site.processes["gateway"]
    process.send_signal(signal.SIGTERM)
    return process.wait(20)


@pytest.fixture
def site(start_machine):
    """A machine whose gateway was stopped: the test starts it again."""
    machine = start_machine()
    machine.token
    end(machine)
    return machine


@pytest.fixture
def systemd(site):
    return Systemd(site)


def test_the_socket_of_systemd_is_served_and_left_to_it(site, systemd):
    systemd.start()
    assert "STATUS" in systemd.hear_until("READY")
    assert site.chat().is_success
    mode = site.socket_path.stat().st_mode
    assert end(site) == 0
    assert site.socket_path.stat().st_mode == mode


def test_requests_wait_in_the_socket_while_the_gateway_restarts(site, systemd):
    systemd.start()
    systemd.hear_until("READY")
    assert end(site) == 0
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(site.chat)
        until("nginx has connected", lambda: select.select([systemd.listening], [], [], 0)[0])
        assert not waiting.done()
        systemd.start()
        assert waiting.result(20).is_success
    assert "Connection refused" not in site.log("nginx")


def test_listen_systemd_takes_the_socket_wherever_it_is(site, systemd):
    site.config["listen"] = "systemd"
    site.write_config()
    systemd.start()
    systemd.hear_until("READY")
    assert site.chat().is_success
    assert end(site) == 0
    assert site.socket_path.exists()


def test_a_socket_at_another_path_is_refused_with_both_paths(site):
    elsewhere = site.root / "elsewhere.sock"
    process = Systemd(site, elsewhere).start()
    assert process.wait(10) == 1
    assert f"{elsewhere}, not at {site.socket_path}" in site.log("gateway")
    assert not site.socket_path.exists()


def test_systemd_hears_of_the_start_and_of_the_end(site, systemd):
    systemd.start()
    ready = systemd.hear()
    assert ready["READY"] == "1"
    assert ready["STATUS"].startswith("1 access keys, generation 1")
    # It is ready when it says so, not a moment later.
    assert site.client.get("/readyz").status_code == 200
    assert end(site) == 0
    stopping = systemd.hear()
    assert stopping["STOPPING"] == "1"
    # As long as drain_timeout, and a little for what must be killed then.
    assert 5_000_000 < int(stopping["EXTEND_TIMEOUT_USEC"]) < 20_000_000
    assert all(news.get("STOPPING") == "1" for news in systemd.rest())


def test_systemd_is_asked_for_the_time_that_a_reload_has_set(site, systemd):
    systemd.start()
    systemd.hear_until("READY")
    site.config["drain_timeout"] = "15m"
    site.write_config()
    site.cli("reload")
    systemd.hear_until("READY")
    assert end(site) == 0
    asked = [int(news["EXTEND_TIMEOUT_USEC"]) for news in systemd.rest()]
    assert max(asked) > 15 * 60 * 1_000_000


def test_systemd_hears_of_a_hand_over(start_machine):
    """Its main process stays; the worker that takes over is ready."""
    site = start_machine(keepalive="1s")
    site.token
    end(site)
    systemd = Systemd(site)
    process = systemd.start()
    systemd.hear_until("READY")
    old = site.worker_pid()
    process.send_signal(signal.SIGUSR2)
    systemd.hear_until("READY")
    until("the old worker is gone", lambda: not is_alive(old), seconds=40)
    assert process.poll() is None
    assert site.worker_pid() not in (None, old)
    assert site.chat().is_success


def test_systemd_hears_of_reloads_and_why_one_was_refused(site, systemd):
    process = systemd.start()
    systemd.hear_until("READY")
    before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    process.send_signal(signal.SIGHUP)
    reloading = systemd.hear()
    assert reloading["RELOADING"] == "1"
    assert before <= int(reloading["MONOTONIC_USEC"]) <= before + 10_000_000
    ready = systemd.hear()
    assert (ready["READY"], "not taken over" in ready["STATUS"]) == ("1", False)

    good = site.config_path.read_text()
    site.config_path.write_text(good.replace('"loops"', '"lops"'))
    process.send_signal(signal.SIGHUP)
    assert systemd.hear()["RELOADING"] == "1"
    ready = systemd.hear()
    assert ready["READY"] == "1"
    assert re.search(r"not taken over: .*'lops'", ready["STATUS"])
    assert site.chat().is_success

    site.config_path.write_text(good)
    assert site.cli("reload").returncode == 0
    assert systemd.hear()["RELOADING"] == "1"
    assert "not taken over" not in systemd.hear()["STATUS"]


def test_systemd_hears_of_a_worker_that_was_replaced(site, systemd):
    systemd.start()
    systemd.hear_until("READY")
    os.kill(site.worker_pid(), signal.SIGKILL)
    assert "signal 9" in systemd.hear()["STATUS"]
    assert systemd.hear()["READY"] == "1"
    assert site.chat().is_success


def test_the_master_key_comes_from_the_credential_of_its_name(site, systemd):
    """The unit's LoadCredential=: the service may not read the file that gateway.yaml names."""
    site.cli("provider-keys", "add", "--provider", "openai", "--name", "own",
             input="sk-own-key-of-the-account-0123456789\n")
    credentials = site.root / "credentials"
    credentials.mkdir()
    (site.root / "master.key").rename(credentials / "master.key")
    process = systemd.start()
    systemd.hear_until("READY")
    until("it is told",
          lambda: re.search(r"master.key: .*No such file or directory", site.log("gateway")))
    assert site.chat().json()["error"]["code"] == "ERR_NGROK_27202"
    process.terminate()
    process.wait(10)
    site.environment["CREDENTIALS_DIRECTORY"] = str(credentials)
    systemd.start()
    assert "not taken over" not in systemd.hear_until("READY")["STATUS"]
    site.forget_requests()
    assert site.chat().is_success
    [request] = site.simulator_requests()
    assert "sk-own-key-of-the-account-0123456789" in str(request["headers"])


def test_the_gateway_serves_in_the_sandbox_of_the_unit(site, systemd):
    """System calls, address families and memory as the service unit allows them."""
    # A leak sanitizer looks at a process from outside, which the unit forbids.
    site.environment["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
    systemd.start(sys.executable, SANDBOX, UNIT)
    systemd.hear_until("READY")
    for _ in range(20):
        assert site.chat().is_success
    with site.stream() as response:
        assert b"[DONE]" in response.read()
    assert site.cli("reload").returncode == 0
    filters = f"/proc/{site.worker_pid()}/status"
    with open(filters, encoding="ascii") as status:
        text = status.read()
    assert re.search(r"^NoNewPrivs:\s1$", text, re.MULTILINE)
    assert re.search(r"^Seccomp:\s2$", text, re.MULTILINE)
    assert end(site) == 0


def test_the_sandbox_of_the_unit_holds(tmp_path):
    """What the test above relies on: a forbidden call fails."""
    probe = "import socket, sys; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)"
    done = subprocess.run([sys.executable, SANDBOX, UNIT, sys.executable, "-c", probe],
                          capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 1
    assert "Address family not supported" in done.stderr
    probe = "import os; os.chroot('/')"
    done = subprocess.run([sys.executable, SANDBOX, UNIT, sys.executable, "-c", probe],
                          capture_output=True, text=True, cwd=tmp_path)
    assert "PermissionError" in done.stderr
