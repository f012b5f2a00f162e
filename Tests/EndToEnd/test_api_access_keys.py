"""Access keys over the API: made, listed, changed, revoked, by the calls that the reference has."""

import json
import re

import pytest

import tokens


@pytest.fixture(scope="module")
def api(site):
    return site.api()


@pytest.fixture
def made(site, api):
    answer = api.post("/access-keys", json={"name": "ci", "metadata": {"team": "a"}})
    assert answer.status_code == 201, answer.text
    key = answer.json()
    site.tokens = [*getattr(site, "tokens", []), key["token"]]
    assert answer.headers["Location"] == key["uri"]
    return key


def error(answer, status, code):
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert set(body) == {"errorCode", "statusCode", "msg", "details"}
    assert (body["errorCode"], body["statusCode"]) == (f"ERR_NGROK_{code}", status)
    return body


def test_a_key_works_when_its_answer_is_there(site, api, made):
    token = made.pop("token")
    assert re.fullmatch(r"ng-[0-9A-Za-z]{12}-g1-[0-9A-Za-z]{43}", token)
    assert token == tokens.seal(token[:-6])
    for _ in range(4):
        assert site.chat(token=token).status_code == 200
    answer = api.get(made["uri"])
    assert answer.status_code == 200
    again = answer.json()
    assert {**again, "lastUsed": None} == made
    assert again["createdBy"]["uri"].startswith("/api-keys/aigm_")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Ngrok-AIG-Request-Id"].startswith("rq_")


def test_the_command_line_shows_the_same(site, api, made):
    del made["token"]
    shown = json.loads(site.cli("keys", "get", made["id"], "--json").stdout)
    assert shown == made


def test_a_revoked_key_is_refused_by_the_very_next_request(site, api):
    for _ in range(5):
        key = api.post("/access-keys", json={}).json()
        site.tokens.append(key["token"])
        assert site.chat(token=key["token"]).status_code == 200
        assert api.delete(key["uri"]).status_code == 204
        for _ in range(4):
            assert site.chat(token=key["token"]).status_code == 401
        error(api.get(key["uri"]), 404, "27611")
        error(api.delete(key["uri"]), 404, "27611")


def test_what_is_left_out_stays_and_null_clears(site, api, made):
    changed = api.patch(made["uri"], json={"description": "for builds", "endpointId": "ep_main",
                                           "disabled": True,
                                           "expiresAt": "2031-01-31T00:00:00Z"}).json()
    assert (changed["name"], changed["description"], changed["endpointId"], changed["disabled"],
            changed["expiresAt"], changed["metadata"]) == (
        "ci", "for builds", "ep_main", True, "2031-01-31T00:00:00Z", {"team": "a"})
    assert site.chat(token=made["token"]).status_code == 401
    changed = api.patch(made["uri"], json={"name": None, "metadata": None, "endpointId": None,
                                           "disabled": False, "expiresAt": None}).json()
    assert (changed["name"], changed["description"], changed["endpointId"], changed["disabled"],
            changed["expiresAt"], changed["metadata"]) == (
        "", "for builds", None, False, None, "")
    assert site.chat(token=made["token"]).status_code == 200


def test_a_stale_if_match_changes_nothing(api, made):
    first = api.get(made["uri"])
    tag = first.headers["ETag"]
    assert re.fullmatch(r'"[0-9a-f]{32}"', tag)
    changed = api.patch(made["uri"], json={"name": "two"}, headers={"If-Match": tag})
    assert changed.status_code == 200 and changed.headers["ETag"] != tag
    for method in ("PATCH", "DELETE"):
        answer = api.request(method, made["uri"], json={"name": "three"},
                             headers={"If-Match": tag})
        error(answer, 412, "AI_GATEWAY_RESOURCE_VERSION_CONFLICT")
    now = api.get(made["uri"])
    assert now.json()["name"] == "two" and now.headers["ETag"] == changed.headers["ETag"]
    assert api.patch(made["uri"], json={}, headers={"If-Match": "*"}).status_code == 200


def test_a_list_goes_on_where_it_ended(site, api):
    ids = []
    for number in range(7):
        key = api.post("/access-keys", json={"name": f"page {number}"}).json()
        site.tokens.append(key["token"])
        ids.append(key["id"])
    seen, uri = [], "/access-keys?limit=3&search=PAGE+"
    while uri:
        page = api.get(uri).json()
        assert set(page) == {"aiGatewayAccessKeys", "uri", "nextPageUri"}
        assert len(page["aiGatewayAccessKeys"]) <= 3
        seen += [key["id"] for key in page["aiGatewayAccessKeys"]]
        uri = page["nextPageUri"]
    assert seen == ids[::-1]
    head = api.head("/access-keys?limit=3")
    assert head.status_code == 200 and head.content == b""


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "limit=", "limit=1&limit=2",
                                   "colour=red", "search=%zz", "search=%ff"])
