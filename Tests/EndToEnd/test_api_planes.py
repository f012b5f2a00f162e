"""Neither plane takes the other's keys: every route of the API, every path of the data plane."""

import pytest
import yaml

from machine import TOP

DOCUMENT = yaml.safe_load((TOP / "nginx" / "openapi.yaml").read_text())
METHODS = ("get", "post", "patch", "delete")
ROUTES = [(method.upper(), path) for path, operations in DOCUMENT["paths"].items()
          for method in operations if method in METHODS]
CHAT = {"model": "openai:sim-fast", "messages": [{"role": "user", "content": "hello"}]}
GEMINI = "/v1beta/models/openai:sim-fast"
FORM = "multipart/form-data; boundary=x"
DATA = [
    ("POST", "/v1/chat/completions"), ("POST", "/v1/messages"), ("POST", "/v1/responses"),
    ("POST", "/v1/embeddings"), ("POST", "/v1/messages/count_tokens"), ("POST", "/v1/completions"),
    ("POST", "/v1/moderations"), ("POST", "/v1/images/generations"), ("POST", "/v1/images/edits"),
    ("POST", "/v1/images/variations"), ("POST", "/v1/audio/speech"),
    ("POST", "/v1/audio/transcriptions"), ("POST", "/v1/audio/translations"),
    ("POST", "/v1/rerank"), ("GET", "/v1/models"), ("GET", "/v1/models/gpt-4o"),
    ("GET", "/v1beta/models"),
    ("POST", f"{GEMINI}:generateContent"), ("POST", f"{GEMINI}:streamGenerateContent"),
    ("POST", f"{GEMINI}:countTokens"), ("POST", f"{GEMINI}:embedContent"),
    ("GET", "/v1/realtime?model=openai:sim-fast"),
]
WEB_SOCKET = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
              "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}


def test_the_paths_are_those_of_the_data_plane():
    """One that is added there must be asked here."""
    source = (TOP / "Sources" / "Relay" / "Endpoint.swift").read_text()
    table = {line.split('"')[1] for line in source.splitlines() if line.strip().startswith('("/v1')}
    assert len(table) >= 14 and table <= {path for _, path in DATA}


@pytest.mark.parametrize(("method", "path"), [*ROUTES, *[
    ("HEAD", path) for method, path in ROUTES if method == "GET"]])
def test_an_access_key_opens_no_route_of_the_api(site, method, path):
    url = site.api_base + path.replace("{id}", "default")
    body = {"json": {}} if method in ("POST", "PATCH") else {}
    for headers in ({"Authorization": f"Bearer {site.token}"}, {"x-api-key": site.token},
                    {"Authorization": site.token}, {"api-key": site.token}, {}):
        answer = site.client.request(method, url, headers=headers, **body)
        assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"
        if method != "HEAD":
            assert answer.json()["errorCode"] == "ERR_NGROK_206"
        assert site.token not in answer.text


@pytest.mark.parametrize("surface", ["site", "api"])
@pytest.mark.parametrize("role", ["admin", "account", "read"])
def test_a_management_key_opens_no_path_of_the_data_plane(site, surface, role):
    assert site.chat().status_code == 200
    token = site.management_key(role)["token"]
    base = site.base if surface == "site" else site.api_base
    site.forget_requests()
    for method, path in DATA:
        # The port of the API has the playground's paths alone.
        if surface == "api" and ("realtime" in path or "v1beta" in path):
            continue
        body = {}
        if method == "POST":
            body = {"json": CHAT}
            if "/edits" in path or "/variations" in path or "/trans" in path:
                body = {"content": b"--x--\r\n", "headers": {"Content-Type": FORM}}
        for name in ("Authorization", "x-api-key", "api-key", "x-goog-api-key"):
            headers = {**body.get("headers", {}),
                       name: f"Bearer {token}" if name == "Authorization" else token}
            if "realtime" in path:
                headers |= WEB_SOCKET
            answer = site.client.request(method, base + path, **{**body, "headers": headers})
            told = f"{method} {path} by {name}: {answer.status_code} {answer.text}"
            assert answer.status_code == 401, told
            assert answer.headers["Ngrok-Error-Code"] == "ERR_NGROK_27201", told
            assert token not in answer.text
    assert site.simulator_requests() == []
