"""Rows about a store of a million keys."""

import json
import os
import shutil
import socket
import subprocess
import threading
import time

import tokens
from bench_site import BIN
from load import body, run
from processes import peak_bytes, resident_bytes
from row import Row, complaint, median

MEGABYTE = 1024 * 1024
APPENDED = 100


def lines(pattern, first, count):
    """Store lines numbered from `first` on, of keys whose tokens nobody has."""
    head, tail = pattern
    for start in range(first, first + count, 10_000):
        numbers = range(start, min(start + 10_000, first + count))
        digits = os.urandom(38 * len(numbers)).hex()
        yield "".join(
            head % (number, number) + digits[at:at + 12] + '","hash":"' + digits[at + 12:at + 76]
            + tail for at, number in zip(range(0, len(digits), 76), numbers))


def pattern_of(record):
    """What stands before and after handle and hash in a line like this record's."""
    record = {**record, "seq": "<seq>", "id": "<id>", "handle": "<handle>", "hash": "<hash>",
              "keyRedacted": "ng-a1b2c3d***a1b2"}
    text = json.dumps(record, separators=(",", ":")).replace("%", "%%")
    text = text.replace('"<seq>"', "%d").replace("<id>", "aigk_%024d")
    head, rest = text.split("<handle>")
    return head, rest.split("<hash>")[1] + "\n"


class Million:
    """A gateway on a store of a million keys: what it takes, and reloads while it serves."""

    def __init__(self):
        self.figures, self.loads = {}, {}
        self.keys = 0

    def note(self, name, value):
        self.figures.setdefault(name, []).append(value)

    def measure(self, site, plan):
        self.keys = plan.keys
        small = site.config
        state = site.root / "million"
        state.mkdir(mode=0o700)
        site.config = site.root / "million.yaml"
        site.config.write_text(small.read_text().replace(
            json.dumps(str(site.root / "state")), json.dumps(str(state))))
        try:
            self.make_store(site, state / "store.jsonl", plan.keys)
            self.measure_store(site, state, plan)
            done = subprocess.run(
                [str(BIN / "load-generator"), "key-check", "--keys", str(plan.keys)],
                capture_output=True, text=True, check=True)
            self.note("check", json.loads(done.stdout)["nanoseconds"] / 1000)
        finally:
            site.stop_process("gateway")
            shutil.rmtree(state)
            site.config = small
        site.start_gateway()

    def make_store(self, site, store, count):
        """The key that the load generator has, and so many others."""
        text = (site.root / "state" / "store.jsonl").read_text().splitlines()[0]
        record = json.loads(text)
        self.pattern, self.next = pattern_of(record), record["seq"] + 1
        with store.open("w") as file:
            file.write(text + "\n")
        store.chmod(0o600)
        self.append(store, count - 1)

    def append(self, store, count):
        with store.open("a") as file:
            file.writelines(lines(self.pattern, self.next, count))
        self.next += count

    def measure_store(self, site, state, plan):
        store = state / "store.jsonl"
        self.note("load", site.start_gateway())
        self.note("resident", resident_bytes(site.worker) / MEGABYTE)
        self.note("loaded peak", peak_bytes(site.worker) / MEGABYTE)
        calm = self.load(site, plan)
        self.append(store, APPENDED)
        self.note("tail", self.reload(state) * 1000)
        self.note("tail", self.reloaded_tail(state, store) * 1000)
        self.note("whole", self.reload_whole(state))
        during = self.load(site, plan, lambda: self.reload_whole(state))
        self.loads.setdefault("calm", []).append(calm)
        self.loads.setdefault("reloading", []).append(during)
        self.note("p99", (during.microseconds("p99") - calm.microseconds("p99")) / 1000)
        key = json.loads(self.command(site, "create", "keys", "create", "--json"))
        self.command(site, "delete", "keys", "delete", key["id"])
        self.command(site, "list", "keys", "list", "--json")
        self.note("afterwards", resident_bytes(site.worker) / MEGABYTE)
        self.note("peak", peak_bytes(site.worker) / MEGABYTE)

    def reloaded_tail(self, state, store):
        self.append(store, APPENDED)
        return self.reload(state)

    def load(self, site, plan, meanwhile=None):
        """500 requests a second, and all the while something else, again and again."""
        over = threading.Event()

        def repeat():
            while not over.is_set():
                meanwhile()
        thread = threading.Thread(target=repeat if meanwhile else lambda: None)
        thread.start()
        try:
            return run(site, "open", "gateway", body("plain:sim-fast"), "--rate", 500,
                       "--duration", plan.open_seconds)
        finally:
            over.set()
            thread.join()

    def reload_whole(self, state):
        """A reload after the file was replaced, as a compaction does it."""
        store, copy = state / "store.jsonl", state / "copy"
        # A name for the old file, so that the next one is another.
        copy.unlink(missing_ok=True)
        os.link(store, copy)
        if not (state / "other").exists():
            shutil.copy2(store, state / "other")
        os.rename(state / "other", store)
        os.rename(copy, state / "other")
        return self.reload(state)

    def reload(self, state):
        """How long a reload takes until every loop serves by it."""
        with socket.socket(socket.AF_UNIX) as control:
            control.connect(str(state / "control.sock"))
            control.settimeout(120)
            start = time.monotonic()
            control.sendall(b'{"command":"reload"}\n')
            answer = json.loads(control.makefile().readline())
            seconds = time.monotonic() - start
        if answer["result"] != "done":
            raise SystemExit(f"reload: {answer}")
        return seconds

    def command(self, site, name, *arguments):
        start = time.monotonic()
        done = subprocess.run([BIN / "lockkeeper", *arguments, "--config", site.config],
                              capture_output=True, text=True, env=site.environment(), check=False)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(arguments)}: {done.stderr.strip()}")
        self.note(name, time.monotonic() - start)
        return done.stdout

    def rows(self):
        value = {name: median(values) for name, values in self.figures.items()}
        p99 = ", ".join(f"{name} {median([r.microseconds('p99') for r in results]) / 1000:.2f} ms"
                        for name, results in self.loads.items())
        keys = f"{self.keys:,} keys"
        return [
            Row(f"{keys}: ready after", value["load"], "s", 10),
            Row(f"{keys}: worker's resident memory", value["resident"], "MB", 250,
                note=f"peak {value['loaded peak']:.0f} MB; after all reloads "
                     f"{value['afterwards']:.0f} MB, peak {value['peak']:.0f} MB"),
            Row(f"{keys}: key check, each key in turn", value["check"], "µs", 1),
            Row(f"{keys}: reload of {APPENDED} new lines", value["tail"], "ms", 50),
            Row(f"{keys}: reload of the whole store", value["whole"], "s"),
            Row(f"{keys}: p99 of 500 requests/s, more during whole reloads", value["p99"],
                "ms", 5, note=p99 + complaint(self.loads)),
            Row(f"{keys}: keys create", value["create"], "s",
                note=f"delete {value['delete']:.2f} s, list --json {value['list']:.1f} s"),
        ]