def test_a_wrong_query_is_refused(api, query):
    error(api.get(f"/access-keys?{query}"), 400, "27606")


@pytest.mark.parametrize("body, code, word", [
    ('{"colour": "red"}', "27606", "colour"),
    ('{"name": 1}', "27603", "name"),
    ('{"name": "%s"}' % ("n" * 256), "27603", "name"),
    ('{"description": "%s"}' % ("d" * 256), "27606", "description"),
    ('{"metadata": "%s"}' % ("m" * 4097), "27604", "metadata"),
    ('{"metadata": [1]}', "27604", "metadata"),
    ('{"disabled": "yes"}', "27606", "disabled"),
    ('{"expiresAt": "tomorrow"}', "27606", "expiresAt"),
    ('{"endpointId": "ep_nowhere"}', "27606", "ep_main"),
    ('{"accessKeyConfigurationId": "aigac_none"}', "27606", "aigac_none"),
    ('{"budget": {"amount": "-1", "period": "day"}}', "27606", "budget"),
    ('{"name": "a", "name": "b"}', "27606", "JSON"),
    ("[]", "27606", "object"), ("{", "27606", "JSON"), ("", "27606", "JSON"),
    ('"text"', "27606", "object"), ("\xff", "27606", "JSON"), ("[" * 5000, "27606", "JSON"),
])
def test_a_wrong_body_is_refused_by_name(api, body, code, word):
    answer = api.post("/access-keys", content=body.encode("latin-1"),
                      headers={"Content-Type": "application/json"})
    assert word in error(answer, 400, code)["msg"]


def test_other_types_and_long_bodies_are_refused(api):
    error(api.post("/access-keys", data={"name": "form"}), 415, "27606")
    error(api.post("/access-keys"), 415, "27606")
    error(api.post("/access-keys", json={"description": "d" * (1 << 20)}), 413,
          "AI_GATEWAY_REQUEST_BODY_TOO_LONG")
    made = api.post("/access-keys", content=b"{}",
                    headers={"Content-Type": "Application/JSON; charset=utf-8"})
    assert made.status_code == 201
    api.delete(made.json()["uri"])


def test_paths_and_methods_are_those_of_the_table(api):
    for path in ("/", "/nothing", "/access-keys/", "/access-keys/a/b", "/access-keys/%ff", "/v2"):
        error(api.get(path), 404, "27611")
    for method, path, allowed in [
            ("PUT", "/access-keys", "GET, HEAD, POST"), ("DELETE", "/endpoints", "GET, HEAD"),
            ("OPTIONS", "/access-keys", "GET, HEAD, POST"), ("POST", "/endpoints", "GET, HEAD"),
            ("BREW", "/access-keys/x", "GET, HEAD, PATCH, DELETE")]:
        answer = api.request(method, path)
        error(answer, 405, "27614")
        assert answer.headers["Allow"] == allowed
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_who_has_no_management_key_gets_nothing(site, api, made):
    def ask(**headers):
        return site.client.get(f"{site.api_base}/access-keys", headers=headers)

    assert "management key" in error(ask(), 401, "206")["msg"]
    for value in ("Bearer", "Bearer x", "Basic abc", f"Bearer {made['token']}", made["token"],
                  f"Bearer {tokens.mistype(site.management_key()['token'])}"):
        assert ask(Authorization=value).headers["WWW-Authenticate"] == "Bearer"
        assert "ngm-" in error(ask(Authorization=value), 401, "206")["msg"]
    error(ask(Authorization=f"Bearer {tokens.token(prefix='ngm')}"), 401, "202")
    error(ask(**{"x-api-key": site.management_key()["token"]}), 401, "206")


def test_a_revoked_management_key_opens_nothing(site):
    key = site.management_key()
    with site.api(key["token"]) as api:
        assert api.get("/access-keys").status_code == 200
        site.cli("management-keys", "delete", key["id"])
        error(api.get("/access-keys"), 401, "202")


def test_gateways_are_shown(api):
    page = api.get("/endpoints").json()
    assert [gateway["id"] for gateway in page["endpoints"]] == ["ep_main"]
    assert page["nextPageUri"] is None
    gateway = api.get("/endpoints/ep_main").json()
    assert gateway["uri"] == "/endpoints/ep_main" and gateway["accounts"] == ["default"]
    error(api.get("/endpoints/ep_none"), 404, "27611")


def test_a_line_of_the_log_tells_of_each_request(site, api, made):
    api.get(made["uri"])
    lines = [line for line in site.access_lines() if line.get("surface") == "control"]
    assert lines and all(line["endpoint"] for line in lines)
    assert made["id"] not in json.dumps(lines)
