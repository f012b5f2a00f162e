"""Mixed traffic for a long time, then: is anything left of it?

soak.py [MINUTES]: nginx, gateway and simulator as in the end-to-end tests; a steady load beside
clients that fail, leave and send what is refused; a reload every few seconds. After a sixth of the
time, and at the end, the traffic rests and the gateway's processes are measured. What they hold
must not have grown: memory by 3 % at most, descriptors not at all. No loop may have kept what came
to it waiting: of its turns 99 % are shorter than 2 ms.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "Tests" / "EndToEnd"))

from machine import BIN, Certificates, Machine, resident_kilobytes, until  # noqa: E402
from traffic import Clients  # noqa: E402

GROWTH = 0.03
LONGEST_TURN = 2000  # microseconds, of 99 % of all turns
# Connections kept open for the next request, on either side of the worker.
IDLE_CONNECTIONS = 64
RATE = int(os.environ.get("LOCKKEEPER_SOAK_RATE", "100"))
THREADS = int(os.environ.get("LOCKKEEPER_SOAK_CLIENTS", "4"))
GATEWAY = {"stall_timeout": "1s", "first_byte_timeout": "5s", "per_request_timeout": "10s",
           "total_timeout": "20s"}


@dataclass
class Measure:
    """A process at rest."""
    kilobytes: int
    sockets: int
    other_descriptors: int
    threads: int

    @classmethod
    def take(cls, pid):
        links = []
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            try:
                links.append(os.readlink(entry))
            except FileNotFoundError:
                continue
        sockets = sum(link.startswith("socket:") for link in links)
        return cls(resident_kilobytes(pid), sockets, len(links) - sockets,
                   len(list(Path(f"/proc/{pid}/task").iterdir())))

    def growth_until(self, after):
        """What has grown since, in words."""
        if after.kilobytes > self.kilobytes * (1 + GROWTH):
            yield f"memory grew from {self.kilobytes} to {after.kilobytes} kB"
        if after.sockets > self.sockets + IDLE_CONNECTIONS:
            yield f"sockets: {self.sockets}, then {after.sockets}"
        if after.other_descriptors != self.other_descriptors:
            yield f"descriptors: {self.other_descriptors}, then {after.other_descriptors}"
        if after.threads != self.threads:
            yield f"threads: {self.threads}, then {after.threads}"


class SteadyLoad:
    """The load generator, again and again."""

    def __init__(self, site):
        self.site = site
        self.failed = self.answered = 0
        self.process = None
        (site.root / "body.json").write_text(json.dumps({
            "model": "openai:sim-fast", "messages": [{"role": "user", "content": "hello " * 300}]}))
        (site.root / "key").write_text(site.token + "\n")

    def start(self, seconds):
        self.process = subprocess.Popen(
            [BIN / "load-generator", "open", "--url", f"{self.site.base}/v1/chat/completions",
             "--body-file", self.site.root / "body.json", "--key-file", self.site.root / "key",
             "--rate", str(RATE), "--duration", str(seconds)],
            stdout=subprocess.PIPE, text=True)

    def wait(self):
        output, _ = self.process.communicate()
        seen = json.loads(output.splitlines()[-1])
        self.answered += seen["answered"]
        self.failed += seen["failed"] + sum(seen["refused"].values())


def disturb(site, number):
    """What operators do: a reload with another configuration, and keys that come and go."""
    site.config["max_streams"] = 10_000 + number % 100
    site.write_config()
    record = site.create_key("--name", f"short-lived {number}")
    site.cli("keys", "delete", record["id"])
    site.cli("reload")


def run_traffic(site, load, clients, seconds, number):
    """Traffic with a disturbance every few seconds; then rest until nothing is under way."""
    deadline = time.monotonic() + seconds
    clients.is_open.set()
    while (left := deadline - time.monotonic()) > 1:
        load.start(min(10, left))
        disturb(site, number)
        number += 1
        load.wait()
    clients.is_open.clear()
    until("the clients rest", lambda: clients.busy == 0, seconds=60)
    until("no request is under way", lambda: is_quiet(site), seconds=30)
    # Let the loops give back what they keep for a moment.
    time.sleep(2)
    return number


def is_quiet(site):
    lines = site.simulator_requests()
    return all(seen["outcome"] != "running" for seen in lines)


class Processes:
    """The gateway's: the supervisor and its worker, which are to be the same to the end."""

    def __init__(self, site):
        self.site, self.started = site, time.monotonic()
        self.pids = self.find()

    def find(self):
        return {"supervisor": self.site.supervisor_pid, "worker": self.site.worker_pid()}

    def measure(self):
        measures = {name: Measure.take(pid) for name, pid in self.pids.items()}
        for name, measure in measures.items():
            print(f"{time.monotonic() - self.started:5.0f} s: {name}: {measure}", flush=True)
        return measures


def soak(minutes):
    seconds = minutes * 60
    with tempfile.TemporaryDirectory() as folder, \
            Machine(Certificates(Path(folder)), gateway=GATEWAY) as site:
        load, clients = SteadyLoad(site), Clients(site, THREADS, seed=int(seconds))
        processes = Processes(site)
        try:
            number = run_traffic(site, load, clients, seconds / 6, 0)
            before = processes.measure()
            number = run_traffic(site, load, clients, seconds * 5 / 6, number)
            after = processes.measure()
            turns = [(loop["turn_p99_us"], loop["turn_max_us"])
                     for loop in json.loads(site.cli("status", "--json").stdout)["loops"]]
        finally:
            clients.stop()
        print(f"{load.answered} requests of the load, {sum(clients.seen.values())} of clients, "
              f"{number} reloads: {dict(clients.seen)}")
        print("turns of the loops, 99 % within and longest, in µs: "
              + ", ".join(f"{within}, {longest}" for within, longest in turns))
        problems = [f"{name}: {problem}" for name in before
                    for problem in before[name].growth_until(after[name])]
        if any(within > LONGEST_TURN for within, _ in turns):
            problems.append("a loop was held up")
        if processes.find() != processes.pids:
            problems.append("a process was replaced")
    if load.failed:
        problems.append(f"{load.failed} of {load.answered + load.failed} requests failed")
    problems += clients.odd
    for problem in problems:
        print(f"soak: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(soak(float(sys.argv[1] if len(sys.argv) > 1 else 30)))
