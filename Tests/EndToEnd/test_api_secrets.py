"""Every kind of secret is made, every place is searched for it: it is shown when it is made, once.

Whole secrets are searched for, and each run of twelve characters of them, which is more than what
is shown of one: its first ten characters and its last four.
"""

import base64
import json
import secrets as random

import httpx
import pytest
import yaml

from machine import TOP, until
from test_api_events import Stream
from test_live import Watcher

DOCUMENT = yaml.safe_load((TOP / "nginx" / "openapi.yaml").read_text())
RUN = 12


class Secrets:
    """What must not be told, and each text in which it was looked for."""

    def __init__(self):
        self.all = {}
        self.texts = []

    def make(self, name, shape="sk-{}"):
        self.all[name] = shape.format(random.token_hex(20))
        return self.all[name]

    def add(self, name, secret):
        self.all[name] = secret
        return secret

    def runs(self, secret):
        # The handle of a token is no secret: by it the token is found.
        rest = secret.partition("-g1-")[2] or secret
        return [rest[start:start + RUN] for start in range(len(rest) - RUN + 1)]

    def check(self):
        for name, secret in self.all.items():
            runs = [run.encode() for run in self.runs(secret)]
            for place, text in self.texts:
                assert secret.encode() not in text, f"{place} has {name}"
                found = [run for run in runs if run in text]
                assert not found, f"{place} has a part of {name}: {found[0]}"
        self.texts.clear()

    def saw(self, place, text):
        self.texts.append((place, text if isinstance(text, bytes) else text.encode()))


@pytest.fixture(scope="module")
def hidden():
    return Secrets()


@pytest.fixture(scope="module")
def site(start_shared_machine, hidden):
    """A site whose gateway.yaml has secrets of each kind too, and whose providers partly fail."""
    environment = {f"TEST_{name.upper()}": hidden.make(f"gateway.yaml's {name}") for name in (
        "managed", "header", "query", "webhook", "password", "anthropic")}
    environment["TEST_AZURE"] = hidden.make("gateway.yaml's azure", "{}")

    def gateways(base):
        return [{"id": "ep_main", "accounts": ["default", "acme"], "providers": [
            {"id": "openai", "base_url": base, "api_keys": [{"value": "${env:TEST_MANAGED}"}],
             "headers": {"X-Secret": "${env:TEST_HEADER}"}},
            {"id": "anthropic", "base_url": base, "api_keys": [{"value": "${env:TEST_ANTHROPIC}"}]},
            {"id": "azure", "base_url": base, "dialects": {"openai-chat": {"auth": "api-key"}},
             "api_keys": [{"value": "${env:TEST_AZURE}"}]},
            {"id": "down", "base_url": "http://127.0.0.1:9/v1",
             "api_keys": [{"value": "${env:TEST_MANAGED}"}]}],
            "query_params": {"secret": "${env:TEST_QUERY}"}}]

    site = start_shared_machine(
        gateways=gateways, environment=environment,
        settings={"log": {"access": "access.log", "level": "debug"},
                  "credits": {"webhook": {"url": "https://localhost:9/",
                                          "secret": "${env:TEST_WEBHOOK}"},
                              "smtp": {"url": "smtp://127.0.0.1:9", "user": "u",
                                       "password": "${env:TEST_PASSWORD}", "from": "a@b.example",
                                       "to": ["c@d.example"]}}},
        locations="access_log nginx-access.log;")
    hidden.add("the master key", (site.root / "master.key").read_text().strip())
    hidden.add("the master key's bytes in hexadecimal",
               base64.b64decode(hidden.all["the master key"]).hex())
    return site


@pytest.fixture(scope="module")
def api(site, hidden):
    """An admin, whose every answer is kept, but for the one token that it makes."""
    token = site.management_key()["token"]
    hidden.add("an admin's token", token)

    def keep(answer):
        text = answer.read().decode()
        if answer.status_code == 201 and "token" in (made := json.loads(text)):
            text = json.dumps({**made, "token": ""})
        hidden.saw(f"{answer.request.method} {answer.request.url.path}",
                   text + json.dumps(dict(answer.headers)))

    with httpx.Client(base_url=site.api_base, timeout=30, trust_env=False,
                      headers={"Authorization": f"Bearer {token}"},
                      event_hooks={"response": [keep]}) as client:
        yield client


