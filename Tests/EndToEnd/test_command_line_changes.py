"""Changes at the command line: made by the worker that runs, or without one, and never past it."""

import getpass
import json
import signal
import socket
import threading
import time

import pytest

from machine import until
from test_command_line import made  # noqa: F401
from test_handover import check_stream, slow_stream
from test_reload import accepts, grow_store

AUTHOR = f"cli:{getpass.getuser()}"
KEYS = 20_000


def trail(folder):
    return [json.loads(line) for line in (folder / "audit.jsonl").read_text().splitlines()]


def stop(site):
    site.processes["gateway"].terminate()
    site.processes["gateway"].wait(10)


@pytest.mark.parametrize("is_running", [True, False])
def test_a_change_is_in_force_and_in_the_audit_trail(start_machine, is_running):
    site = start_machine()
    site.token
    if not is_running:
        stop(site)
    began = len(trail(site.state))
    key = site.create_key("--name", "a", "--metadata", '{"team": "a"}', "--expires", "90d")
    assert (key["createdBy"], key["metadata"]) == ({"id": AUTHOR, "uri": None}, {"team": "a"})
    changed = json.loads(site.cli("keys", "update", key["id"], "--name", "b", "--endpoint-id",
                                  "ep_main", "--expires", "never", "--json").stdout)
    assert (changed["name"], changed["endpointId"], changed["expiresAt"]) == ("b", "ep_main", None)
    if is_running:
        assert accepts(site, key["token"])
    gone = site.cli("keys", "delete", key["id"])
    assert gone.stdout == f"deleted {key['id']}\n"
    if is_running:
        assert not accepts(site, key["token"])
    again = site.cli("keys", "delete", key["id"], check=False)
    assert again.returncode == 1
    assert again.stderr == (f"Error: ERR_NGROK_27611: There is no access key \"{key['id']}\". "
                            "`lockkeeper keys list` shows them.\n")
    lines = trail(site.state)[began:]
    assert [(line["action"], line["method"], line["fields"]) for line in lines] == [
        ("create", "POST", ["name", "metadata", "expiresAt"]),
        ("update", "PATCH", ["name", "endpointId", "expiresAt"]), ("delete", "DELETE", [])]
    for line in lines:
        assert (line["author"], line["role"], line["resourceType"], line["resourceId"],
                line["accountId"], line["address"]) == (
            AUTHOR, "admin", "access-key", key["id"], "default", None)
    assert key["token"] not in (site.state / "audit.jsonl").read_text()
    if is_running:
        assert key["token"] not in site.log("gateway")
        with site.api() as api:
            listed = [entry for entry in api.get("/audit").json()["entries"]
                      if entry["resourceId"] == key["id"]]
        assert [(entry["action"], entry["author"]) for entry in listed] == [
            (action, AUTHOR) for action in ("delete", "update", "create")]


def test_what_is_shown_is_the_record_as_it_is(made):  # noqa: F811
    done = made.run("keys", "create", "--name", "a", "--budget-amount", "2", "--budget-period", "day")
    shown = dict(line.split("  ", 1) for line in done.stdout.splitlines())
    shown = {title: text.strip() for title, text in shown.items()}
    assert (shown["name"], shown["budget"], shown["state"]) == ("a", "2 dollars a day", "active")
    assert shown["token (shown once)"].startswith("ng-")
    done = made.run("keys", "update", shown["id"], "--disabled")
    assert "token" not in done.stdout and "disabled" in done.stdout
    assert done.stdout == made.run("keys", "get", shown["id"]).stdout


def test_refusals_are_those_of_the_api(made):  # noqa: F811
    for options, text in (
        (["--endpoint-id", "ep_x"], 'ERR_NGROK_27606: endpointId: there is no gateway "ep_x"'),
        (["--configuration-id", "aigac_x"], 'there is no configuration "aigac_x"'),
        (["--name", "n" * 256], "ERR_NGROK_27603: name"),
        (["--metadata", "m" * 4097], "ERR_NGROK_27604: metadata"),
    ):
        done = made.run("keys", "create", *options)
        assert (done.returncode, done.stdout) == (1, "")
        assert text in done.stderr and done.stderr.count("\n") == 1, done.stderr
    assert made.json("keys", "list")["items"] == []
    assert not (made.folder / "state" / "audit.jsonl").exists()


