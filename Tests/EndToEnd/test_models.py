"""Names of models, the lists of them, virtual models and the catalog, through nginx."""

import json
import os
import re
import signal

import pytest

from machine import until

CATALOG = {
    "authors": [{"id": "maker", "display_name": "The Maker", "aliases": ["the-maker"]}],
    "models": [
        {"id": "Known-1", "author": "maker", "aliases": ["known-latest"], "released": "2026-03-01",
         "display_name": "Known One", "max_context_window": 1000, "max_output_tokens": 100,
         "providers": [{"id": "openai", "model": "sim-fast"}, {"id": "mine", "model": "sim"}],
         "pricing": {"input": "2.5", "output": "10", "source": "https://example.com",
                     "asOf": "2026-11-01", "rules": [{"from": "2000-01-01", "times": "2"}]}},
        {"id": "shut", "author": "maker", "retired": "2026-01-01", "providers": [{"id": "openai"}]},
        {"id": "twin", "author": "maker", "modalities": {"output": ["text"]},
         "description": "of Google's", "providers": [{"id": "google", "model": "sim-fast"}]},
        {"id": "vector", "author": "maker", "modalities": {"output": ["embedding"]},
         "providers": [{"id": "google"}]},
        {"id": "keyless", "author": "maker", "providers": [{"id": "mistral"}]},
    ],
}
VIRTUAL = [
    {"name": "team/quick", "description": "Whatever is quick",
     "targets": ["openai:sim+status=503", "mistral:x", "maker/known-1"]},
    {"name": "spare", "targets": ["google:sim-fast"]},
    {"name": "nowhere", "targets": ["mistral:x"]},
]


def providers(base):
    gemini = {"gemini": {"base_url": base.replace("/v1", "/v1beta"), "auth": "none"}}
    return [
        {"id": "openai", "base_url": base, "api_keys": [{"value": "${env:TEST_OPENAI_KEY}"}]},
        {"id": "mine", "base_url": base, "models": [
            {"id": "sim-own", "author_id": "us", "max_context_window": 4096,
             "supported_features": ["tool-calling"], "pricing": {"input": "0.20", "output": 1}}]},
        {"id": "google", "dialects": gemini, "api_keys": [{"value": "${env:TEST_OPENAI_KEY}"}]},
    ]


@pytest.fixture(scope="module")
def site(start_shared_machine, tmp_path_factory):
    catalog = tmp_path_factory.mktemp("catalog") / "catalog.json"
    catalog.write_text(json.dumps(CATALOG))
    return start_shared_machine(
        providers=providers, settings={"catalog": str(catalog), "virtual_models": VIRTUAL})


def get(site, path):
    return site.client.get(path, headers=site.headers())


# --- names ---


@pytest.mark.parametrize("name, served", [
    ("Known-1", "openai:sim-fast"), ("known-1", "openai:sim-fast"),
    ("KNOWN-LATEST", "openai:sim-fast"), ("maker/known-1", "openai:sim-fast"),
    ("The-Maker/Known-Latest", "openai:sim-fast"), ("mine:known-1", "mine:sim"),
    ("mine:the-maker/known-1", "mine:sim"), ("openai:sim", "openai:sim"),
    ("sim-own", "mine:sim-own"), ("us/sim-own", "mine:sim-own"), ("mine:sim-x", "mine:sim-x"),
    ("spare", "google:sim-fast"), ("shut", "openai:shut")])
def test_every_form_of_a_name_leads_to_its_model(site, name, served):
    site.forget_requests()
    response = site.chat(name)
    assert response.headers["Ngrok-AIG-Model"] == served
    sent = site.simulator_requests()[-1]
    assert sent["model"] == served.partition(":")[2]


@pytest.mark.parametrize("name, code, hint", [
    ("knwon-1", "27224", "Known-1"), ("maker/knwon-1", "27224", "Known-1"),
    ("team/qick", "27224", "team/quick"), ("opnai:x", "27225", "openai"), ("mine:", "27229", ""),
    ("keyless", "27202", "mistral"), ("nowhere", "27202", "mistral")])
def test_a_name_that_leads_nowhere_is_answered_with_the_nearest(site, name, code, hint):
    error = site.chat(name).json()["error"]
    assert error["code"] == f"ERR_NGROK_{code}"
    assert hint in error["message"]