def say(site, hidden, *arguments, input=None, check=True):
    """Runs a command and keeps what it prints, but for a token that it makes."""
    done = site.cli(*arguments, input=input, check=check)
    text = done.stdout
    if "--json" in arguments and text.startswith("{") and "token" in (made := json.loads(text)):
        text = json.dumps({**made, "token": ""})
    hidden.saw(f"lockkeeper {' '.join(arguments[:2])}", text + done.stderr)
    return json.loads(done.stdout) if "--json" in arguments and done.returncode == 0 else done


@pytest.fixture(scope="module")
def records(site, api, hidden):
    """Records of every kind, by both ways in, and what they have used and lost of secrets."""
    made = {}

    def post(path, **body):
        answer = api.post(path, json=body)
        assert answer.status_code == 201, answer.text
        record = answer.json()
        if "token" in record:
            hidden.add(f"a token of {path}", record["token"])
        made.setdefault(path, []).append(record)
        return record

    post("/access-keys", name="one")
    post("/ai_gateway_api_keys", endpoint_id="ep_main")
    post("/api-keys", role="admin")
    post("/api-keys", role="read")
    hidden.add("a token of keys create", say(site, hidden, "keys", "create", "--json")["token"])
    hidden.add("a token of management-keys create",
               say(site, hidden, "management-keys", "create", "--json")["token"])
    gone = post("/access-keys")
    assert api.delete(gone["uri"]).status_code == 204
    made["/access-keys"].remove(gone)

    key = post("/provider-keys", providerId="openai", name="main",
               value=hidden.make("a value by the API"))
    rotate = {"name": "main", "value": hidden.make("a value by rotate")}
    assert api.post(f"{key['uri']}/rotate", json=rotate).status_code == 200
    added = say(site, hidden, "provider-keys", "add", "--provider", "anthropic", "--name", "a",
                "--json", input=hidden.make("a value by the command line", "sk-ant-{}") + "\n")
    say(site, hidden, "provider-keys", "rotate", added["id"], "--json",
        input=hidden.make("a value by the command line's rotate", "xai-{}") + "\n")
    made["/provider-keys"].append({**added, "uri": f"/provider-keys/{added['id']}"})

    def rule(name, shape="sk-{}"):
        return {"rules": [{"provider": "openai", "steps": [{"type": "user", "keys": [
            {"name": name, "value": hidden.make(name, shape)}]}]}]}

    configuration = post("/access-key-configurations", name="c", router=rule("a key of a new one"))
    assert api.patch(configuration["uri"],
                     json={"router": rule("a key of a change", "gsk_{}")}).status_code == 200
    say(site, hidden, "configurations", "create", "--name", "d", "--file", "-", "--json",
        input=json.dumps({"router": rule("a key of the command line's", "AIza{}")}))
    post("/access-keys", accessKeyConfigurationId=configuration["id"])
    post("/providers", providerId="mine", name="Mine", baseUrl="https://llm.example.com/v1",
         accountId="acme")
    post("/provider-keys", providerId="mine", name="theirs", accountId="acme",
         value=hidden.make("a value for an account's provider", "{}"))
    post("/virtual-models", name="fast", targets=["openai:gpt-4o"])
    made["/accounts"] = [{"uri": "/accounts/acme"}]
    made["/endpoints"] = [{"uri": "/endpoints/ep_main"}]
    return made


@pytest.fixture(scope="module")
def traffic(site, records, hidden):
    """Requests that go well and wrong, while somebody watches."""
    watcher = Watcher(site, "tail", "--json")
    stream = Stream(site.api(hidden.all["an admin's token"]))
    try:
        until("both watch", lambda: site.status()["watchers"] == 2)
        token = site.create_key("--name", "traffic")["token"]
        hidden.add("a client's token", token)
        for model in ("openai:sim-fast", "azure:sim-fast", "anthropic:sim-fast", "down:sim-fast",
                      "openai:nothing", hidden.all["gateway.yaml's managed"],
                      "openai:" + hidden.all["a value by the command line's rotate"], token):
            answer = site.chat(model=model, token=token)
            hidden.saw(f"chat with {model[:10]}", answer.text)
        for header in ("x-api-key", "X-Trace", "api-key"):
            answer = site.chat(token=token, headers={header: hidden.all["a value by the API"]})
            hidden.saw(f"chat with {header}", answer.text)
            # nginx writes down what stands in a URL, and does not on the port of the API.
        answer = site.client.get(f"{site.api_base}/v1/models/{token}", headers=site.headers(token))
        hidden.saw("a model of the name of a token", answer.text)
        until("it was told", lambda: len(watcher.lines) >= 10 and len(stream.requests()) >= 10)
    finally:
        watcher.end()
        stream.leave()
    hidden.saw("lockkeeper tail", "".join(watcher.lines + watcher.notes))
    hidden.saw("GET /events", json.dumps(stream.events) + "".join(stream.comments))


