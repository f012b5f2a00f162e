"""Runs the load generator and measures who spent what meanwhile."""

import json
import subprocess
from dataclasses import dataclass, field

from processes import cpu_nanoseconds
from bench_site import BIN

SENTENCES = "You are a helpful assistant that answers in one short paragraph. "


def body(model, stream=False, size=2000):
    """A chat request of about so many bytes."""
    request = {"model": model, "messages": [{"role": "system", "content": ""},
                                            {"role": "user", "content": "Tell me about locks."}],
               "max_tokens": 256}
    if stream:
        request["stream"] = True
    room = size - len(json.dumps(request))
    request["messages"][0]["content"] = (SENTENCES * (size // len(SENTENCES) + 1))[:max(0, room)]
    return json.dumps(request)


@dataclass
class Result:
    """What the generator saw, and the CPU time of each group of processes meanwhile."""
    seen: dict
    cpu: dict = field(default_factory=dict)
    at_hold: dict = field(default_factory=dict)

    @property
    def count(self):
        return self.seen["answered"] + sum(self.seen["refused"].values())

    @property
    def per_second(self):
        return self.count / (self.seen["nanoseconds"] / 1e9)

    @property
    def errors(self):
        """Requests that were not answered with 200."""
        return self.seen["failed"] + sum(self.seen["refused"].values())

    def microseconds(self, name, what="latency"):
        return self.seen[what][f"{name}_ns"] / 1000

    def cpu_each(self, group, count=None):
        """Microseconds of CPU for each request (or each of `count`)."""
        return self.cpu[group] / 1000 / max(1, count if count is not None else self.count)


def run(site, kind, server, text, *options, token=None, at_hold=None, groups=None):
    """One run of `load-generator kind` against one of nginx's servers.

    CPU is counted from the phase `counting` or `open` to `held` or the end. `at_hold` is called
    while the streams are held.
    """
    groups = groups or {"worker": [site.worker], "nginx": site.nginx_workers,
                        "simulator": [site.processes["simulator"].pid]}
    body_file = site.root / "body.json"
    body_file.write_text(text)
    key_file = site.root / "key"
    key_file.write_text((token or site.token) + "\n")
    process = subprocess.Popen(
        [str(BIN / "load-generator"), kind, "--url", site.url(server), "--body-file",
         str(body_file), "--key-file", str(key_file), *map(str, options)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def spent():
        return {name: cpu_nanoseconds(*pids) for name, pids in groups.items()}

    before, after, held, seen = spent(), None, {}, None
    for line in process.stdout:
        message = json.loads(line)
        match message.get("phase"):
            case "counting" | "open":
                before = spent()
            case "held":
                after = spent()
                if at_hold:
                    held = at_hold()
            case _:
                seen = message
                after = after or spent()
    if process.wait() != 0 or seen is None:
        raise SystemExit(f"load-generator {kind}: {process.stderr.read()}\n{site.logs()}")
    return Result(seen, {name: after[name] - before[name] for name in groups}, held)
