"""Access key configurations: allow lists, rules, steps and strategies, as clients see them."""

import json
import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from documents import blocks_in
from upstream import RawUpstream, answer, chat_answer, send

KEYS = {name: f"sk-own-{name}-0123456789abcdef" for name in ("one", "two", "three")}


def by_key(connection, request):
    """`fail-one-429`: that key is answered so, every other is fine."""
    if request.model.startswith("fail-"):
        _, name, status = request.model.split("-")
        if request.key == KEYS[name]:
            body = json.dumps({"error": {"message": "no", "type": "t", "code": None}}).encode()
            return send(connection, answer(body, f"{status} Status"))
    return send(connection, answer(chat_answer(request.key)))


@pytest.fixture(scope="module")
def raw():
    upstream = RawUpstream({}, default=by_key)
    yield upstream
    upstream.close()


class Site:
    """A machine with own keys for `alpha`, managed ones for both, and ways to make configurations."""

    def __init__(self, machine):
        self.machine = machine
        for name, value in KEYS.items():
            machine.cli("provider-keys", "add", "--provider", "alpha", "--name", name,
                        input=value + "\n")
        keys = json.loads(machine.cli("provider-keys", "list", "--json").stdout)["items"]
        self.ids = {key["name"]: key["id"] for key in keys}

    def create(self, **members):
        done = self.machine.cli("configurations", "create", "--json",
                                input=json.dumps({"name": "a", **members}))
        return json.loads(done.stdout)

    def update(self, configuration, **members):
        self.machine.cli("configurations", "update", configuration["id"],
                         input=json.dumps(members))

    def token(self, **members):
        configuration = self.create(**members)
        return self.machine.create_key("--configuration-id", configuration["id"])["token"]

    def rule(self, *steps, provider="alpha", **members):
        return {"rules": [{"provider": provider, "steps": list(steps), **members}]}

    def user(self, *names, strategy=None):
        step = {"type": "user", "keys": [{"id": self.ids[name]} for name in names]}
        return {**step, "keySelectionStrategy": strategy} if strategy else step

    def used(self, token, model="alpha:m", **members):
        """The credential that the provider saw: it says it in its answer."""
        reply = self.machine.chat(model, token=token, **members)
        assert reply.status_code == 200, reply.text
        return reply.json()["choices"][0]["message"]["content"]


MANAGED = {"type": "managed"}


@pytest.fixture(scope="module")
def site(start_shared_machine, raw):
    def provider(name):
        return {"id": name, "base_url": f"http://127.0.0.1:{raw.port}/v1",
                "dialects": {"openai-chat": {}, "gemini": {}},
                "models": [{"id": f"{name}-model"}, {"id": "m", "author_id": "maker"}],
                "api_keys": [{"value": "${env:MANAGED_" + name.upper() + "}"}]}
    machine = start_shared_machine(
        providers=[provider("alpha"), provider("beta")],
        environment={"MANAGED_ALPHA": "sk-managed-alpha-0123456789",
                     "MANAGED_BETA": "sk-managed-beta-0123456789"})
    return Site(machine)


def refusal(reply):
    return reply.status_code, reply.headers.get("Ngrok-Error-Code")


def test_a_key_without_a_configuration_reaches_everything(site):
    assert site.used(site.machine.token) == KEYS["one"]
    assert site.used(site.machine.token, "beta:m") == "sk-managed-beta-0123456789"


@pytest.mark.parametrize("access, model, expected", [
    ({"providers": {"allow": ["beta"]}}, "alpha:m", (403, "ERR_NGROK_27231")),
    ({"providers": {"allow": ["beta"]}}, "beta:m", (200, None)),
    ({"providers": {"allow": ["be*"]}}, "m", (200, None)),
    ({"providers": {"allow": []}}, "m", (403, "ERR_NGROK_27231")),
    ({"models": {"allow": ["maker/m"]}}, "M", (200, None)),
    ({"models": {"allow": ["maker/*"]}}, "alpha-model", (403, "ERR_NGROK_27232")),
    ({"models": {"allow": ["beta:m"]}}, "alpha:m", (403, "ERR_NGROK_27232")),
    ({"models": {"allow": ["beta:*"]}}, "beta:unheard-of", (200, None)),
    ({"models": {"allow": ["beta:m"]}}, "beta:unheard-of", (403, "ERR_NGROK_27232")),
    ({"providers": {"allow": ["alpha"]}, "models": {"allow": ["beta:m"]}}, "m",
     (403, "ERR_NGROK_27232")),
])
def test_allow_lists_narrow_what_a_key_reaches(site, access, model, expected):
    token = site.token(access=access)
    assert refusal(site.machine.chat(model, token=token)) == expected
    if expected[0] == 403:
        assert site.machine.chat(model).status_code == 200


