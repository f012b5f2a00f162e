"""The rows of the table: what is measured, and the bar each must clear."""

import json
import socket
import statistics
import subprocess
import time
import urllib.request
from dataclasses import dataclass

from bench_site import BIN
from load import body, run
from processes import resident_bytes

KILOBYTE, MEGABYTE = 1024, 1024 * 1024


@dataclass
class Row:
    """One line of the table."""
    what: str
    value: float | None
    unit: str
    bar: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def passed(self):
        if self.bar is None or self.value is None:
            return None
        return self.value >= self.bar if self.at_least else self.value <= self.bar


@dataclass
class Plan:
    """How long and how often."""
    rounds: int = 5
    seconds: float = 2.0
    open_seconds: float = 4.0
    streams: int = 5000
    tls_streams: int = 500
    hold: float = 3.0

    @staticmethod
    def quick():
        return Plan(rounds=1, seconds=0.7, open_seconds=1.5, streams=500, tls_streams=50, hold=1.0)


def median(values):
    return statistics.median(values) if values else None


class Closed:
    """As many requests as so many connections get answered: JSON, 2 KB in, 0.6 KB out."""

    def __init__(self, connections):
        self.connections = connections
        self.results = {}

    # Target: nginx's server and the model.
    targets = {
        "bare": ("bare", "sim-fast"),
        "lua": ("lua", "sim-fast"),
        "gateway": ("gateway", "plain:sim-fast"),
        # A key that has the right shape and is not known: the gateway without an upstream.
        "refusal": ("gateway", "plain:sim-fast"),
        "bare_canned": ("bare_canned", "canned"),
        "gateway_canned": ("gateway", "canned:sim"),
    }

    def measure(self, site, plan):
        for target, (server, model) in self.targets.items():
            if target == "lua" and not site.lua_modules:
                continue
            if target.endswith("canned") and self.connections != 32:
                continue
            token = site.unknown_token if target == "refusal" else None
            result = run(site, "closed", server, body(model), "--connections", self.connections,
                         "--duration", plan.seconds, token=token)
            self.results.setdefault(target, []).append(result)

    def share(self, target, of="bare"):
        pairs = zip(self.results.get(target, []), self.results[of])
        return median([one.per_second / other.per_second for one, other in pairs])

    def value(self, target, get):
        return median([get(result) for result in self.results.get(target, [])])

    def rows(self):
        rate = {target: self.value(target, lambda result: result.per_second)
                for target in self.results if "canned" not in target}
        note = ", ".join(f"{target} {value:,.0f}/s" for target, value in rate.items())
        bad = sum(result.errors for results in self.results.values() for result in results)
        bad += sum(sum(result.seen["refused"].values()) for result in self.results["gateway"])
        if bad:
            note += f"; {bad} ERRORS"
        at = f"at {self.connections} connection{'s' if self.connections > 1 else ''}"
        shares = {1: None, 32: 0.50, 256: 0.45}
        rows = [Row(f"requests/s {at}, share of proxy_pass", self.share("gateway"), "",
                    shares[self.connections], at_least=True, note=note)]
        if self.results.get("lua"):
            rows.append(Row(f"the same of the Lua key check {at}", self.share("lua"), ""))
        rows.append(Row(f"the same of ourselves without an upstream {at}",
                        self.share("refusal"), ""))
        if self.connections == 32:
            rows.append(Row("requests/s with the cheapest upstream (nginx answers by itself)",
                            self.share("gateway_canned", of="bare_canned"), "",
                            note="harder: the upstream takes no part of the CPU that is shared"))
        cpu = Row(f"worker CPU a request {at}",
                  self.value("gateway", lambda result: result.cpu_each("worker")), "µs",
                  24 if self.connections == 32 else None)
        cpu.note = "; ".join(
            f"{name} {self.value(target, lambda result: result.cpu_each(group)):.1f}"
            for name, target, group in (
                ("without an upstream", "refusal", "worker"), ("nginx", "gateway", "nginx"),
                ("nginx of proxy_pass", "bare", "nginx"),
                ("simulator", "gateway", "simulator")))
        rows.append(cpu)
        if self.connections == 1:
            added = [one.microseconds("p50") - other.microseconds("p50")
                     for one, other in zip(self.results["gateway"], self.results["bare"])]
            rows.append(Row("added p50 at 1 connection", median(added), "µs", 35))
        return rows


