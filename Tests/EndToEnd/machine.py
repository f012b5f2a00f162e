"""The real machine: gateway, simulator and nginx in a folder of their own, on free ports."""

import base64
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from pathlib import Path

import httpx

TOP = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("LOCKKEEPER_BIN_DIR") or TOP / ".build" / "release")
# A sanitizer keeps freed memory for a while.
SANITIZER_KILOBYTES = 400_000 if "LOCKKEEPER_BIN_DIR" in os.environ else 0
NGINX = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")


def until(what, condition, seconds=10.0, pause=0.02):
    """Polls until the condition gives something true and returns that."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds} s: {what}")
        time.sleep(pause)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def free_ports(count):
    """Several at once: asked for one after the other, two may be the same."""
    with contextlib.ExitStack() as open_probes:
        probes = [open_probes.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def children_of(pid):
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def resident_kilobytes(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1))


def simulated_providers(base):
    """OpenAI and Anthropic, both played by the simulator, each with a managed key of its own."""
    return [
        {"id": "openai", "base_url": base, "api_keys": [{"value": "${env:TEST_OPENAI_KEY}"}]},
        {"id": "anthropic", "base_url": base,
         "api_keys": [{"value": "${env:TEST_ANTHROPIC_KEY}"}]},
    ]


class Machine:
    """One running site.

    `providers` is a list for ep_main or a function of the simulator's URL, `gateways` such a
    function for all gateways; `settings` are top-level keys of gateway.yaml, `gateway` those of
    ep_main; `locations` goes into nginx's server block, `api_params` into the locations of the API.
    nginx believes `nginx_authority` of a realtime provider, the test's own unless set.
    `keepalive` is how long nginx keeps an idle connection to the gateway.
    With `tls_provider` set to members of a provider, nginx plays the provider `secure` over TLS.
    """

    openai_key = "sk-managed-openai-0123456789abcdef"
    anthropic_key = "sk-ant-managed-0123456789abcdef"

    def __init__(self, certificates, providers=simulated_providers, gateway=None, settings=None,
                 gateways=None, locations="", api_params="", environment=None, tls_provider=None,
                 nginx_authority=None, keepalive="30s"):
        self.root = Path(tempfile.mkdtemp(prefix="lk-", dir="/tmp"))
        self.certificates = certificates
        self.nginx_authority = nginx_authority or certificates.authority
        self.locations = locations
        self.keepalive = keepalive
        self.api_params = api_params
        self.environment = {
            **os.environ, "TEST_OPENAI_KEY": self.openai_key,
            "TEST_ANTHROPIC_KEY": self.anthropic_key, **(environment or {}),
        }
        self.processes = {}
        self.port, self.tls_port, self.simulator_port, self.api_port = free_ports(4)
        self.base = f"http://127.0.0.1:{self.port}"
        self.tls_base = f"https://localhost:{self.tls_port}"
        self.api_base = f"http://127.0.0.1:{self.api_port}"
        self.simulator_base = f"http://127.0.0.1:{self.simulator_port}"
        self.config_path = self.root / "gateway.yaml"
        self.socket_path = self.root / "worker.sock"
        self.state = self.root / "state"
        self.client = httpx.Client(base_url=self.base, timeout=30, trust_env=False)
        self.clients = [self.client]
        for folder in ("state", "nginx", "nginx/temp", "bodies", "bin"):
            (self.root / folder).mkdir()
        # A path of its own, at which another program may be put.
        self.program = self.root / "bin" / "lockkeeper"
        self.program.symlink_to(BIN / "lockkeeper")
        master_key = self.root / "master.key"
        master_key.write_bytes(base64.b64encode(os.urandom(32)) + b"\n")
        master_key.chmod(0o400)
        if callable(providers):
            providers = providers(self.simulator_base + "/v1")
        if tls_provider is not None:
            providers = [*providers, {
                "id": "secure", "base_url": f"{self.tls_base}/simulator/v1", **tls_provider}]
            self.locations += f"location /simulator/ {{ proxy_pass {self.simulator_base}/; "
            self.locations += "proxy_buffering off; client_max_body_size 64m; }"
        self.config = {
            "listen": f"unix:{self.socket_path}",
            "listen_mode": "0660",
            "loops": 2,
            "state": str(self.state),
            "master_key": "${file:" + str(master_key) + "}",
            "drain_timeout": "5s",
            "log": {"access": str(self.root / "access.log")},
            **(settings or {}),
            "gateways": gateways(self.simulator_base + "/v1") if gateways else [
                {"id": "ep_main", **(gateway or {}), "providers": providers}],
        }
        self.write_config()

    def write_config(self):
        # JSON is YAML too.
        self.config_path.write_text(json.dumps(self.config, indent=2))

    # --- life ---

    def start(self):
        self.start_simulator()
        self.start_gateway()
        self.start_nginx()
        until("the site is ready", self.is_ready, seconds=20)
        return self

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def spawn(self, name, *command):
        log = open(self.root / f"{name}.log", "ab")
        with log:
            process = subprocess.Popen(
                [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=self.environment, start_new_session=True)
        self.processes[name] = process
        return process

    def start_simulator(self):
        path = self.root / "simulator.sock"
        self.spawn("simulator", BIN / "provider-simulator", "--listen", f"unix:{path}")
        until("the simulator listens", lambda: self.runs("simulator") and path.exists())

    def start_gateway(self):
        self.spawn("gateway", self.program, "serve", "--config", self.config_path)
        until("the gateway listens", lambda: self.runs("gateway") and self.socket_path.exists())

    def runs(self, name):
        process = self.processes[name]
        if process.poll() is not None:
            raise RuntimeError(f"{name} ended with {process.returncode}\n{self.log(name)[-4000:]}")
        return True

    def start_nginx(self):
        """Starts nginx with the shipped files; takes other ports when these were snatched away."""
        folder = self.root / "nginx"
        shutil.copytree(TOP / "nginx", folder / "lockkeeper", dirs_exist_ok=True)
        upstream = folder / "lockkeeper" / "lockkeeper.conf"
        upstream.write_text(upstream.read_text().replace(
            "/run/lockkeeper/worker.sock", str(self.socket_path)).replace(
            "keepalive_timeout 30s", f"keepalive_timeout {self.keepalive}"))
        api = folder / "lockkeeper" / "lockkeeper-api.conf"
        api.write_text(api.read_text().replace("127.0.0.1:8686;", f"127.0.0.1:{self.api_port};")
                       .replace("/etc/nginx/lockkeeper/", f"{folder}/lockkeeper/"))
        realtime = folder / "lockkeeper" / "snippets" / "realtime.conf"
        realtime.write_text(realtime.read_text().replace(
            "/etc/ssl/certs/ca-certificates.crt", str(self.nginx_authority)))
        for name in ("v1.conf", "v1beta.conf", "realtime.conf"):
            snippet = folder / "lockkeeper" / "snippets" / name
            snippet.write_text(snippet.read_text().replace(
                "fastcgi_pass lockkeeper", self.api_params + " fastcgi_pass lockkeeper"))
        (folder / "nginx.conf").write_text(self.nginx_configuration())
        self.spawn("nginx", NGINX, "-p", folder, "-c", folder / "nginx.conf", "-e",
                   self.root / "nginx.log")
        until("nginx listens", lambda: self.runs("nginx") and (folder / "nginx.pid").exists())

    def nginx_configuration(self):
        user = "user root;" if os.geteuid() == 0 else ""
        certificate, key = self.certificates.server
        return f"""
            {user}
            daemon off;
            worker_processes 2;
            pid {self.root}/nginx/nginx.pid;
            error_log {self.root}/nginx.log info;
            events {{ worker_connections 8192; }}
            http {{
                client_body_temp_path temp; proxy_temp_path temp; fastcgi_temp_path temp;
                uwsgi_temp_path temp; scgi_temp_path temp;
                access_log off;
                include lockkeeper/lockkeeper.conf;
                include lockkeeper/lockkeeper-api.conf;
                server {{
                    listen 127.0.0.1:{self.port};
                    listen 127.0.0.1:{self.tls_port} ssl http2;
                    server_name localhost;
                    ssl_certificate {certificate};
                    ssl_certificate_key {key};
                    include lockkeeper/snippets/tls.conf;
                    include lockkeeper/lockkeeper_errors.conf;
                    include lockkeeper/snippets/v1.conf;
                    include lockkeeper/snippets/v1beta.conf;
                    include lockkeeper/snippets/realtime.conf;
                    include lockkeeper/snippets/health.conf;
                    {self.locations}
                }}
                server {{
                    listen 127.0.0.1:{self.simulator_port};
                    location / {{
                        fastcgi_param REQUEST_METHOD $request_method;
                        fastcgi_param REQUEST_URI $request_uri;
                        fastcgi_param QUERY_STRING $query_string;
                        fastcgi_param CONTENT_TYPE $content_type;
                        fastcgi_param CONTENT_LENGTH $content_length;
                        fastcgi_buffering off;
                        fastcgi_read_timeout 1h;
                        client_max_body_size 64m;
                        client_body_buffer_size 64m;
                        fastcgi_pass unix:{self.root}/simulator.sock;
                    }}
                }}
            }}
        """

    def is_ready(self):
        for name in self.processes:
            self.runs(name)
        try:
            return self.client.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def stop(self):
        for client in self.clients:
            client.close()
        for name in ("gateway", "nginx", "simulator"):
            process = self.processes.get(name)
            if process and process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for name, process in self.processes.items():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(5)
                raise
        self.check_secrecy()
        shutil.rmtree(self.root)

    def check_secrecy(self):
        """No log and no file of the state folder holds a token or a provider's key, ever."""
        for path in [*self.root.glob("*.log"), *self.state.glob("*")]:
            if path.is_file() and path.name != "simulator.log":
                text = path.read_bytes()
                for secret in self.secrets():
                    assert secret.encode() not in text, f"{path.name} holds {secret[:10]}..."

    def secrets(self):
        return [self.openai_key, self.anthropic_key, *getattr(self, "tokens", [])]

    def log(self, name):
        path = self.root / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    @property
    def supervisor_pid(self):
        return self.processes["gateway"].pid

    def worker_pid(self):
        pids = [pid for pid in children_of(self.supervisor_pid) if is_alive(pid)]
        return pids[0] if pids else None

    # --- the command line ---

    def cli(self, *arguments, input=None, check=True, binary="lockkeeper", timeout=60):
        done = subprocess.run(
            [BIN / binary, *arguments, "--config", self.config_path], input=input,
            capture_output=True, text=True, env=self.environment, timeout=timeout)
        if check and done.returncode != 0:
            raise AssertionError(f"{arguments} exited {done.returncode}: {done.stderr}")
        return done

    def create_key(self, *options):
        """Makes an access key; the result's `token` is what a client sends."""
        record = json.loads(self.cli("keys", "create", "--json", *options).stdout)
        self.tokens = [*getattr(self, "tokens", []), record["token"]]
        return record

    def management_key(self, role="admin", *options):
        """Makes a management key; the result's `token` is what opens the API."""
        record = json.loads(self.cli("management-keys", "create", "--json", "--role", role,
                                     *options).stdout)
        self.tokens = [*getattr(self, "tokens", []), record["token"]]
        return record

    def api(self, token=None, role="admin"):
        """A client of the API: an admin's, or the holder's of a token."""
        token = token or self.management_key(role)["token"]
        client = httpx.Client(base_url=self.api_base, timeout=30, trust_env=False,
                              headers={"Authorization": f"Bearer {token}"})
        self.clients.append(client)
        return client

    @property
    def token(self):
        """A key that is good for everything, made when first asked for."""
        if not hasattr(self, "first_token"):
            self.first_token = self.create_key("--name", "everything")["token"]
        return self.first_token

    def status(self):
        return json.loads(self.cli("status", "--json").stdout)

    # --- requests ---

    def headers(self, token=None):
        return {"Authorization": f"Bearer {token or self.token}"}

    def chat(self, model="openai:sim-fast", text="hello", token=None, headers=None, **members):
        body = {"model": model, "messages": [{"role": "user", "content": text}], **members}
        if model is None:
            del body["model"]
        return self.client.post("/v1/chat/completions", json=body,
                                headers={**self.headers(token), **(headers or {})})

    def stream(self, model="openai:sim-fast", token=None, **members):
        """A streamed chat request as a context manager of httpx."""
        body = {"model": model, "stream": True,
                "messages": [{"role": "user", "content": "hello"}], **members}
        return self.client.stream("POST", "/v1/chat/completions", json=body,
                                  headers=self.headers(token))

    def simulator_requests(self):
        answer = httpx.get(f"{self.simulator_base}/_simulator/requests?since=0", trust_env=False)
        return answer.raise_for_status().json()

    def forget_requests(self):
        httpx.delete(f"{self.simulator_base}/_simulator/requests",
                     trust_env=False).raise_for_status()

    def access_lines(self):
        return [json.loads(line) for line in self.log("access").splitlines() if line]


class Certificates:
    """A certificate authority of our own and a certificate for localhost."""

    def __init__(self, folder):
        def openssl(*arguments):
            subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)

        self.authority = folder / "ca.pem"
        authority_key, key = folder / "ca.key", folder / "server.key"
        request, certificate = folder / "server.csr", folder / "server.pem"
        extensions = folder / "extensions"
        extensions.write_text(
            "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n"
            "keyUsage=digitalSignature\nextendedKeyUsage=serverAuth\n")
        curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
        openssl("req", "-x509", *curve, "-days", "2", "-subj", "/CN=Lockkeeper test CA",
                "-addext", "keyUsage=critical,keyCertSign", "-keyout", authority_key,
                "-out", self.authority)
        openssl("req", *curve, "-subj", "/CN=localhost", "-keyout", key, "-out", request)
        openssl("x509", "-req", "-in", request, "-CA", self.authority, "-CAkey", authority_key,
                "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out", certificate)
        self.server = (certificate, key)

    def context(self):
        return ssl.create_default_context(cafile=str(self.authority))
