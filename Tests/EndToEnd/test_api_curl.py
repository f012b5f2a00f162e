"""The reference product's documented calls, as curl makes them: another host, another token.

Its pages write `--request`, `--url`, `--header` and `--data`, or the short forms of its guides; the
older API has its version in a header.
"""

import json
import subprocess

import pytest


@pytest.fixture(scope="module")
def token(site):
    return site.management_key()["token"]


@pytest.fixture
def curl(site, token):
    def call(method, path, data=None, headers=(), is_short=False):
        request, url, header, body = ("-X", "", "-H", "-d") if is_short else (
            "--request", "--url", "--header", "--data")
        command = ["curl", "-sS", "-w", "\n%{http_code}", request, method]
        command += [url] if url else []
        command += [site.api_base + path, header, f"Authorization: Bearer {token}"]
        for name in headers:
            command += [header, name]
        if data is not None:
            command += [header, "Content-Type: application/json", body, json.dumps(data)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
        text, _, status = done.stdout.rpartition("\n")
        answer = json.loads(text) if text else None
        if answer and "token" in answer:
            site.tokens = [*getattr(site, "tokens", []), answer["token"]]
        return int(status), answer
    return call


COMMON = {"id", "uri", "createdAt", "updatedAt", "createdBy", "lastUpdatedBy"}
# Path and collection; what creates one; what a PATCH says; members of the answer.
RESOURCES = {
    "access keys": (
        "/access-keys", "aiGatewayAccessKeys",
        {"name": "ci", "description": "by curl", "metadata": "team=a"}, {"name": "next"},
        {"keyRedacted", "name", "description", "metadata", "lastUsed", "accessKeyConfiguration"}),
    "configurations": (
        "/access-key-configurations", "aiGatewayAccessKeyConfigurations",
        {"name": "one provider", "description": "by curl", "metadata": "m",
         "access": {"providers": {"allow": ["openai"]}, "models": {"allow": ["openai/gpt-4o"]}},
         "router": {"rules": [{"provider": "openai", "steps": [
             {"type": "user", "keySelectionStrategy": "ordered",
              "keys": [{"name": "made here", "value": "sk-curl-0123456789"}]},
             {"type": "ngrok"}]}]}},
        {"access": {"providers": {"allow": ["openai", "anthropic"]}}},
        {"name", "description", "metadata", "access", "router"}),
    "provider keys": (
        "/provider-keys", "aiGatewayProviderKeys",
        {"providerId": "openai", "name": "My OpenAI key", "value": "sk-proj-0123456789"},
        {"description": "changed"},
        {"providerId", "name", "keyRedacted", "description", "metadata", "lastUsed"}),
    "providers": (
        "/providers", "aiGatewayProviders",
        {"providerId": "house", "name": "House", "baseUrl": "https://llm.example.com/v1",
         "supportedApiSurfaces": [{"format": "openai", "surface": "chat-completions"}],
         "models": [{"modelId": "large"}]},
        {"name": "Our house"}, {"providerId", "name", "baseUrl", "metadata",
                                "supportedApiSurfaces", "models"}),
    "management keys": (
        "/api-keys", "aiGatewayApiKeys", {"name": "ci", "description": "by curl", "metadata": "m"},
        {"name": "next"}, {"keyRedacted", "name", "description", "metadata", "lastUsed"}),
}


@pytest.mark.parametrize("is_short", [False, True], ids=["reference", "guide"])
@pytest.mark.parametrize("kind", RESOURCES)
def test_a_resource_lives_as_documented(curl, kind, is_short):
    path, collection, draft, change, members = RESOURCES[kind]
    status, made = curl("POST", path, draft, is_short=is_short)
    assert status == 201, made
    assert members | COMMON <= set(made)
    assert made["uri"] == f"{path}/{made['id']}"
    assert ("token" in made) == ("keyRedacted" in members and "providerId" not in members)
    status, listed = curl("GET", path + "?limit=100", is_short=is_short)
    assert (status, set(listed)) == (200, {collection, "uri", "nextPageUri"})
    assert made["id"] in [item["id"] for item in listed[collection]]
    status, changed = curl("PATCH", made["uri"], change, is_short=is_short)
    assert status == 200, changed
    assert {name: changed[name] for name in change} == change
    status, shown = curl("GET", made["uri"], is_short=is_short)
    assert (status, shown) == (200, changed) and "token" not in shown
    assert curl("DELETE", made["uri"], is_short=is_short) == (204, None)
    assert curl("GET", made["uri"], is_short=is_short)[0] == 404


def test_a_provider_key_is_rotated(curl):
    _, made = curl("POST", "/provider-keys",
                   {"providerId": "openai", "name": "a", "value": "sk-proj-first-0123"})
    status, rotated = curl("POST", made["uri"] + "/rotate",
                           {"name": "b", "value": "sk-proj-second-4567"})
    assert (status, rotated["id"], rotated["name"]) == (200, made["id"], "b")
    assert rotated["keyRedacted"].endswith("4567")
    assert curl("DELETE", made["uri"])[0] == 204


def test_settings_money_and_usage_are_read(curl):
    status, settings = curl("PATCH", "/gateway-config", {"maxOutputTokens": 4096})
    assert (status, settings["maxOutputTokens"]) == (200, 4096)
    assert curl("PATCH", "/gateway-config", {"maxOutputTokens": None})[1]["maxOutputTokens"] is None
    assert curl("GET", "/gateway-config")[0] == 200
    assert "balanceCents" in curl("GET", "/credits/balance")[1]
    assert "items" in curl("GET", "/credits/transactions")[1]
    since = "startTime=2026-01-01T00:00:00Z"
    assert "events" in curl("GET", f"/usage?{since}&limit=5")[1]
    overview = curl("GET", f"/usage/overview?{since}&groupBy=accessKey")
    assert overview[0] == 400 or {"uri", "buckets", "totals"} <= set(overview[1])
    assert curl("GET", "/models")[1]["object"] == "list"


def test_the_older_api_lives_as_documented(curl):
    path, version = "/ai_gateway_api_keys", ["Ngrok-Version: 2"]
    status, made = curl("POST", path, {"endpoint_id": "ep_main", "description": "by curl",
                                       "metadata": "{\"environment\":\"dev\"}"}, version, True)
    assert status == 201, made
    assert {"id", "uri", "created_at", "updated_at", "description", "metadata", "created_by",
            "endpoint", "token", "display_name", "last_used", "provider_keys"} <= set(made)
    status, listed = curl("GET", path, headers=version, is_short=True)
    assert made["id"] in [item["id"] for item in listed["ai_gateway_api_keys"]]
    assert {"uri", "next_page_uri"} <= set(listed)
    one = f"{path}/{made['id']}"
    status, changed = curl("PATCH", one, {"description": "changed"}, version, True)
    assert (status, changed["description"]) == (200, "changed")
    assert curl("GET", one, headers=version, is_short=True) == (200, changed)
    assert curl("DELETE", one, headers=version, is_short=True) == (204, None)
