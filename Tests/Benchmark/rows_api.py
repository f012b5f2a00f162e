"""Rows about the API of a gateway with many keys: what a read costs, and what streams feel of it."""

import http.client
import json
import shutil
import subprocess
import threading
from contextlib import contextmanager

from bench_site import BIN
from load import body, run
from processes import cpu_nanoseconds
from row import Row, complaint, median
from rows_million import lines, pattern_of

KEYS = 20_000
READS = 300


class Api:
    """A store of 20,000 keys: reads of the API one by one, then all pages of the list, again and
    again, beside 500 requests a second."""

    def __init__(self):
        self.figures, self.loads = {}, {}

    def note(self, name, value):
        self.figures.setdefault(name, []).append(value)

    def measure(self, site, plan):
        small = site.config
        state = site.root / "api"
        state.mkdir(mode=0o700)
        site.config = site.root / "api.yaml"
        site.config.write_text(small.read_text().replace(
            json.dumps(str(site.root / "state")), json.dumps(str(state))))
        try:
            self.make_store(site, state / "store.jsonl")
            self.command(site, "management-keys", "create", "--role", "admin", "--json")
            site.start_gateway()
            self.measure_reads(site, plan)
        finally:
            site.stop_process("gateway")
            shutil.rmtree(state)
            site.config = small
        site.start_gateway()

    def make_store(self, site, store):
        """The key that the load generator has, and so many others."""
        text = (site.root / "state" / "store.jsonl").read_text().splitlines()[0]
        record = json.loads(text)
        with store.open("w") as file:
            file.write(text + "\n")
            file.writelines(lines(pattern_of(record), record["seq"] + 1, KEYS - 1))
        store.chmod(0o600)

    def measure_reads(self, site, plan):
        client = Client(site, self.token)
        first = client.get("/access-keys")["aiGatewayAccessKeys"]
        assert len(first) == 100, "a page of the list has 100 keys"
        for name, path in (("one", first[50]["uri"]), ("list", "/access-keys"),
                           ("search", "/access-keys?search=nobody")):
            before = cpu_nanoseconds(site.worker)
            for _ in range(READS):
                client.get(path)
            self.note(name, (cpu_nanoseconds(site.worker) - before) / READS / 1e6)

        def load():
            return run(site, "open", "gateway", body("plain:sim-fast"), "--rate", 500,
                       "--duration", plan.open_seconds)
        alone = load()
        with paging(site, self.token) as pages:
            beside = load()
        assert pages, "no page was read meanwhile"
        self.note("pages", len(pages) / plan.open_seconds)
        self.note("p99", (beside.microseconds("p99") - alone.microseconds("p99")) / 1000)
        self.loads.setdefault("gateway", []).extend([alone, beside])
        status = json.loads(self.command(site, "status", "--json"))
        self.note("turns", max(loop["turn_p99_us"] for loop in status["loops"]) / 1000)
        self.note("longest", max(loop["turn_max_us"] for loop in status["loops"]) / 1000)

    def command(self, site, *arguments):
        done = subprocess.run([BIN / "lockkeeper", *arguments, "--config", site.config],
                              capture_output=True, text=True, env=site.environment(), check=False)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(arguments)}: {done.stderr.strip()}")
        if arguments[0] == "management-keys":
            self.token = json.loads(done.stdout)["token"]
        return done.stdout

    def rows(self):
        value = {name: median(values) for name, values in self.figures.items()}
        keys = f"the API with {KEYS:,} keys"
        return [
            Row(f"{keys}: worker's CPU time of a read, one key", value["one"], "ms", 1),
            Row(f"{keys}: the same, a list of 100", value["list"], "ms", 1,
                note=f"a search that finds nothing {value['search']:.1f} ms, on a thread that gives "
                     "way"),
            Row(f"{keys}: turns of the loops, p99, while all pages are read again and again",
                value["turns"], "ms", 2,
                note=f"longest {value['longest']:.1f} ms; {value['pages']:.0f} pages a second; p99 "
                     f"of 500 requests/s {value['p99']:+.2f} ms{complaint(self.loads)}"),
        ]


class Client:
    """A client of the API on one connection."""

    def __init__(self, site, token):
        self.connection = http.client.HTTPConnection("127.0.0.1", site.ports["api"], timeout=30)
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, path):
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise SystemExit(f"GET {path}: {answer.status} {text[:200]}")
        return json.loads(text)


@contextmanager
def paging(site, token):
    """Reads all pages from a thread until the block ends; gives the list of their sizes."""
    pages, stop = [], threading.Event()

    def read():
        client, uri = Client(site, token), None
        while not stop.is_set():
            page = client.get(uri or "/access-keys")
            pages.append(len(page["aiGatewayAccessKeys"]))
            uri = page["nextPageUri"]

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield pages
    finally:
        stop.set()
        thread.join()
