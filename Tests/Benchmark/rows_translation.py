"""What it costs that client and provider speak different dialects."""

import json
import subprocess

from bench_site import BIN
from load import body, run
from row import Row, complaint, median
from rows_uploads import uploads

LONG_BYTES = 1_000_000


class TranslatedRequests:
    """Requests of 2 KB and their answers, and streamed events: a chat client whose provider speaks
    messages, beside one whose provider speaks chat."""

    targets = {"own": "plain", "translated": "messages"}
    cues = "sim-fast+events=1000000+interval=20ms+size=100+stamp=1"

    def __init__(self):
        self.requests, self.streams = {}, {}

    def measure(self, site, plan):
        for target, provider in self.targets.items():
            result = run(site, "closed", "gateway", body(f"{provider}:sim-fast"), "--connections",
                         32, "--duration", plan.seconds)
            self.requests.setdefault(target, []).append(result)
            text = body(f"{provider}:{self.cues}", stream=True)
            result = run(site, "streams", "gateway", text, "--streams", 100, "--ramp", 0.5,
                         "--hold", plan.seconds)
            self.streams.setdefault(target, []).append(result)

    def rows(self):
        def each(results, count):
            return {target: [result.cpu_each("worker", count(result)) for result in many]
                    for target, many in results.items()}

        def row(what, costs, bar, note):
            added = [more - less for more, less in zip(costs["translated"], costs["own"])]
            return Row(what, median(added), "µs", bar,
                       note=f"{median(costs['translated']):.1f} and {median(costs['own']):.1f}"
                            + note)
        requests = each(self.requests, lambda result: None)
        events = each(self.streams, lambda result: result.seen["events"])
        return [
            row("worker CPU that translating a request of 2 KB and its answer adds", requests, 100,
                complaint(self.requests)),
            row("worker CPU that translating a streamed event adds", events, 6,
                complaint(self.streams)),
        ]


class TranslationCheck:
    """Each client before each provider, without a network; the dearest pair counts."""

    def __init__(self):
        self.found = []

    def measure(self, site, plan):
        done = subprocess.run(
            [str(BIN / "load-generator"), "translation-check", "--long-bytes", str(LONG_BYTES)],
            capture_output=True, text=True, check=True)
        self.found.append(json.loads(done.stdout))

    def rows(self):
        def dearest(name):
            pairs = {f"{pair['client']} to {pair['provider']}": [] for pair in self.found[0]}
            for round_ in self.found:
                for pair in round_:
                    pairs[f"{pair['client']} to {pair['provider']}"].append(pair[name])
            return max((median(found), pair) for pair, found in pairs.items())

        event, of_event = dearest("event_ns")
        allocations, _ = dearest("event_allocations")
        long, of_long = dearest("long_request_ns")
        return [
            Row("translating a streamed event, the dearest of 12 pairs", event / 1000, "µs", 6,
                note=f"{of_event}; at most {allocations:.0f} allocations"),
            Row("translating a request of 1 MB, the dearest of 12 pairs", long / 1e6, "ms", 25,
                note=of_long),
        ]


class LongRequests:
    """What others feel while requests of 1 MB are translated, twenty a second."""

    rate = 20e6  # Bytes a second.

    def __init__(self):
        self.turns, self.p99, self.counts = [], [], []

    def measure(self, site, plan):
        site.start_gateway()
        with uploads(site, "gateway", "messages:sim-fast", self.rate, LONG_BYTES) as answered:
            result = run(site, "open", "gateway", body("plain:sim-fast"), "--rate", 500,
                         "--duration", plan.open_seconds)
        if not answered or set(answered) != {200}:
            raise SystemExit(f"long requests were answered with {set(answered)}")
        status = json.loads(subprocess.run(
            [BIN / "lockkeeper", "status", "--json", "--config", site.config], check=True,
            capture_output=True, text=True, env=site.environment()).stdout)
        self.turns.append(max(loop["turn_p99_us"] for loop in status["loops"]) / 1000)
        self.p99.append(result.microseconds("p99") / 1000)
        self.counts.append(len(answered) / plan.open_seconds)

    def rows(self):
        return [Row("turns of a loop, 99 %, while requests of 1 MB are translated",
                    median(self.turns), "ms", 2,
                    note=f"{median(self.counts):.0f} such a second; p99 of 500 plain requests/s "
                         f"{median(self.p99):.2f} ms")]