def test_fallbacks_that_are_not_allowed_are_left_out_and_told(site):
    token = site.token(access={"providers": {"allow": ["beta"]}})
    reply = site.machine.chat("alpha:m", models=["beta:m"], token=token)
    assert reply.headers["Ngrok-AIG-Model"] == "beta:m"
    assert "alpha:m (provider not allowed: 'alpha')" in reply.headers["Ngrok-AIG-Rejected-Models"]


@pytest.mark.parametrize("path, names", [
    ("/v1/models", lambda body: [model["id"] for model in body["data"]]),
    ("/v1beta/models", lambda body: [model["name"].removeprefix("models/")
                                     for model in body["models"]]),
])
def test_lists_show_what_the_key_may_use(site, path, names):
    token = site.token(access={"models": {"allow": ["beta:*"]}})

    def listed(token):
        reply = site.machine.client.get(path, headers=site.machine.headers(token))
        return set(names(reply.json()))
    assert listed(token) == {"beta-model", "m"}
    assert listed(site.machine.token) >= {"alpha-model", "beta-model", "m"}
    get = lambda name: site.machine.client.get(f"/v1/models/{name}",
                                               headers=site.machine.headers(token)).status_code
    assert (get("beta-model"), get("alpha-model")) == (200, 404)


def test_the_command_line_lists_what_a_key_may_use(site):
    configuration = site.create(access={"providers": {"allow": ["beta"]}})
    key = site.machine.create_key("--configuration-id", configuration["id"])["id"]
    shown = json.loads(site.machine.cli("models", "--key", key, "--json").stdout)["items"]
    models = {model["id"]: [provider["id"] if isinstance(provider, dict) else provider
                            for provider in model["providers"]] for model in shown}
    assert models == {"beta-model": ["beta"], "m": ["beta"]}


@pytest.mark.parametrize("status", [401, 402, 403, 429])
def test_the_steps_of_a_rule_are_a_chain(site, status):
    # A key of its own: one that was refused cools down, and is tried last by other tests too.
    own = f"own{status}"
    KEYS[own] = f"sk-{own}-0123456789abcdef"
    first = {"type": "user", "keys": [{"name": own, "value": KEYS[own]}]}
    token = site.token(router=site.rule(first, site.user("three", "one"), MANAGED))
    assert site.used(token, "alpha:unknown") == KEYS[own]
    assert site.used(token, f"alpha:fail-{own}-{status}") == KEYS["three"]


def test_the_managed_key_is_used_where_a_step_says_so(site):
    assert site.used(site.token(router=site.rule(MANAGED))) == "sk-managed-alpha-0123456789"
    assert site.used(site.token(router=site.rule({"type": "ngrok"}))) == \
        "sk-managed-alpha-0123456789"
    # A rule about one provider says nothing about another.
    token = site.token(router=site.rule(site.user("two")))
    assert site.used(token, "beta:m") == "sk-managed-beta-0123456789"


def test_a_rule_about_a_model_beats_one_about_the_provider(site):
    token = site.token(router={"rules": [
        {"provider": "alpha", "steps": [site.user("one")]},
        {"provider": "alpha", "model": "alpha:maker/m", "steps": [site.user("two")]}]})
    assert site.used(token, "m") == KEYS["two"]
    assert site.used(token, "alpha:alpha-model") == KEYS["one"]


def test_a_rule_without_a_credential_is_said_so(start_machine):
    machine = start_machine(providers=lambda base: [{"id": "openai", "base_url": base}])
    machine.cli("provider-keys", "add", "--provider", "openai", "--name", "own",
                input="sk-own-0123456789abcdef\n")
    site = Site.__new__(Site)
    site.machine = machine
    token = site.token(router=site.rule(MANAGED, provider="openai"))
    assert refusal(machine.chat("openai:sim", token=token)) == (502, "ERR_NGROK_27202")
    assert machine.chat("openai:sim").status_code == 200


