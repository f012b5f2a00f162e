"""What others feel while one client sends large bodies."""

import http.client
import threading
import time
from contextlib import contextmanager

from load import body, run
from row import Row, complaint, median

UPLOAD_BYTES = 8 << 20
PART = 1 << 16


class Received:
    """500 requests a second beside one client that sends bodies of 8 MB at the speed of a fast line.

    They name a model that nobody knows: received and read whole, then refused. What it costs to
    send them on is the upstream's and `Upload`'s to show.
    """

    rate = 125e6  # Bytes a second: a line of 1 Gbit/s.

    def __init__(self):
        self.added, self.results, self.counts = [], {}, []

    def measure(self, site, plan):
        def load():
            return run(site, "open", "gateway", body("plain:sim-fast"), "--rate", 500,
                       "--duration", plan.open_seconds)
        alone = load()
        with uploads(site, "gateway", "nobody:x", self.rate) as answered:
            beside = load()
        if not answered or set(answered) != {400}:
            raise SystemExit(f"uploads were answered with {set(answered)}")
        self.added.append((beside.microseconds("p99") - alone.microseconds("p99")) / 1000)
        self.results.setdefault("gateway", []).extend([alone, beside])
        self.counts.append(len(answered) / plan.open_seconds)

    def rows(self):
        return [Row("added p99 at 500 requests/s while bodies of 8 MB are received, at 1 Gbit/s",
                    median(self.added), "ms", 2,
                    note=f"{median(self.counts):.0f} bodies a second{complaint(self.results)}")]


class Upload:
    """500 requests a second beside one client that sends bodies of 8 MB one after another."""

    targets = {"bare": "sim-fast", "gateway": "plain:sim-fast"}

    def __init__(self):
        self.alone, self.beside, self.counts = {}, {}, []

    def measure(self, site, plan):
        for target, model in self.targets.items():
            def load():
                return run(site, "open", target, body(model), "--rate", 500, "--duration",
                           plan.open_seconds)
            self.alone.setdefault(target, []).append(load())
            with uploads(site, target, model) as answered:
                self.beside.setdefault(target, []).append(load())
            self.counts.append(len(answered) / plan.open_seconds)
            if not answered or set(answered) != {200}:
                raise SystemExit(f"uploads to {target} were answered with {set(answered)}")

    def added(self, target, name):
        return median([beside.microseconds(name) - alone.microseconds(name) for beside, alone in
                       zip(self.beside[target], self.alone[target])]) / 1000

    def rows(self):
        note = (f"proxy_pass {self.added('bare', 'p99'):.2f}; p50 {self.added('gateway', 'p50'):.2f}"
                f", of proxy_pass {self.added('bare', 'p50'):.2f}; {median(self.counts):.0f} bodies"
                " a second: all cores are busy" + complaint(self.beside))
        return [Row("the same while they pass to the upstream as fast as they can",
                    self.added("gateway", "p99"), "ms", note=note)]


@contextmanager
def uploads(site, target, model, rate=None, size=UPLOAD_BYTES):
    """Sends bodies of a size from a thread until the block ends, so many bytes a second where that
    is said; gives the list of their statuses."""
    text = body(model, size=size).encode()
    headers = {"Authorization": f"Bearer {site.token}", "Content-Type": "application/json"}
    answered, stop = [], threading.Event()

    def parts():
        start = time.monotonic()
        for place in range(0, len(text), PART):
            yield text[place:place + PART]
            ahead = start + place / rate - time.monotonic()
            if ahead > 0:
                time.sleep(ahead)

    def send():
        connection = http.client.HTTPConnection("127.0.0.1", site.ports[target], timeout=30)
        while not stop.is_set():
            length = {"Content-Length": str(len(text))}
            connection.request("POST", "/v1/chat/completions", parts() if rate else text,
                               {**headers, **length})
            answer = connection.getresponse()
            answer.read()
            answered.append(answer.status)
        connection.close()

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield answered
    finally:
        stop.set()
        thread.join()
