"""Rows about providers that are slow or fail."""

import json
import threading
import time

from load import body, run
from row import Row, complaint, median

SLOW = "sim-fast+first-delay=3s+every=10"


class Hedge:
    """Streams of which each tenth has its first content after 3 s at the first candidate."""

    gateways = {"plain": "gateway", "hedged": "hedging"}

    def __init__(self):
        self.results, self.attempts = {}, {}

    def measure(self, site, plan):
        for kind, server in self.gateways.items():
            log = site.log_from_now()
            # The name is told from that of other rounds: the simulator counts by it.
            text = json.loads(body("", stream=True))
            text["models"] = [f"plain:{SLOW}+size={100 + len(self.results.get(kind, []))}",
                              "other:sim-fast"]
            del text["model"]
            result = run(site, "open", server, json.dumps(text), "--rate", 50, "--duration",
                         plan.open_seconds * 2)
            self.results.setdefault(kind, []).append(result)
            lines = log()
            self.attempts.setdefault(kind, []).append(
                sum(len(line["attempts"]) for line in lines) / max(1, len(lines)))

    def rows(self):
        p99 = {kind: [one.microseconds("p99") for one in many]
               for kind, many in self.results.items()}
        note = ", ".join(f"{kind} {median(values) / 1000:,.0f} ms" for kind, values in p99.items())
        return [
            Row("p99 of short streams, each tenth slow by 3 s: times lower with hedge_after 300ms",
                median([one / other for one, other in zip(p99["plain"], p99["hedged"])]), "", 5,
                at_least=True, note=note + complaint(self.results)),
            Row("the same: attempts begun more", median(
                [(one / other - 1) * 100 for one, other in
                 zip(self.attempts["hedged"], self.attempts["plain"])]), "%", 12),
        ]


class Outage:
    """One of three providers fails for 10 s at 500 requests a second."""

    before, failing, after = 2.0, 10.0, 8.0

    def __init__(self):
        self.results, self.shares, self.back = {}, [], []

    def measure(self, site, plan):
        text = json.loads(body("", size=500))
        del text["model"]
        text["models"] = [f"{name}:sim-fast" for name in ("fragile", "plain", "other")]
        log, marks = site.log_from_now(), {}

        def play():
            time.sleep(self.before)
            site.outage.touch()
            marks["broken"] = time.time()
            time.sleep(self.failing)
            site.outage.unlink()
            marks["mended"] = time.time()

        player = threading.Thread(target=play)
        player.start()
        result = run(site, "open", "gateway", json.dumps(text), "--rate", 500, "--duration",
                     self.before + self.failing + self.after)
        player.join()
        self.results.setdefault("gateway", []).append(result)
        times = [(line["seconds"], line["attempts"]) for line in log()]
        self.shares.append(100 * share(times, marks["broken"] + 2, marks["mended"]))
        self.back.append(next(
            (second for second in range(int(self.after))
             if share(times, marks["mended"] + second, marks["mended"] + second + 1) > 0.9),
            self.after))

    def rows(self):
        errors = sum(one.errors for one in self.results["gateway"])
        return [
            Row("one of three providers fails for 10 s, 500 requests/s: errors that clients see",
                errors, "", 0),
            Row("the same: its share of the attempts after two seconds", median(self.shares), "%",
                1),
            Row("the same: back in use, after it is mended, within", max(self.back) + 1, "s", 5,
                note="counted in whole seconds"),
        ]


def share(times, start, end):
    """The first candidate's share of all attempts of requests that ended between the two."""
    attempts = [attempt["model"] for second, many in times if start <= second < end
                for attempt in many]
    return sum(model.startswith("fragile:") for model in attempts) / max(1, len(attempts))
