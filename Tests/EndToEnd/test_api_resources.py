"""The other resources of the API: management keys, configurations, provider keys, the older form."""

import json

import pytest

from machine import until

SECRETS = ["sk-api-0123456789abcdefghijklmnop", "sk-new-0123456789abcdefghijklmnop"]


@pytest.fixture(scope="module")
def api(site):
    site.tokens = [*getattr(site, "tokens", []), *SECRETS]
    return site.api()


def test_a_provider_key_is_used_from_its_answer_on(site, api):
    made = api.post("/provider-keys", json={"providerId": "openai", "name": "main",
                                            "value": SECRETS[0]})
    assert made.status_code == 201, made.text
    uri = made.json()["uri"]
    shown = json.loads(site.cli("provider-keys", "get", made.json()["id"], "--json").stdout)
    assert shown == made.json()

    def sent():
        site.forget_requests()
        assert site.chat().status_code == 200
        return site.simulator_requests()[-1]["headers"]["authorization"]

    assert sent() == f"Bearer {SECRETS[0]}"
    rotated = api.post(f"{uri}/rotate", json={"name": "next", "value": SECRETS[1]})
    assert rotated.status_code == 200 and rotated.json()["id"] == made.json()["id"]
    assert sent() == f"Bearer {SECRETS[1]}"
    assert api.patch(uri, json={"name": "last"}).json()["name"] == "last"
    assert [key["id"] for key in api.get("/provider-keys?provider=openai").json()["aiGatewayProviderKeys"]
            ] == [made.json()["id"]]
    assert api.delete(uri).status_code == 204
    assert sent() == f"Bearer {site.openai_key}"


def test_a_configuration_is_in_force_with_its_answer(site, api):
    made = api.post("/access-key-configurations", json={
        "name": "none", "access": {"providers": {"allow": []}}})
    assert made.status_code == 201, made.text
    key = api.post("/access-keys", json={"accessKeyConfigurationId": made.json()["id"]}).json()
    site.tokens.append(key["token"])
    assert site.chat(token=key["token"]).status_code in (400, 403)
    changed = api.patch(made.json()["uri"], json={"access": None})
    assert changed.status_code == 200 and changed.json()["accessKeyCount"] == 1
    assert site.chat(token=key["token"]).status_code == 200
    assert api.delete(made.json()["uri"]).json()["errorCode"] == "ERR_NGROK_27615"
    assert api.delete(key["uri"]).status_code == 204
    assert api.delete(made.json()["uri"]).status_code == 204


def test_the_older_form_works_as_documented(site, api):
    """Version 2 of the reference's API, its header and all."""
    headers = {"Ngrok-Version": "2"}
    made = api.post("/ai_gateway_api_keys", headers=headers,
                    json={"endpoint_id": "ep_main", "description": "old"})
    assert made.status_code == 201, made.text
    key = made.json()
    site.tokens.append(key["token"])
    assert site.chat(token=key["token"]).status_code == 200
    assert key["id"] in [item["id"] for item in api.get(
        "/ai_gateway_api_keys", headers=headers).json()["ai_gateway_api_keys"]]
    assert api.get(key["uri"]).json()["endpoint"] == {
        "id": "ep_main", "uri": "/endpoints/ep_main"}
    assert api.patch(key["uri"], json={"metadata": "m"}).json()["metadata"] == "m"
    assert api.delete(key["uri"], headers=headers).status_code == 204
    assert site.chat(token=key["token"]).status_code == 401


def test_management_keys_make_others_and_every_change_is_noted(site, api):
    made = api.post("/api-keys", json={"name": "ci", "role": "read"}).json()
    site.tokens.append(made["token"])
    with site.api(made["token"]) as reader:
        assert reader.get("/access-keys").status_code == 200
        assert reader.post("/access-keys", json={}).status_code == 403
        assert reader.get("/audit").status_code == 403
    assert api.delete(made["uri"]).status_code == 204
    entries = api.get("/audit?limit=2").json()["entries"]
    assert [(entry["action"], entry["resourceId"]) for entry in entries] == [
        ("delete", made["id"]), ("create", made["id"])]
    assert entries[1]["fields"] == ["name", "role"] and entries[1]["address"] == "127.0.0.1"
    older = api.get(api.get("/audit?limit=1").json()["nextPageUri"]).json()["entries"]
    assert older[0]["id"] == entries[1]["id"]


def test_the_use_of_a_management_key_is_noted(site):
    key = site.management_key()
    with site.api(key["token"]) as api:
        assert api.get(f"/api-keys/{key['id']}").json()["lastUsed"] is None
        used = until("its use is written",
                     lambda: api.get(f"/api-keys/{key['id']}").json()["lastUsed"], seconds=60,
                     pause=0.5)
        assert used.endswith("Z")


def test_money_is_given_once_for_each_key(site, api):
    def give(key, **members):
        headers = {"Idempotency-Key": key} if key else {}
        return api.post("/credits/grants", headers=headers,
                        json={"amount": "5.00", "category": "purchase", **members})

    made = give("first")
    assert made.status_code == 201, made.text
    assert made.json()["amount"] == "5.000000000" and made.json()["accountId"] == "default"
    assert give("first").json() == made.json()
    assert give("first", amount="6.00").json()["errorCode"] == "ERR_NGROK_27617"
    for wrong in (give(None), give("x" * 256), give("a", amount="1.00"), give("b", amount=5),
                  give("c", category="gift"), give("d", amount="-1"), give("e", colour="red")):
        assert wrong.status_code == 400
    balance = json.loads(site.cli("credits", "balance", "--json").stdout)
    assert "\"5" in json.dumps(balance)
    with site.api(role="account") as other:
        assert other.post("/credits/grants", json={}).status_code == 403
    # The key of that other one was noted after it.
    entry = api.get("/audit?limit=2").json()["entries"][1]
    assert (entry["resourceType"], entry["resourceId"]) == ("credit-grant", "first")