def test_a_virtual_model_is_its_targets_in_order(site):
    response = site.chat("team/quick")
    assert response.status_code == 200
    assert response.headers["Ngrok-AIG-Model"] == "openai:sim-fast"
    assert response.headers["Ngrok-AIG-Attempts"] == "2"
    assert "Ngrok-AIG-Rejected-Models" not in response.headers
    response = site.chat("openai:sim+status=500", models=["TEAM/quick"])
    assert response.headers["Ngrok-AIG-Attempts"] == "3"


# --- lists ---


def test_the_list_has_what_the_key_may_use(site):
    models = {model["id"]: model for model in get(site, "/v1/models").json()["data"]}
    assert list(models) == ["team/quick", "spare", "Known-1", "sim-own", "twin", "vector"]
    known = models["Known-1"]
    assert (known["created"], known["created_at"]) == (1772323200, "2026-03-01T00:00:00Z")
    assert (known["owned_by"], known["display_name"]) == ("maker", "Known One")
    assert models["sim-own"]["created"] == 0
    assert models["team/quick"]["owned_by"] == "virtual"


@pytest.mark.parametrize("name, found", [
    ("known-latest", "Known-1"), ("maker%2Fknown-1", "Known-1"), ("team%2Fquick", "team/quick"),
    ("shut", "shut"), ("keyless", None), ("nowhere", None)])
def test_one_model_is_found_by_every_name(site, name, found):
    response = get(site, f"/v1/models/{name}")
    assert response.status_code == (200 if found else 404)
    if found:
        assert response.json()["id"] == found


def test_gemini_s_list_has_what_a_gemini_client_can_be_served(site):
    models = {model["name"]: model for model in get(site, "/v1beta/models").json()["models"]}
    assert list(models) == [f"models/{name}" for name in (
        "team/quick", "spare", "Known-1", "sim-own", "twin", "vector")]
    assert models["models/twin"]["description"] == "of Google's"
    assert "generateContent" in models["models/twin"]["supportedGenerationMethods"]
    assert models["models/vector"]["supportedGenerationMethods"] == ["countTokens", "embedContent"]
    assert "embedContent" not in models["models/Known-1"]["supportedGenerationMethods"]


def test_the_command_lists_the_same_with_prices(site):
    items = {model["id"]: model
             for model in json.loads(site.cli("models", "--json").stdout)["items"]}
    assert list(items) == ["team/quick", "spare", "Known-1", "shut", "sim-own", "twin", "vector"]
    offers = {offer["id"]: offer for offer in items["Known-1"]["offers"]}
    assert list(offers) == ["openai:sim-fast", "mine:sim"]
    assert offers["openai:sim-fast"]["pricing"] == {
        "input": "2.5", "output": "10", "rules": [{"from": "2000-01-01T00:00:00Z", "times": "2"}],
        "source": "https://example.com", "asOf": "2026-11-01"}
    own = items["sim-own"]["offers"][0]
    assert (own["custom"], own["pricing"]["input"]) == (True, "0.2")
    rows = {line.split()[0]: line.split() for line in site.cli("models").stdout.splitlines()}
    assert rows["Known-1"] == ["Known-1", "maker", "1000", "100", "5", "20", "openai,mine", "-"]
    assert rows["shut"][-2:] == ["retired", "2026-01-01"]


@pytest.mark.parametrize("arguments, found", [
    (["known-LATEST"], ["Known-1"]), (["tool-calling"], ["sim-own"]), (["zzz"], []),
    (["--provider", "GOOGLE"], ["spare", "twin", "vector"]),
    (["maker", "--provider", "mine"], ["Known-1"])])
def test_the_command_finds_models(site, arguments, found):
    items = json.loads(site.cli("models", "--json", *arguments).stdout)["items"]
    assert [model["id"] for model in items] == found