@pytest.fixture
def other_worker(made):  # noqa: F811
    """Somebody at `control.sock` who closes what it does not understand; what it was asked."""
    asked = []

    def serve():
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            with peer:
                asked.append(json.loads(peer.makefile().readline()))
                if reply:
                    peer.sendall(reply)
    reply = b""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(made.folder / "state" / "control.sock"))
    listener.listen()
    thread = threading.Thread(target=serve)
    thread.start()

    def answer(with_bytes):
        nonlocal reply
        reply = with_bytes
    made.asked, made.answer = asked, answer
    yield made
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(10)


@pytest.mark.parametrize("reply", [b"", b"{}\n", b"not JSON\n", b'{"status": 201'])
def test_nothing_is_written_behind_a_worker_that_does_not_answer(other_worker, reply):
    other_worker.answer(reply)
    done = other_worker.run("keys", "create", "--name", "a")
    assert (done.returncode, done.stdout) == (1, "")
    assert "did not answer" in done.stderr and "of another version" in done.stderr
    assert done.stderr.count("\n") == 1
    (asked,) = other_worker.asked
    assert (asked["command"], asked["author"], asked["method"], asked["path"]) == (
        "call", AUTHOR, "POST", "/access-keys")
    assert json.loads(asked["body"]) == {"name": "a"}
    assert not (other_worker.folder / "state" / "store.jsonl").exists()
    assert not (other_worker.folder / "state" / "audit.jsonl").exists()


def test_a_worker_that_drains_makes_changes_still(start_machine):
    site = start_machine(settings={"drain_timeout": "1m"})
    site.token
    key = site.create_key()
    stream = slow_stream(site, 4)
    site.processes["gateway"].send_signal(signal.SIGTERM)
    until("it drains", lambda: site.status()["draining"])
    site.cli("keys", "delete", key["id"])
    assert trail(site.state)[-1]["action"] == "delete"
    check_stream(stream, 4)
    assert key["id"] not in site.cli("keys", "list").stdout


@pytest.mark.unsanitized
@pytest.mark.parametrize("is_running", [True, False])
def test_twenty_thousand_keys_are_not_in_the_way(start_machine, is_running):
    site = start_machine()
    site.token
    token = grow_store(site, KEYS)[0]
    site.cli("reload")
    assert accepts(site, token)
    if not is_running:
        stop(site)
    site.create_key()
    times = []
    for _ in range(5):
        began = time.monotonic()
        key = site.create_key()
        site.cli("keys", "update", key["id"], "--name", "x")
        site.cli("keys", "delete", key["id"])
        times.append((time.monotonic() - began) / 3)
    assert sorted(times)[2] < 1, times


OWN = "sk-own-0123456789abcdefghijklmn"