def gets(records):
    """Each GET route of the document that ends, with each record that there is for it."""
    for path, operations in DOCUMENT["paths"].items():
        if "get" not in operations or path == "/events":
            continue
        since = "?startTime=2026-01-01T00:00:00Z" if path.startswith("/usage") else ""
        if "{id}" not in path:
            yield path + since
        for record in records.get(path.removesuffix("/{id}"), []) if "{id}" in path else []:
            yield record["uri"]


def test_nothing_that_is_read_shows_one(site, api, records, traffic, hidden):
    for uri in gets(records):
        assert api.get(uri).status_code == 200, uri
    for event in api.get("/usage?startTime=2026-01-01T00:00:00Z&includeRetries=true").json()[
            "events"]:
        assert api.get(f"/usage/requests/{event['requestId']}").status_code == 200
    for name in ("openapi.yaml", "dashboard/"):
        assert api.get(f"/{name}").status_code == 200
    hidden.check()


def wrong_bodies(secret):
    """Bodies that have a secret where none belongs, each wrong for every route."""
    inside = {"rules": [{"provider": secret, "steps": [{"type": "managed"}]}]}
    steps = [{"type": "user", "keys": [{"id": secret}]}]
    return [
        {secret: 1}, {"name": {secret: secret}}, {"name": secret * 12, "colour": 1},
        {"metadata": [secret]}, {"value": f"{secret} x"}, {"value": [secret]}, {"role": secret},
        {"providerId": f"{secret}/"}, {"accountId": secret}, {"endpointId": secret},
        {"endpoint_id": secret}, {"accessKeyConfigurationId": secret}, {"expiresAt": secret},
        {"disabled": secret}, {"budget": secret}, {"budget": {"amount": secret}},
        {"baseUrl": f"https://user:{secret}@llm.example.com"}, {"baseUrl": f"https://a:{secret}/"},
        {"baseUrl": f"http://{secret}/v1"}, {"models": [{"modelId": secret, "colour": 1}]},
        {"models": [{"modelId": secret}, {"modelId": secret}]},
        {"supportedApiSurfaces": [{"format": secret}]}, {"targets": [secret]},
        {"name": "n", "targets": [f"{secret}:a"]}, {"name": secret + " ", "targets": ["openai:a"]},
        {"name": "n", "access": {"providers": {"allow": [secret]}}},
        {"name": "n", "access": {"models": {"allow": [f"{secret}:a"]}}},
        {"name": "n", "router": inside},
        {"name": "n", "router": {"rules": [{"provider": "openai", "steps": steps}]}},
        {"amount": secret, "category": "purchase"}, {"amount": "5.00", "category": secret},
        {"totalTimeout": secret}, {"id": f"{secret} "},
        f'{{"value":"{secret}"', f'{{"value":"{secret}" "x":1}}', f'"{secret}', secret,
        f'{{"value":"{secret[:14]}" "x":1}}', f'{{"{secret}":1,"{secret}":2}}',
    ]


