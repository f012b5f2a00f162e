"""Rows about streams and memory."""

import json
import socket
import time
import urllib.request

from load import body, run
from processes import resident_bytes
from row import Row, complaint, median


KILOBYTE, MEGABYTE = 1024, 1024 * 1024


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
        note = (f"nginx {each('gateway', 'nginx'):.1f}{complaint(self.results)}; delay p50/p99 "
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
        note += f"; worker {worker:.0f} µs" + complaint(self.results)
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
        # A held stream does not end by itself.
        broken = last.seen["failed"] + last.count
        if broken:
            note += f"; {broken} streams ENDED"
        return [Row(self.name, median(self.each), "KB", self.bar, note=note)]


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