class Open:
    """500 requests a second, whatever the answers do."""

    def __init__(self):
        self.results = {}

    def measure(self, site, plan):
        for target in ("bare", "lua", "gateway"):
            if target == "lua" and not site.lua_modules:
                continue
            model = "plain:sim-fast" if target == "gateway" else "sim-fast"
            result = run(site, "open", target, body(model), "--rate", 500, "--duration",
                         plan.open_seconds)
            self.results.setdefault(target, []).append(result)

    def added(self, target, name):
        return median([one.microseconds(name) - other.microseconds(name) for one, other in
                       zip(self.results.get(target, []), self.results["bare"])])

    def rows(self):
        def texts(name):
            return ", ".join(
                f"{target} {median([r.microseconds(name) for r in results]):.0f}"
                for target, results in self.results.items())
        lua = self.added("lua", "p99")
        bar = max(250.0, 1.5 * lua) if lua is not None else 250.0
        return [
            Row("added p50 at 500 requests/s", self.added("gateway", "p50"), "µs", 60,
                note=texts("p50")),
            Row("added p99 at 500 requests/s", self.added("gateway", "p99"), "µs", bar,
                note=texts("p99")),
        ]


class Events:
    """100 streams with an event every 20 ms."""

    cues = "sim-fast+events=1000000+interval=20ms+size=100+stamp=1"

    def __init__(self):
        self.results = {}

    def measure(self, site, plan):
        for target in ("bare", "gateway"):
            model = f"plain:{self.cues}" if target == "gateway" else self.cues
            result = run(site, "streams", target, body(model, stream=True), "--streams", 100,
                         "--ramp", 0.5, "--hold", plan.seconds)
            self.results.setdefault(target, []).append(result)

    def rows(self):
        def each(target, group):
            return median([result.cpu_each(group, result.seen["events"])
                           for result in self.results[target]])

        def delay(target, name):
            return median([r.microseconds(name, "delay") for r in self.results[target]])
        note = (f"nginx {each('gateway', 'nginx'):.1f}; delay p50/p99 "
                f"{delay('gateway', 'p50'):.0f}/{delay('gateway', 'p99'):.0f} µs, of proxy_pass "
                f"{delay('bare', 'p50'):.0f}/{delay('bare', 'p99'):.0f} µs")
        return [Row("worker CPU a streamed event, 100 streams x 20 ms", each("gateway", "worker"),
                    "µs", 16, note=note)]


class Burst:
    """Streams of 50 events that come as fast as they can be written, 32 connections."""

    def __init__(self, is_flushed=True):
        self.is_flushed = is_flushed
        self.results = {}

    def measure(self, site, plan):
        cues = f"sim-fast+events=50+size=100+interval=0+flush={int(self.is_flushed)}"
        for target in ("bare", "gateway"):
            model = f"plain:{cues}" if target == "gateway" else cues
            result = run(site, "closed", target, body(model, stream=True), "--connections", 32,
                         "--duration", plan.seconds)
            self.results.setdefault(target, []).append(result)

    def rows(self):
        share = median([one.per_second / other.per_second for one, other in
                        zip(self.results["gateway"], self.results["bare"])])
        note = ", ".join(f"{target} {median([r.per_second for r in results]):,.0f}/s"
                         for target, results in self.results.items())
        worker = median([result.cpu_each("worker") for result in self.results["gateway"]])
        note += f"; worker {worker:.0f} µs"
        if self.is_flushed:
            return [Row("burst streams/s (50 events at once, 32 connections), share of proxy_pass",
                        share, "", 0.95, at_least=True, note=note)]
        return [Row("the same when the upstream sends the 50 events in one write", share, "",
                    note=note)]


class Rest:
    """Memory of a gateway that has served nothing yet."""

    def __init__(self):
        self.worker, self.supervisor = [], []

    def measure(self, site, plan):
        site.start_gateway()
        self.worker.append(resident_bytes(site.worker) / MEGABYTE)
        self.supervisor.append(resident_bytes(site.supervisor) / MEGABYTE)

    def rows(self):
        return [Row("resident memory at rest, 2 loops, 1,000 keys: worker", median(self.worker),
                    "MB", 45),
                Row("resident memory at rest: supervisor", median(self.supervisor), "MB", 25)]


