"""Rows about plain requests."""

import json
import subprocess

from bench_site import BIN
from load import body, run
from row import Row, complaint, median


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
        note += complaint(self.results)
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
                note=texts("p50") + complaint(self.results)),
            Row("added p99 at 500 requests/s", self.added("gateway", "p99"), "µs", bar,
                note=texts("p99")),
        ]


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


class RouteCheck:
    """A plain model name to its candidates."""

    def __init__(self):
        self.nanoseconds = []

    def measure(self, site, plan):
        done = subprocess.run([str(BIN / "load-generator"), "route-check", "--models", "500"],
                              capture_output=True, text=True, check=True)
        self.nanoseconds.append(json.loads(done.stdout)["nanoseconds"])

    def rows(self):
        return [Row("routing of a plain model name, 500 models", median(self.nanoseconds) / 1000,
                    "µs", 2)]


class ChoiceCheck:
    """Selection expressions over the candidates of one request."""

    EXPRESSIONS = {
        "by live metrics":
            "ai.models.filter(m, m.provider_id == 'openai' && "
            "m.metrics.global.error_rate.total < 0.01)",
        "by price": "ai.models.underCost('text.input', 0.5).sortBy('price')",
    }

    def __init__(self):
        self.nanoseconds = {name: [] for name in self.EXPRESSIONS}

    def measure(self, site, plan):
        for name, expression in self.EXPRESSIONS.items():
            done = subprocess.run(
                [str(BIN / "load-generator"), "choice-check", expression, "--models", "500"],
                capture_output=True, text=True, check=True)
            self.nanoseconds[name].append(json.loads(done.stdout)["nanoseconds"])

    def rows(self):
        return [Row(f"choice among 500 candidates {name}", median(found) / 1000, "µs", 100)
                for name, found in self.nanoseconds.items()]