def test_no_error_repeats_one(site, api, records, hidden):
    """What was put into the wrong place is not told again, even to the one who put it there."""
    shapes = {"sk-{}": "sk-", "gsk_{}": "gsk_", "AIza{}": "AIza", "xai-{}": "xai-", "{}": "bare"}
    misplaced = [hidden.make(f"a misplaced {name}", shape) for shape, name in shapes.items()]
    misplaced += [hidden.all["an admin's token"], hidden.all["a token of /access-keys"]]
    routes = [(method, path) for path, operations in DOCUMENT["paths"].items()
              for method in ("post", "patch") if method in operations]
    assert len(routes) > 15
    for number, (method, path) in enumerate(routes):
        known = records.get(path.split("/{id}")[0], [{"id": "none"}])[0]
        uri = path.replace("{id}", known.get("id", "acme"))
        secret = misplaced[number % len(misplaced)]
        for body in wrong_bodies(secret):
            content = body if isinstance(body, str) else json.dumps(body)
            answer = api.request(method, uri, content=content, headers={
                "Content-Type": "application/json", "Idempotency-Key": random.token_hex(8)})
            assert answer.status_code in (400, 403, 404, 409), f"{method} {uri} {body}"
        for header in ("Content-Type", "If-Match", "Idempotency-Key"):
            headers = {"Content-Type": "application/json", header: secret}
            api.request(method, uri, content='{"colour":1}', headers=headers)
    for secret in misplaced:
        for uri in [path.replace("{id}", secret) for path in DOCUMENT["paths"] if "{" in path] + [
                f"/{secret}", f"/events?{secret}=1", f"/events?status={secret}",
                f"/models?{secret}=1", f"/access-keys?{secret}=1", f"/access-keys?limit={secret}",
                f"/access-keys?beforeId={secret}", f"/audit?beforeId={secret}",
                f"/usage?startTime={secret}", f"/credits/balance?accountId={secret}",
                f"/credits/transactions?cursor={secret}", f"/access-keys?search={secret}",
                "/usage/overview?startTime=2026-01-01T00:00:00Z&groupBy=" + secret]:
            for method in ("GET", "DELETE"):
                assert api.request(method, uri).status_code < 500
        for name in ("Authorization", "x-api-key"):
            api.get("/access-keys", headers={name: secret})
            api.get("/access-keys", headers={name: f"Bearer {secret}x"})
    hidden.check()


COMMANDS = [
    ["check"], ["status"], ["keys", "list"], ["management-keys", "list"], ["provider-keys", "list"],
    ["configurations", "list"], ["providers", "list"], ["virtual-models", "list"],
    ["accounts", "list"], ["gateways", "list"], ["models"], ["usage"], ["credits", "balance"],
    ["credits", "transactions"], ["top", "--count", "1"], ["gateway-config", "get"], ["audit"],
    ["route", "--model", "openai:sim-fast"],
]


def test_no_command_shows_one(site, api, records, traffic, hidden):
    for command in COMMANDS:
        say(site, hidden, *command)
        done = site.cli(*command, "--json", check=False)
        hidden.saw(f"lockkeeper {' '.join(command)} --json", done.stdout + done.stderr)
    secret = hidden.all["a value by the API"]
    for wrong in (f"{secret} x", "", secret[:3] + "\x01" + secret):
        say(site, hidden, "provider-keys", "add", "--provider", "openai", "--name", "x",
            input=wrong + "\n", check=False)
    for wrong in (f'{{"router": "{secret}"', json.dumps({"router": {"rules": [
            {"provider": "nobody", "steps": [{"type": "user", "keys": [
                {"name": "x", "value": secret}]}]}]}})):
        say(site, hidden, "configurations", "create", "--name", "x", "--file", "-",
            input=wrong, check=False)
    hidden.check()


def test_no_file_holds_one(site, api, records, traffic, hidden):
    """Logs, the store, the books, nginx's files and the dashboard's."""
    assert api.get("/access-keys").status_code == 200
    seen = set()
    for path in site.root.rglob("*"):
        # The provider's own log, and where the master key is meant to be.
        if not path.is_file() or path.name in ("simulator.log", "master.key", "lockkeeper"):
            continue
        seen.add(path.name)
        hidden.saw(path.name, path.read_bytes())
    for path in (TOP / "nginx" / "dashboard").rglob("*"):
        if path.is_file():
            hidden.saw(path.name, path.read_bytes())
    assert {"store.jsonl", "audit.jsonl", "ledger.sqlite", "access.log", "gateway.log",
            "nginx.log", "nginx-access.log"} <= seen
    hidden.check()
    # What it writes when it ends is looked through then.
    site.tokens = [*site.tokens, *hidden.all.values()]