def test_every_change_leaves_its_line(made):  # noqa: F811
    """Each command that changes something, in turn: with what the trail says of it."""
    def done(*arguments, input=""):
        ran = made.run(*arguments, "--json", input=input)
        assert ran.returncode == 0, (arguments, ran.stderr)
        return json.loads(ran.stdout)["id"] if ran.stdout else None
    changes = []

    def change(type, action, fields, *arguments, id=None, input="", account="default"):
        made_id = done(*arguments, input=input)
        changes.append((type, action, id or made_id, account, fields))
        return made_id
    change("account", "create", ["id", "name"], "accounts", "create", "acme", "--name", "Acme",
           account="acme")
    change("account", "update", ["description"], "accounts", "update", "acme", "--description", "d",
           account="acme")
    change("account", "update", ["disabled"], "accounts", "disable", "acme", account="acme")
    change("gateway-config", "update", ["totalTimeout", "maxOutputTokens"], "gateway-config",
           "update", "--account", "acme", "--total-timeout", "1m", "--max-output-tokens", "none",
           account="acme")
    mine = change("provider", "create", ["providerId", "name", "baseUrl", "accountId"], "providers",
                  "create", "--provider-id", "mine", "--name", "M", "--base-url",
                  "https://a.example/v1", "--account", "acme", account="acme")
    change("provider", "update", ["models", "name"], "providers", "update", mine, "--name", "N",
           "--file", "-", input='{"name": "file", "models": [{"modelId": "m"}]}', account="acme")
    fast = change("virtual-model", "create", ["name", "targets", "accountId"], "virtual-models",
                  "create", "--name", "fast", "--target", "mine:m", "--account", "acme",
                  account="acme")
    change("virtual-model", "update", ["description"], "virtual-models", "update", fast,
           "--description", "d", account="acme")
    change("virtual-model", "delete", [], "virtual-models", "delete", fast, id=fast, account="acme")
    own = change("provider-key", "create", ["providerId", "name", "value", "accountId"],
                 "provider-keys", "add", "--provider", "mine", "--name", "own", "--account", "acme",
                 input=OWN + "\n", account="acme")
    change("provider-key", "update", ["metadata"], "provider-keys", "update", own, "--metadata",
           '{"a": 1}', account="acme")
    change("provider-key", "rotate", ["name", "value"], "provider-keys", "rotate", own,
           input=OWN[::-1] + "\n", account="acme")
    team = change("access-key-configuration", "create", ["access", "name", "accountId"],
                  "configurations", "create", "--name", "team", "--account", "acme",
                  input='{"name": "file", "access": {"providers": {"allow": ["mine"]}}}',
                  account="acme")
    change("access-key-configuration", "update", ["description"], "configurations", "update", team,
           "--description", "d", account="acme")
    change("access-key-configuration", "delete", [], "configurations", "delete", team, id=team,
           account="acme")
    change("provider-key", "delete", [], "provider-keys", "delete", own, id=own, account="acme")
    change("provider", "delete", [], "providers", "delete", mine, id=mine, account="acme")
    ops = change("api-key", "create", ["name", "role", "expiresAt"], "management-keys", "create",
                 "--name", "ops", "--role", "read", "--expires", "1d")
    change("api-key", "update", ["disabled"], "management-keys", "update", ops, "--disabled")
    change("api-key", "delete", [], "management-keys", "delete", ops, id=ops)
    change("credit-grant", "create", ["amount", "category"], "credits", "add", "--amount", "5",
           "--category", "purchase", "--idempotency-key", "k1", id="k1")
    lines = trail(made.folder / "state")
    assert [(line["resourceType"], line["action"], line["resourceId"], line["accountId"],
             line["fields"]) for line in lines] == changes
    assert {(line["author"], line["role"], line["address"]) for line in lines} == {
        (AUTHOR, "admin", None)}
    assert OWN not in (made.folder / "state" / "audit.jsonl").read_text()
    shown = made.json("audit", "--limit", "1000")["items"]
    assert [(entry["action"], entry["resourceId"]) for entry in reversed(shown)] == [
        (action, id) for _, action, id, *_ in changes]
    assert [line.split()[1:5] for line in made.run("audit", "--limit", "2").stdout.splitlines()] == [
        ["AUTHOR", "ACTION", "RECORD", "ID"], [AUTHOR, "create", "credit-grant", "k1"],
        [AUTHOR, "delete", "api-key", ops]]


def test_a_rotated_key_keeps_its_name_and_its_id(made):  # noqa: F811
    made.add_key("openai", OWN, name="first")
    key, = made.json("provider-keys", "list")["items"]
    rotated = made.json("provider-keys", "rotate", key["id"], input=OWN[::-1] + "\n")
    assert (rotated["id"], rotated["name"]) == (key["id"], "first")
    assert rotated["keyRedacted"] != key["keyRedacted"]
    renamed = made.json("provider-keys", "rotate", key["id"], "--name", "second",
                        input=OWN + "\n")
    assert (renamed["name"], renamed["keyRedacted"]) == ("second", key["keyRedacted"])
    for text in ("\n", "two words\n"):
        done = made.run("provider-keys", "rotate", key["id"], input=text)
        assert done.returncode == 1 and "value" in done.stderr