def test_a_key_in_a_step_is_made_and_its_value_never_shown(site):
    value = "sk-inline-0123456789abcdef"
    site.machine.tokens = [*getattr(site.machine, "tokens", []), value]
    made = site.create(router=site.rule({"type": "user", "keys": [{"name": "in", "value": value}]}))
    (key,) = made["router"]["rules"][0]["steps"][0]["keys"]
    assert key["name"] == "in" and key["keyRedacted"] == "sk-inline-***cdef"
    token = site.machine.create_key("--configuration-id", made["id"])["token"]
    assert site.used(token) == value
    shown = site.machine.cli("provider-keys", "get", key["id"], "--json").stdout
    assert json.loads(shown)["providerId"] == "alpha" and value not in shown


@pytest.mark.parametrize("strategy, check", [
    ("ordered", lambda counts: counts == {"one": 100}),
    ("round_robin", lambda counts: set(counts.values()) <= {33, 34} and len(counts) == 3),
    ("least_used", lambda counts: len(counts) == 3 and min(counts.values()) >= 28),
    ("random", lambda counts: len(counts) == 3 and min(counts.values()) >= 10),
])
def test_a_strategy_chooses_the_key_for_all_loops(site, strategy, check):
    token = site.token(router=site.rule(site.user("one", "two", "three", strategy=strategy)))
    names = {value: name for name, value in KEYS.items()}
    with ThreadPoolExecutor(8) as pool:
        used = list(pool.map(lambda _: names[site.used(token)], range(100)))
    assert check(Counter(used)), Counter(used)


def test_a_change_is_in_force_when_the_command_returns(site):
    configuration = site.create(access={"providers": {"allow": ["alpha"]}})
    token = site.machine.create_key("--configuration-id", configuration["id"])["token"]
    assert site.machine.chat("alpha:m", token=token).status_code == 200
    site.update(configuration, access={"providers": {"allow": ["beta"]}})
    assert refusal(site.machine.chat("alpha:m", token=token)) == (403, "ERR_NGROK_27231")
    site.update(configuration, access=None, router=site.rule(site.user("three")))
    assert site.used(token) == KEYS["three"]
    site.update(configuration, name="b")
    assert site.used(token) == KEYS["three"]


def test_a_configuration_is_replaced_while_requests_run(site):
    configuration = site.create(router=site.rule(site.user("one")))
    token = site.machine.create_key("--configuration-id", configuration["id"])["token"]
    wrong, stop = [], threading.Event()

    def ask():
        while not stop.is_set():
            reply = site.machine.chat("alpha:m", token=token)
            if reply.status_code != 200:
                wrong.append(reply.text)
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for name in ("two", "three", "one", "two"):
        site.update(configuration, router=site.rule(site.user(name, strategy="round_robin")))
        assert site.used(token) == KEYS[name]
        site.machine.cli("reload")
        assert site.used(token) == KEYS[name]
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_key_can_be_put_under_another_configuration_or_none(site):
    record = site.machine.create_key()
    update = lambda value: site.machine.cli("keys", "update", record["id"],
                                            "--configuration-id", value)
    narrow = site.create(access={"providers": {"allow": ["beta"]}})
    assert site.machine.chat("alpha:m", token=record["token"]).status_code == 200
    update(narrow["id"])
    assert site.machine.chat("alpha:m", token=record["token"]).status_code == 403
    update("")
    assert site.machine.chat("alpha:m", token=record["token"]).status_code == 200