class StreamMemory:
    """What each open stream adds to the worker's memory; a fresh worker each time."""

    def __init__(self, name, provider, interval, bar, count):
        self.name, self.provider, self.interval, self.bar = name, provider, interval, bar
        self.count = count
        self.each, self.results = [], []

    def measure(self, site, plan):
        count = self.count(plan)
        site.start_gateway()
        before = resident_bytes(site.worker)
        model = (f"{self.provider}:sim-fast+events=1000000+interval={self.interval}"
                 "+size=100+stamp=1")
        result = run(site, "streams", "gateway", body(model, stream=True), "--streams", count,
                     "--ramp", max(0.5, count / 2000), "--hold", plan.hold,
                     at_hold=lambda: {"resident": resident_bytes(site.worker)})
        self.each.append((result.at_hold["resident"] - before) / count / KILOBYTE)
        self.results.append(result)

    def rows(self):
        last = self.results[-1]
        note = (f"first byte p50/p99 {last.microseconds('p50', 'first_byte'):.0f}/"
                f"{last.microseconds('p99', 'first_byte'):.0f} µs; worker "
                f"{last.cpu_each('worker', last.seen['events']):.1f} µs an event; "
                f"delay p50/p99 {last.microseconds('p50', 'delay'):.0f}/"
                f"{last.microseconds('p99', 'delay'):.0f} µs")
        broken = last.errors + last.count
        if broken:
            note += f"; {broken} streams ENDED"
        return [Row(self.name, median(self.each), "KB", self.bar, note=note)]


class Handshake:
    """CPU that a request costs more when its upstream connection is new."""

    def __init__(self):
        self.added, self.kept = [], []

    def measure(self, site, plan):
        cost = {}
        for provider in ("tls", "once"):
            result = run(site, "closed", "gateway", body(f"{provider}:sim-fast"), "--connections",
                         4, "--duration", plan.seconds / 2)
            cost[provider] = result.cpu_each("worker")
        self.kept.append(cost["tls"])
        self.added.append((cost["once"] - cost["tls"]) / 1000)

    def rows(self):
        return [Row("CPU of a new TLS connection to an upstream", median(self.added), "ms", 0.7,
                    note=f"a request on a kept TLS connection: {median(self.kept):.1f} µs; "
                         "sessions are resumed where the upstream offers it, as here")]


class KeyCheck:
    """Find, hash, compare."""

    def __init__(self):
        self.nanoseconds = []

    def measure(self, site, plan):
        done = subprocess.run([str(BIN / "load-generator"), "key-check", "--keys", "1000"],
                              capture_output=True, text=True, check=True)
        self.nanoseconds.append(json.loads(done.stdout)["nanoseconds"])

    def rows(self):
        return [Row("key check (find, hash, compare)", median(self.nanoseconds) / 1000, "µs", 1)]


class Departure:
    """A client that leaves in the middle of a stream: when does the upstream notice?"""

    def __init__(self):
        self.milliseconds = []

    def measure(self, site, plan):
        text = body("recorded:sim-fast+events=1000000+interval=20ms", stream=True)
        head = (f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: {len(text)}\r\n"
                f"Authorization: Bearer {site.token}\r\nContent-Type: application/json\r\n\r\n")
        with socket.create_connection(("127.0.0.1", site.ports["gateway"]), timeout=5) as client:
            client.sendall((head + text).encode())
            received = b""
            while received.count(b"data: ") < 5:
                part = client.recv(65536)
                if not part:
                    raise SystemExit(f"the stream ended early: {received!r}")
                received += part
        left = time.time() * 1000
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            record = self.last_record(site)
            if record["aborted"]:
                self.milliseconds.append(max(0.0, record["time_ms"]["end"] + 1 - left))
                return
            time.sleep(0.01)
        self.milliseconds.append(5000.0)

    def last_record(self, site):
        url = site.url("recorded", "/_simulator/requests?since=0")
        with urllib.request.urlopen(url, timeout=5) as answer:
            return json.loads(answer.read())[-1]

    def rows(self):
        return [Row("client leaves mid-stream: the upstream's connection is closed after, at most",
                    max(self.milliseconds), "ms", 100)]


def all_measures():
    """What is measured, by the name that --only takes."""
    return {
        "rest": [Rest()],
        "closed": [Closed(1), Closed(32), Closed(256)],
        "open": [Open()],
        "events": [Events()],
        "burst": [Burst(), Burst(is_flushed=False)],
        "departure": [Departure()],
        "tls": [Handshake()],
        "keys": [KeyCheck()],
        "memory": [
            StreamMemory("resident memory a stream, plain", "plain", "500ms", 26,
                         lambda plan: plan.streams),
            StreamMemory("resident memory a stream, TLS upstream", "tls", "200ms", 80,
                         lambda plan: plan.tls_streams),
        ],
    }
