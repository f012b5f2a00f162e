"""The web servers that may stand before the gateway, each started from its example."""

import os
import shutil
import signal
import subprocess

import httpx

from machine import TOP, free_port, until

EXAMPLES = TOP / "examples"
PATH = os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin"
# What the examples name and a test has elsewhere.
SOCKET = "/run/lockkeeper/worker.sock"
CERTIFICATE = "/etc/letsencrypt/live/ai.example.com/fullchain.pem"
KEY = "/etc/letsencrypt/live/ai.example.com/privkey.pem"
AS_ROOT = os.geteuid() == 0


class Front:
    """A web server before the gateway of `site`, reached over TLS.

    Its logs lie beside those of the site, where no secret in them goes unseen.
    """

    name = ""
    program = ""
    # Whether it gives the gateway an id of the request; a test sees it as X-Test-Id.
    passes_an_id = True

    def __init__(self, site):
        self.site = site
        self.folder = site.root / self.name
        self.port = free_port()
        self.access_log = site.root / f"{self.name}-access.log"
        self.client = httpx.Client(
            base_url=f"https://127.0.0.1:{self.port}", timeout=30, trust_env=False,
            verify=site.certificates.context())

    @classmethod
    def path(cls):
        return shutil.which(cls.program, path=PATH)

    def start(self):
        self.folder.mkdir(exist_ok=True)
        self.site.spawn(self.name, *self.command())
        until(f"{self.name} serves", self.is_ready, seconds=15)
        return self

    def is_ready(self):
        self.site.runs(self.name)
        try:
            return self.client.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def stop(self):
        self.client.close()
        process = self.site.processes.pop(self.name)
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise

    def command(self):
        raise NotImplementedError

    def example(self, file, **changes):
        """The example's text with what a test has elsewhere."""
        certificate, key = self.site.certificates.server
        text = (EXAMPLES / self.name / file).read_text()
        changes = {SOCKET: self.site.socket_path, CERTIFICATE: certificate, KEY: key, **changes}
        for old, new in changes.items():
            assert old in text or old in (CERTIFICATE, KEY), f"{file} has no {old}"
            text = text.replace(old, str(new))
        return text

    def write(self, file, text):
        path = self.folder / file
        path.write_text(text)
        return path

    def flush_log(self):
        """Makes it write what it has logged, if it keeps that back."""

    def headers(self, token=None):
        return self.site.headers(token)



class Nginx(Front):
    """The site's own."""

    name = "nginx"
    program = "nginx"

    def __init__(self, site):
        super().__init__(site)
        self.client.base_url = f"https://127.0.0.1:{site.tls_port}"

    def start(self):
        until("nginx serves", self.is_ready)
        return self

    def stop(self):
        self.client.close()


class Apache(Front):
    name = "apache"
    program = "apache2"
    modules = ("mpm_event authz_core authz_host env setenvif headers unique_id "
               "proxy proxy_fcgi socache_shmcb ssl http2")

    def command(self):
        lines = [f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so"
                 for name in self.modules.split()]
        user = "User www-data\nGroup www-data" if AS_ROOT else ""
        lines.append(f"""
            {user}
            ServerRoot {self.folder}
            DefaultRuntimeDir {self.folder}
            PidFile {self.folder}/pid
            ServerName localhost
            Listen 127.0.0.1:{self.port} https
            ErrorLog {self.site.root}/apache.log
            CustomLog /dev/null common
            KeepAliveTimeout 1
        """)
        site = self.example("site.conf", **{
            "*:443": f"127.0.0.1:{self.port}",
            "SSLEngine on": "SSLEngine on\n"
                            'Header set X-Test-Id "expr=%{md5:%{reqenv:UNIQUE_ID}}"',
            "${APACHE_LOG_DIR}/lockkeeper.log": self.access_log})
        return self.path(), "-D", "FOREGROUND", "-f", self.write(
            "apache.conf", "\n".join(lines) + site)


class Lighttpd(Front):
    name = "lighttpd"
    program = "lighttpd"
    passes_an_id = False

    def command(self):
        site = self.example("lockkeeper.conf", **{
            ":443": f"127.0.0.1:{self.port}",
            "/var/log/lighttpd/lockkeeper.log": self.access_log})
        return self.path(), "-D", "-f", self.write("lighttpd.conf", f"""
            server.modules = ( "mod_access" )
            server.document-root = "{self.folder}"
            server.upload-dirs = ( "{self.folder}" )
            server.bind = "127.0.0.1"
            server.port = {free_port()}
        """ + site)

    def flush_log(self):
        self.site.processes[self.name].send_signal(signal.SIGHUP)


class Caddy(Front):
    name = "caddy"
    program = "caddy"

    def command(self):
        certificate, key = self.site.certificates.server
        site = self.example("Caddyfile", **{
            "ai.example.com {": f"https://127.0.0.1:{self.port} {{\n\ttls {certificate} {key}",
            "header_down -Status": "header_down -Status\nheader_down X-Test-Id {http.request.uuid}",
            "/var/log/caddy/lockkeeper.log": self.access_log})
        file = self.write("Caddyfile", f"""{{
            admin off
            auto_https off
            default_bind 127.0.0.1
            storage file_system {self.folder}/storage
        }}
        """ + site)
        return ("env", f"HOME={self.folder}", self.path(), "run", "--adapter", "caddyfile",
                "--config", file)


class H2O(Front):
    name = "h2o"
    program = "h2o"
    passes_an_id = False

    def command(self):
        site = self.example("h2o.conf", **{
            "user: www-data": "user: root" if AS_ROOT else "",
            "port: 443": f"host: 127.0.0.1\n      port: {self.port}",
            "/var/log/h2o/lockkeeper.log": self.access_log})
        return self.path(), "-c", self.write("h2o.conf", site)


FRONTS = [Nginx, Apache, Lighttpd, Caddy, H2O]