def test_what_is_in_use_is_not_deleted(site):
    done = site.machine.cli("provider-keys", "add", "--provider", "alpha", "--name", "spare",
                            "--json", input="sk-own-spare-0123456789abcdef\n")
    spare = json.loads(done.stdout)["id"]
    configuration = site.create(
        router=site.rule({"type": "user", "keys": [{"id": spare}]}))
    key = site.machine.create_key("--configuration-id", configuration["id"])
    done = site.machine.cli("provider-keys", "delete", spare, check=False)
    assert done.returncode == 1 and configuration["id"] in done.stderr
    done = site.machine.cli("configurations", "delete", configuration["id"], check=False)
    assert done.returncode == 1 and key["id"] in done.stderr
    site.machine.cli("keys", "delete", key["id"])
    assert site.machine.chat("alpha:m", token=key["token"]).status_code == 401
    site.machine.cli("configurations", "delete", configuration["id"])
    done = site.machine.cli("configurations", "get", configuration["id"], check=False)
    assert done.returncode == 1
    site.machine.cli("provider-keys", "delete", spare)


def test_a_store_whose_rule_names_an_absent_key_is_refused(start_machine):
    machine = start_machine()
    store = machine.state / "store.jsonl"
    token = machine.token
    line = {"v": 1, "seq": 1000, "type": "accessKeyConfiguration", "id": "aigac_x",
            "accountId": "default", "name": "x", "description": "", "metadata": "",
            "access": None, "router": {"rules": [{"provider": "openai", "steps": [
                {"type": "user", "keys": [{"id": "aigpk_none"}]}]}]},
            "createdAt": "2026-11-21T00:00:00Z", "updatedAt": "2026-11-21T00:00:00Z",
            "createdBy": "t", "lastUpdatedBy": "t"}
    good = store.read_text()
    store.write_text(good + json.dumps(line, separators=(",", ":")) + "\n")
    number = len(good.splitlines()) + 1
    done = machine.cli("reload", check=False)
    assert done.returncode == 1
    for text in (done.stderr, machine.cli("check", check=False).stderr):
        assert f"{store}:{number}: the configuration aigac_x (x): router.rules[0].steps[0].keys[0]: " \
            'there is no provider key "aigpk_none"' in text
    assert machine.chat(token=token).status_code == 200


def test_route_tells_the_rule_and_what_it_leaves_out(site):
    configuration = site.create(
        access={"providers": {"allow": ["alpha"]}},
        router=site.rule(site.user("two", strategy="round_robin"), MANAGED))
    key = site.machine.create_key("--configuration-id", configuration["id"])["id"]
    plan = json.loads(
        site.machine.cli("route", "--model", "m", "--key", key, "--json").stdout)
    assert plan["accessKeyConfiguration"] == {"id": configuration["id"], "name": "a"}
    assert [(attempt["providerKeyId"], attempt["step"]) for attempt in plan["attempts"]] == [
        (site.ids["two"], "router.rules[0].steps[0], round_robin"),
        ("api_keys[0]", "router.rules[0].steps[1]")]
    assert plan["leftOut"] == [
        {"candidate": "beta:m",
         "reason": "the access key's configuration does not allow the provider"}]
    reasons = {left["key"]: left["reason"] for left in plan["keysLeftOut"]}
    assert reasons[f"key {site.ids['one']} (one)"] == "router.rules[0] does not name it"
    text = site.machine.cli("route", "--model", "m", "--key", key).stdout
    assert f"under the configuration {configuration['id']} (a)" in text
    assert "by router.rules[0].steps[0], round_robin" in text
    done = site.machine.cli("route", "--model", "beta:m", "--key", key, check=False)
    assert done.returncode == 1 and "ERR_NGROK_27231" in done.stderr


def test_the_examples_of_the_manual_are_accepted(start_machine):
    machine = start_machine()
    done = machine.cli("provider-keys", "add", "--provider", "openai", "--name", "production",
                       "--json", input="sk-own-0123456789abcdef\n")
    key = json.loads(done.stdout)["id"]
    made, change = [re.sub(r"aigpk_\w+", key, block.text) for block in blocks_in("json")
                    if block.page.stem == "key-configurations"]
    made = json.loads(machine.cli("configurations", "create", "--json", input=made).stdout)
    assert [step["type"] for step in made["router"]["rules"][0]["steps"]] == ["user", "managed"]
    changed = json.loads(machine.cli("configurations", "update", made["id"], "--json",
                                     input=change).stdout)
    assert changed["access"] is None and changed["name"] == made["name"]
    assert changed["router"]["rules"] == [
        {"model": "openai:gpt-4o", "steps": [{"type": "managed"}]}]
