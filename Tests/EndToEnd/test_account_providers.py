"""Providers and virtual models that accounts make for themselves."""

import json

import pytest

from machine import until

KEY = "sk-of-the-tenant-0123456789abcdef"


def gateways(base):
    key = {"value": "${env:TEST_OPENAI_KEY}"}
    return [{"id": "ep_main", "accounts": ["default", "acme"],
             "headers": {"X-Operator": "secret-of-the-operator"},
             "providers": [{"id": "openai", "base_url": base, "api_keys": [key]}]}]


@pytest.fixture(scope="module")
def site(start_shared_machine, certificates):
    """nginx plays a provider over TLS at localhost, which the operator allows."""
    site = start_shared_machine(
        gateways=gateways, tls_provider={}, providers=[],
        settings={"upstreams": {"allow": ["127.0.0.0/8", "::1"],
                                "ca_file": str(certificates.authority)}})
    site.acme = site.create_key("--account", "acme")["token"]
    site.mine = run(site, "providers", "create", "--account", "acme", input={
        "providerId": "mine", "name": "Mine", "baseUrl": f"{site.tls_base}/simulator/v1",
        "models": [{"modelId": "fast", "providerModelId": "sim-fast",
                    "unsupportedParams": ["seed"]}]})
    return site


def run(site, *arguments, input=None):
    text = json.dumps(input) if input is not None else None
    return json.loads(site.cli(*arguments, "--json", input=text).stdout)


def refused(site, *arguments, input=None):
    done = site.cli(*arguments, check=False, input=json.dumps(input or {}))
    assert done.returncode == 1, done.stdout
    return done.stderr


def test_it_serves_its_account_alone(site):
    site.forget_requests()
    answer = site.chat(model="mine:fast", token=site.acme, seed=1)
    assert answer.status_code == 200
    assert answer.headers["Ngrok-AIG-Removed-Params"] == "seed"
    [request] = site.simulator_requests()
    assert request["model"] == "sim-fast"
    # Nothing of the operator's goes there: no key, no header that is set for every provider.
    assert "authorization" not in request["headers"]
    assert "secret-of-the-operator" not in json.dumps(request)
    site.forget_requests()
    assert site.chat(model="openai:sim-fast", token=site.acme).status_code == 200
    assert "secret-of-the-operator" in json.dumps(site.simulator_requests())
    unknown = site.chat(model="mine:fast")
    assert unknown.headers["Ngrok-Error-Code"] == "ERR_NGROK_27225"


def test_it_is_listed_and_streams(site):
    def models(token):
        answer = site.client.get("/v1/models", headers=site.headers(token))
        return [model["id"] for model in answer.json()["data"]]
    assert "fast" in models(site.acme) and "fast" not in models(site.token)
    with site.stream(model="mine:fast", token=site.acme) as answer:
        assert answer.status_code == 200
        assert b"[DONE]" in answer.read()
    # The account's own messages to it in another dialect are translated.
    answer = site.client.post("/v1/messages", headers=site.headers(site.acme), json={
        "model": "mine:fast", "max_tokens": 16,
        "messages": [{"role": "user", "content": "hello"}]})
    assert answer.status_code == 200 and answer.json()["role"] == "assistant"


def test_it_takes_keys_of_its_account(site):
    site.cli("provider-keys", "add", "--account", "acme", "--provider", "mine", "--name", "own",
             input=KEY + "\n")
    site.forget_requests()
    assert site.chat(model="mine:fast", token=site.acme).status_code == 200
    [request] = site.simulator_requests()
    assert request["headers"]["authorization"] == f"Bearer {KEY}"
    assert "provider key" in refused(site, "providers", "delete", site.mine["id"])
    assert 'no provider "mine"' in refused(
        site, "provider-keys", "add", "--provider", "mine", "--name", "other")


@pytest.mark.parametrize("url", [
    "http://127.0.0.1:{port}/v1", "http://localhost:{port}/v1", "https://169.254.169.254/v1",
    "http://metadata.google.internal.example/v1", "ftp://a.example"])
