"""What others feel while one client sends large bodies."""

import http.client
import threading
from contextlib import contextmanager

from load import body, run
from row import Row, complaint, median

UPLOAD_BYTES = 8 << 20


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
                " a second" + complaint(self.beside))
        return [Row("added p99 at 500 requests/s while bodies of 8 MB come in",
                    self.added("gateway", "p99"), "ms", 2, note=note)]


@contextmanager
def uploads(site, target, model):
    """Sends large bodies from a thread until the block ends; gives the list of their statuses."""
    text = body(model, size=UPLOAD_BYTES).encode()
    headers = {"Authorization": f"Bearer {site.token}", "Content-Type": "application/json"}
    answered, stop = [], threading.Event()

    def send():
        connection = http.client.HTTPConnection("127.0.0.1", site.ports[target], timeout=30)
        while not stop.is_set():
            connection.request("POST", "/v1/chat/completions", text, headers)
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
