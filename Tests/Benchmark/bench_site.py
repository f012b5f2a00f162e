"""The machine under test: simulator, gateway and one nginx, in a folder of their own."""

import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import datetime
from pathlib import Path

from processes import children_of
from bench_nginx import configuration

TOP = Path(__file__).resolve().parents[2]
sys.path.append(str(TOP / "Tests" / "EndToEnd"))
import tokens  # noqa: E402

BIN = Path(os.environ.get("LOCKKEEPER_BIN_DIR") or TOP / ".build" / "release")
NGINX = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
LUA_MODULES = [Path("/usr/lib/nginx/modules") / name for name in
               ("ndk_http_module.so", "ngx_http_lua_module.so")]
KEYS = 1000


def free_ports(count):
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


class Site:
    """Everything that runs; `with Site() as site:` starts and stops it."""

    def __init__(self):
        self.root = Path(tempfile.mkdtemp(prefix="lkb-", dir="/tmp"))
        self.processes = {}
        names = ("simulator", "recorded", "tls", "tls_once", "bare", "lua", "gateway",
                 "hedging", "fragile", "canned", "bare_canned", "api")
        self.ports = dict(zip(names, free_ports(len(names))))
        self.lua_modules = LUA_MODULES if all(path.exists() for path in LUA_MODULES) else []
        # While it is there, a provider fails.
        self.outage = self.root / "outage"
        self.user_line = "user root;" if os.geteuid() == 0 else ""
        (self.root / "temp").mkdir()
        (self.root / "state").mkdir(mode=0o700)
        self.make_certificates()
        self.write_gateway_configuration()
        self.token = self.make_keys()
        self.unknown_token = tokens.token()

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    # --- files ---

    def make_certificates(self):
        def openssl(*arguments):
            subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)

        self.authority = self.root / "ca.pem"
        self.certificate, self.key = self.root / "server.pem", self.root / "server.key"
        extensions = self.root / "extensions"
        extensions.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
        openssl("req", "-x509", *curve, "-days", "2", "-subj", "/CN=Benchmark CA",
                "-keyout", self.root / "ca.key", "-out", self.authority)
        openssl("req", *curve, "-subj", "/CN=localhost", "-keyout", self.key,
                "-out", self.root / "server.csr")
        openssl("x509", "-req", "-in", self.root / "server.csr", "-CA", self.authority,
                "-CAkey", self.root / "ca.key", "-CAcreateserial", "-days", "2",
                "-extfile", extensions, "-out", self.certificate)

    def write_gateway_configuration(self):
        master_key = self.root / "master.key"
        master_key.write_bytes(base64.b64encode(os.urandom(32)) + b"\n")
        master_key.chmod(0o400)

        def provider(name, scheme, port):
            return {"id": name, "base_url": f"{scheme}://127.0.0.1:{self.ports[port]}/v1",
                    "api_keys": [{"value": "${env:BENCHMARK_PROVIDER_KEY}"}],
                    "models": [{"id": "sim-fast"}]}

        providers = [
            provider("plain", "http", "simulator"), provider("other", "http", "simulator"),
            provider("fragile", "http", "fragile"), provider("recorded", "http", "recorded"),
            provider("canned", "http", "canned"), provider("tls", "https", "tls"),
            provider("once", "https", "tls_once"),
            {**provider("messages", "http", "simulator"), "dialects": {"anthropic-messages": {}}},
        ]
        # JSON is YAML too.
        self.config = self.root / "gateway.yaml"
        self.config.write_text(json.dumps({
            "listen": f"unix:{self.root}/worker.sock",
            "loops": 2,
            "state": str(self.root / "state"),
            "master_key": "${file:" + str(master_key) + "}",
            "drain_timeout": "1s",
            "log": {"access": str(self.root / "access.log")},
            "credits": {"mode": os.environ.get("LOCKKEEPER_BENCH_CREDITS", "track")},
            "upstreams": {"ca_file": str(self.authority), "max_connections": 16000},
            "gateways": [
                {"id": "ep_main", "providers": providers},
                {"id": "ep_hedging", "providers": providers, "hedge_after": "300ms"},
            ],
        }, indent=2))

    def make_keys(self):
        """One key by the command line and, after its pattern, the rest of them."""
        done = subprocess.run(
            [BIN / "lockkeeper", "keys", "create", "--json", "--name", "benchmark",
             "--config", self.config],
            capture_output=True, text=True, env=self.environment(), check=False)
        if done.returncode != 0:
            raise SystemExit(f"keys create: {done.stderr.strip()}")
        store = self.root / "state" / "store.jsonl"
        record = json.loads(store.read_text().splitlines()[-1])
        with store.open("a") as file:
            for number in range(KEYS - 1):
                token = tokens.token()
                record.update(
                    id=f"aigk_{number:024d}", handle=token.split("-")[1],
                    hash=tokens.sha256(token), keyRedacted=token[:10] + "***" + token[-4:])
                if "seq" in record:
                    record["seq"] += 1
                file.write(json.dumps(record, separators=(",", ":")) + "\n")
        return json.loads(done.stdout)["token"]

    def environment(self):
        return {**os.environ, "BENCHMARK_PROVIDER_KEY": "sk-benchmark"}

    # --- life ---

    def start(self):
        self.spawn("simulator", BIN / "provider-simulator", "--no-record", "--listen",
                   f"unix:{self.root}/simulator.sock")
        self.spawn("recorded", BIN / "provider-simulator", "--listen",
                   f"unix:{self.root}/recorded.sock")
        shutil.copytree(TOP / "nginx", self.root / "lockkeeper")
        upstream = self.root / "lockkeeper" / "lockkeeper.conf"
        upstream.write_text(upstream.read_text().replace(
            "/run/lockkeeper/worker.sock", f"{self.root}/worker.sock"))
        (self.root / "nginx.conf").write_text(configuration(self))
        self.wait_for("simulator.sock")
        self.wait_for("recorded.sock")
        self.spawn("nginx", NGINX, "-p", self.root, "-c", self.root / "nginx.conf", "-e",
                   self.root / "nginx.log")
        self.start_gateway()

    def start_gateway(self):
        """Starts a gateway with empty heaps: the seconds until it is ready."""
        self.stop_process("gateway")
        start = time.monotonic()
        self.spawn("gateway", BIN / "lockkeeper", "serve", "--config", self.config)
        deadline = start + 60
        while True:
            self.check("gateway")
            self.check("nginx")
            try:
                with urllib.request.urlopen(self.url("gateway", "/readyz"), timeout=1) as answer:
                    if answer.status == 200:
                        break
            except OSError:
                pass
            if time.monotonic() > deadline:
                raise SystemExit("the gateway was not ready within 60 s\n" + self.logs())
            time.sleep(0.05)
        seconds = time.monotonic() - start
        self.worker = children_of(self.processes["gateway"].pid)[0]
        return seconds

    def spawn(self, name, *command):
        with open(self.root / f"{name}.out", "ab") as log:
            self.processes[name] = subprocess.Popen(
                [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, env=self.environment(), start_new_session=True)

    def check(self, name):
        code = self.processes[name].poll()
        if code is not None:
            raise SystemExit(f"{name} ended with {code}\n{self.logs()}")

    def wait_for(self, name):
        deadline = time.monotonic() + 10
        while not (self.root / name).exists():
            if time.monotonic() > deadline:
                raise SystemExit(f"no {name} within 10 s\n{self.logs()}")
            time.sleep(0.02)

    def stop_process(self, name):
        process = self.processes.pop(name, None)
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(5)

    def stop(self):
        for name in ("gateway", "nginx", "recorded", "simulator"):
            self.stop_process(name)
        shutil.rmtree(self.root, ignore_errors=True)

    def logs(self):
        texts = []
        for path in sorted(self.root.glob("*.out")) + [self.root / "nginx.log"]:
            if path.exists() and path.stat().st_size:
                texts.append(f"--- {path.name}\n{path.read_text(errors='replace')[-2000:]}")
        return "\n".join(texts)

    def log_from_now(self):
        """What the access log will have got: a function that gives its lines, with their times."""
        path = self.root / "access.log"
        start = path.stat().st_size if path.exists() else 0

        def lines():
            time.sleep(0.2)  # The log gathers lines for 50 ms.
            with path.open("rb") as file:
                file.seek(start)
                found = [json.loads(line) for line in file.read().splitlines()]
            for line in found:
                line["seconds"] = datetime.fromisoformat(line["time"]).timestamp()
            return found
        return lines

    # --- who and where ---

    def url(self, server, path="/v1/chat/completions"):
        return f"http://127.0.0.1:{self.ports[server]}{path}"

    @property
    def supervisor(self):
        return self.processes["gateway"].pid

    @property
    def nginx_workers(self):
        return children_of(self.processes["nginx"].pid)
