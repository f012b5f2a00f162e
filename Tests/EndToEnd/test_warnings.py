"""Warnings of low balances and expiring grants, by webhook and by mail, once each."""

import email
import email.policy
import hashlib
import hmac
import json
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from machine import free_port, until
from test_last_used import restart
from test_lifecycle import kill_worker

SECRET = "whsec-0123456789abcdef"
PASSWORD = "mail-password-0123456789"


class Hook:
    """A receiver of posts; the first of them get these statuses, the others 204."""

    def __init__(self, *statuses):
        self.posts, self.statuses = [], list(statuses)
        hook = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = hook.statuses.pop(0) if hook.statuses else 204
                hook.posts.append((time.monotonic(), status, self.headers, body))
                self.send_response(status)
                self.send_header("Content-Length", "0" if status == 204 else "4")
                self.end_headers()
                if status != 204:
                    self.wfile.write(b"oops")

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook/?team=a"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def taken(self):
        """The warnings that were taken, each a JSON object."""
        return [json.loads(body) for _, status, _, body in self.posts if status == 204]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def hook():
    made = []

    def make(*statuses):
        made.append(Hook(*statuses))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def post_office(certificates):
    """Starts aiosmtpd, a mail server; `.mails` are the envelopes that it took."""
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*map(str, certificates.server))
    started = []

    class Handler:
        def __init__(self):
            self.mails = []

        async def handle_DATA(self, server, session, envelope):
            self.mails.append((session, envelope))
            return "250 taken"

    def check(server, session, envelope, mechanism, data):
        good = (data.login, data.password) == (b"lockkeeper", PASSWORD.encode())
        return AuthResult(success=good)

    def make(kind):
        handler = Handler()
        options = {
            "open": {},
            "starttls": {"tls_context": context, "require_starttls": True,
                         "authenticator": check, "auth_required": True},
            "smtps": {"ssl_context": context},
        }[kind]
        office = Controller(handler, hostname="localhost", port=free_port(), **options)
        office.start()
        office.mails = handler.mails
        started.append(office)
        return office

    yield make
    for office in started:
        office.stop()


def start(start_machine, credits, **settings):
    site = start_machine(
        settings={"credits": {"mode": "prepaid", "warn_at": ["1"], **credits}, **settings},
        environment={"HOOK_SECRET": SECRET, "MAIL_PASSWORD": PASSWORD})
    site.cli("credits", "add", "--amount", "10.00", "--category", "promotional",
             "--idempotency-key", "first")
    until("the balance was looked at", lambda: '"default"' in told(site))
    return site


def told(site):
    path = site.state / "warnings.json"
    return path.read_text() if path.exists() else ""


def lower(site, *thresholds):
    """Makes the balance of 10 dollars a low one: by thresholds above it."""
    site.config["credits"]["warn_at"] = list(thresholds)
    site.write_config()
    site.cli("reload")


def test_a_warning_is_posted_signed_and_once(start_machine, hook):
    receiver = hook()
    site = start(start_machine, {"webhook": {"url": receiver.url, "secret": "${env:HOOK_SECRET}"}})
    lower(site, "20.00", "1")
    until("a warning is posted", receiver.taken)
    warning = receiver.taken()[0]
    assert (warning["type"], warning["accountId"]) == ("credits.low_balance", "default")
    assert (warning["threshold"], warning["balance"]) == ("20", "10")
    _, _, head, body = receiver.posts[0]
    signature = dict(part.split("=") for part in head["Lockkeeper-Signature"].split(","))
    assert abs(int(signature["t"]) - time.time()) < 60
    signed = signature["t"].encode() + b"." + body
    assert signature["v1"] == hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert head["Content-Type"] == "application/json"
    # Neither a reload nor a restart repeats it, and what comes next is another one.
    site.cli("reload")
    restart(site)
    lower(site, "15.00", "20.00")
    until("another warning is posted", lambda: len(receiver.taken()) == 2)
    assert receiver.taken()[1]["threshold"] == "15"
    assert receiver.taken()[1]["id"] != warning["id"]
    assert len(receiver.posts) == 2
    assert SECRET not in site.log("gateway")
    assert "/hook/" not in site.log("gateway")


def test_a_warning_is_tried_again_until_it_is_taken(start_machine, hook):
    receiver = hook(500, 429, 500)
    site = start(start_machine, {"webhook": {"url": receiver.url, "secret": "${env:HOOK_SECRET}"}})
    lower(site, "20")
    until("the warning is taken", receiver.taken, seconds=30)
    assert len({json.loads(body)["id"] for _, _, _, body in receiver.posts}) == 1
    times = [moment for moment, _, _, _ in receiver.posts]
    waits = [after - before for before, after in zip(times, times[1:])]
    assert [round(wait) in (least, least + 1) for wait, least in zip(waits, (1, 2, 4))] == [True] * 3
    assert "status 500" in site.log("gateway")


def test_a_warning_that_waits_outlives_the_process(start_machine, hook):
    site = start(start_machine, {
        "webhook": {"url": f"http://127.0.0.1:{free_port()}/", "secret": "${env:HOOK_SECRET}"}})
    lower(site, "20")
    until("the warning waits", lambda: '"number":1' in told(site))
    receiver = hook()
    site.config["credits"]["webhook"]["url"] = receiver.url
    site.write_config()
    kill_worker(site)
    until("the warning is posted", receiver.taken)
    until("nothing waits any more", lambda: '"letters":[]' in told(site))
    assert [warning["threshold"] for warning in receiver.taken()] == ["20"]


@pytest.mark.parametrize("kind", ["open", "starttls", "smtps"])
def test_a_warning_is_mailed(start_machine, post_office, certificates, kind):
    office = post_office(kind)
    scheme = "smtps" if kind == "smtps" else "smtp"
    smtp = {"url": f"{scheme}://localhost:{office.port}", "from": "gateway@example.com",
            "to": ["ops@example.com", "finance@example.com"]}
    if kind == "starttls":
        smtp |= {"user": "lockkeeper", "password": "${env:MAIL_PASSWORD}"}
    site = start(start_machine, {"smtp": smtp},
                 upstreams={"ca_file": str(certificates.authority)})
    lower(site, "20")
    until("a mail is taken", lambda: office.mails)
    session, envelope = office.mails[0]
    # Behind smtps:// all of it is encrypted, and no session could begin otherwise.
    assert (session.ssl is not None) == (kind == "starttls")
    assert envelope.mail_from == "gateway@example.com"
    assert envelope.rcpt_tos == ["ops@example.com", "finance@example.com"]
    mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert mail["Subject"] == "The credits of account default are down to 20 dollars"
    assert mail["To"] == "ops@example.com, finance@example.com"
    assert mail["Message-ID"].startswith("<warning_1.")
    assert abs(mail["Date"].datetime.timestamp() - time.time()) < 60
    assert "The balance of account default is 10 dollars" in mail.get_content()
    assert not mail.defects
    assert PASSWORD not in site.log("gateway")


def test_a_slow_receiver_holds_up_no_request(start_machine):
    """A mail server that says nothing takes all the time that it gets."""
    import socket
    silent = socket.create_server(("127.0.0.1", 0))
    site = start(start_machine, {"smtp": {
        "url": f"smtp://127.0.0.1:{silent.getsockname()[1]}", "from": "a@b.example",
        "to": ["c@d.example"]}})
    lower(site, "20")
    connection, _ = silent.accept()
    started = time.monotonic()
    assert site.chat().status_code in (200, 400, 403)
    site.cli("keys", "create", "--name", "while the mail waits")
    assert time.monotonic() - started < 5
    connection.close()
    silent.close()
