"""Accounts and what is theirs, over the API: in force when the answer is there."""

import json

import pytest


@pytest.fixture
def site(start_machine, certificates):
    return start_machine(
        gateways=lambda base: [{"id": "ep_main", "accounts": ["default", "acme"], "providers": [
            {"id": "openai", "base_url": base, "api_keys": [{"value": "${env:TEST_OPENAI_KEY}"}]}]}],
        tls_provider={}, providers=[],
        settings={"upstreams": {"allow": ["127.0.0.0/8", "::1"],
                                "ca_file": str(certificates.authority)}})


def test_what_an_account_makes_is_in_force_at_once(site):
    admin = site.api()
    token = site.create_key("--account", "acme")["token"]
    theirs = site.api(site.management_key("account", "--account", "acme")["token"])
    made = theirs.post("/providers", json={
        "providerId": "mine", "name": "Mine", "baseUrl": f"{site.tls_base}/simulator/v1",
        "models": [{"modelId": "fast", "providerModelId": "sim-fast"}]})
    assert made.status_code == 201, made.text
    assert site.chat(model="mine:fast", token=token).status_code == 200
    shown = json.loads(site.cli("providers", "get", made.json()["id"], "--json").stdout)
    assert shown == made.json()
    virtual = theirs.post("/virtual-models", json={"name": "best", "targets": ["mine:fast"]}).json()
    assert site.chat(model="best", token=token).status_code == 200
    assert theirs.delete(made.json()["uri"]).status_code == 409
    assert theirs.delete(virtual["uri"]).status_code == 204
    assert site.chat(model="best", token=token).status_code == 400
    tight = theirs.patch("/gateway-config", json={"maxInputTokens": 1})
    assert tight.status_code == 200 and site.chat(token=token).status_code == 413
    assert site.chat().status_code == 200
    assert theirs.patch("/gateway-config", json={"maxInputTokens": None}).status_code == 200
    assert site.chat(token=token).status_code == 200
    assert theirs.get("/accounts").status_code == 403
    assert admin.patch("/accounts/acme", json={"disabled": True}).status_code == 200
    assert site.chat(token=token).status_code == 401
    assert admin.patch("/accounts/acme", json={"disabled": False}).status_code == 200
    assert site.chat(token=token).status_code == 200