def test_where_it_must_not_be(site, url):
    text = refused(site, "providers", "create", "--account", "acme", input={
        "providerId": "bad", "name": "Bad", "baseUrl": url.format(port=site.simulator_port)})
    assert "baseUrl" in text


def test_a_name_that_leads_into_the_private_network_is_not_followed(start_machine, certificates):
    """The address is judged when the connection is made: only what is allowed, and no more."""
    site = start_machine(
        gateways=gateways, tls_provider={}, providers=[],
        settings={"upstreams": {"allow": ["10.0.0.0/8"],
                                "ca_file": str(certificates.authority)}})
    run(site, "providers", "create", "--provider-id", "near", "--name", "Near", "--base-url",
        f"{site.tls_base}/simulator/v1")
    site.forget_requests()
    answer = site.chat(model="near:sim-fast")
    assert answer.status_code == 502, answer.text
    assert site.simulator_requests() == []
    until("its line is written", lambda: "address" in site.log("access"))


def test_a_virtual_model_of_an_account(site):
    made = run(site, "virtual-models", "create", "--account", "acme", "--name", "best",
               "--target", "openai:sim+status=500", "--target", "mine:fast")
    assert made["uri"] == f"/virtual-models/{made['id']}"
    answer = site.chat(model="best", token=site.acme)
    assert answer.status_code == 200
    assert answer.headers["Ngrok-AIG-Model"] == "mine:sim-fast"
    assert site.chat(model="best").headers["Ngrok-Error-Code"] == "ERR_NGROK_27224"
    listed = site.client.get("/v1/models", headers=site.headers(site.acme)).json()["data"]
    assert [m["owned_by"] for m in listed if m["id"] == "best"] == ["virtual"]
    # A change is in force with the next request.
    run(site, "virtual-models", "update", made["id"], "--target", "openai:sim-fast")
    answer = site.chat(model="best", token=site.acme)
    assert answer.headers["Ngrok-AIG-Model"] == "openai:sim-fast"
    assert "virtual itself" in refused(
        site, "virtual-models", "create", "--account", "acme", "--name", "more", "--target", "best")
    site.cli("virtual-models", "delete", made["id"])
    gone = site.chat(model="best", token=site.acme)
    assert gone.headers["Ngrok-Error-Code"] == "ERR_NGROK_27224"


def test_a_configuration_speaks_of_it(site):
    made = run(site, "configurations", "create", "--account", "acme", input={
        "name": "own alone", "access": {"providers": {"allow": [site.mine["id"]]}}})
    assert made["access"]["providers"]["allow"] == ["mine"]
    token = site.create_key("--account", "acme", "--configuration-id", made["id"])["token"]
    assert site.chat(model="mine:fast", token=token).status_code == 200
    assert site.chat(model="openai:sim-fast", token=token).status_code == 403
    assert "configuration" in refused(site, "providers", "delete", site.mine["id"])
    done = site.cli("check", "--nginx", "/nonexistent", check=False)
    assert "mine" not in done.stderr


def test_route_shows_it(site):
    shown = run(site, "route", "--model", "mine:fast", "--account", "acme")
    assert shown["attempts"][0]["candidate"] == "mine:sim-fast"


def test_it_is_changed_and_deleted(site):
    made = run(site, "providers", "create", "--provider-id", "gone", "--name", "Gone",
               "--base-url", f"{site.tls_base}/simulator/v1")
    assert site.chat(model="gone:sim-fast").status_code == 200
    changed = run(site, "providers", "update", made["id"], input={
        "models": [{"modelId": "m"}], "metadata": {"a": 1}})
    assert (changed["name"], changed["metadata"]) == ("Gone", {"a": 1})
    assert [model["modelId"] for model in changed["models"]] == ["m"]
    assert run(site, "providers", "get", made["id"]) == changed
    assert made["id"] in [item["id"] for item in run(site, "providers", "list")["items"]]
    site.cli("providers", "delete", made["id"])
    assert site.chat(model="gone:sim-fast").headers["Ngrok-Error-Code"] == "ERR_NGROK_27225"