def test_a_key_under_a_configuration_sees_what_it_may_use(site):
    made = site.cli("configurations", "create", "--json", input=json.dumps(
        {"name": "narrow", "access": {"providers": {"allow": ["mine", "google"]}}}))
    key = site.create_key("--configuration-id", json.loads(made.stdout)["id"])
    listed = ["team/quick", "spare", "Known-1", "sim-own", "twin", "vector"]
    headers = site.headers(key["token"])
    models = site.client.get("/v1/models", headers=headers).json()["data"]
    assert [model["id"] for model in models] == listed
    items = json.loads(site.cli("models", "--json", "--key", key["id"]).stdout)["items"]
    assert [(model["id"], model["providers"]) for model in items if model["id"] == "Known-1"] \
        == [("Known-1", ["mine"])]
    assert [model["id"] for model in items] == listed
    assert site.cli("models", "--key", "aigk_none", check=False).returncode == 1


def test_the_command_knows_providers(site):
    done = site.cli("models", "--provider", "opnai", check=False)
    assert done.returncode == 1
    assert "no provider 'opnai': did you mean 'openai'?" in done.stderr


def test_only_configured_models_are_served_where_the_gateway_says_so(start_machine):
    site = start_machine(providers=providers, gateway={"only_allow_configured_models": True})
    assert site.chat("sim-own").status_code == 200
    for name in ("gpt-4o", "openai:sim", "mine:sim"):
        assert site.chat(name).json()["error"]["code"] == "ERR_NGROK_27224"
    models = get(site, "/v1/models").json()["data"]
    assert [model["id"] for model in models] == ["sim-own"]


# --- reload ---


def wrong_catalog(site, change):
    path = site.root / "changed.json"
    catalog = json.loads(json.dumps(CATALOG))
    change(catalog)
    path.write_text(json.dumps(catalog, indent=1))
    return {"catalog": str(path)}


def wrong(name, site):
    """Settings with a fault, and what is said of it: line and column, the fault, the nearest."""
    if name == "catalog field":
        change = wrong_catalog(site, lambda it: it["models"][1].update({"authr": "x"}))
        return change, r"changed\.json:\d+:\d+: unknown field 'authr' in models\[1\]: " \
            r"did you mean 'author'\?"
    if name == "catalog price":
        change = wrong_catalog(
            site, lambda it: it["models"][0]["pricing"].update({"input": "0.1234567"}))
        return change, r"changed\.json:\d+:\d+: models\[0\]\.pricing\.input must not have more"
    if name == "circle":
        return {"virtual_models": [{"name": "a", "targets": ["b"]},
                                   {"name": "b", "targets": ["A"]}]}, \
            r"gateway\.yaml:\d+:\d+: 'virtual_models\[0\]\.targets' leads back to itself: " \
            r"a -> b -> a"
    return {"virtual_models": [{"name": "a", "targets": ["knwon-1"]}]}, \
        r"gateway\.yaml:\d+:\d+: 'virtual_models\[0\]\.targets': model unknown: 'knwon-1'. " \
        r"Did you mean Known-1\?"


@pytest.mark.parametrize("name", ["catalog field", "catalog price", "circle", "target"])
def test_a_wrong_one_is_named_and_the_old_one_serves_on(site, name):
    settings, said = wrong(name, site)
    old = {key: site.config[key] for key in settings}
    refusals = site.log("gateway").count("reload refused")
    site.config.update(settings)
    site.write_config()
    try:
        check = site.cli("check", "--nginx", "/nowhere", check=False)
        assert check.returncode == 1
        assert re.search(said, check.stderr), check.stderr
        os.kill(site.supervisor_pid, signal.SIGHUP)
        until("the worker says no",
              lambda: site.log("gateway").count("reload refused") > refusals)
        done = site.cli("reload", check=False)
        assert done.returncode == 1
        assert re.search(said, done.stderr), done.stderr
        assert site.chat("known-latest").headers["Ngrok-AIG-Model"] == "openai:sim-fast"
        assert site.chat("team/quick").status_code == 200
    finally:
        site.config.update(old)
        site.write_config()
        site.cli("reload")


def test_another_catalog_is_taken_over(site):
    old = site.config["catalog"]
    site.config.update(wrong_catalog(
        site, lambda it: it["models"].append(
            {"id": "fresh", "author": "maker", "providers": [{"id": "mine", "model": "sim"}]})))
    site.write_config()
    site.cli("reload")
    try:
        assert site.chat("fresh").headers["Ngrok-AIG-Model"] == "mine:sim"
    finally:
        site.config["catalog"] = old
        site.write_config()
        site.cli("reload")
    assert site.chat("fresh").json()["error"]["code"] == "ERR_NGROK_27224"
