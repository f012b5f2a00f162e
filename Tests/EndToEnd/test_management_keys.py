"""Management keys at the command line and at the data plane, which takes none of them."""

import json
import re

import pytest

import tokens
from machine import until


def run(site, *arguments):
    return json.loads(site.cli("management-keys", *arguments, "--json").stdout)


@pytest.fixture
def made(site):
    key = run(site, "create", "--name", "ci", "--metadata", '{"team": "a"}')
    site.tokens = [*getattr(site, "tokens", []), key["token"]]
    return key


def test_a_token_is_shown_once_and_kept_hashed(site, made):
    token = made.pop("token")
    assert re.fullmatch(r"ngm-[0-9A-Za-z]{12}-g1-[0-9A-Za-z]{43}", token)
    assert token == tokens.seal(token[:-6])
    assert made["keyRedacted"] == f"{token[:10]}***{token[-4:]}"
    assert made["uri"] == f"/api-keys/{made['id']}" and made["id"].startswith("aigm_")
    assert (made["role"], made["accountId"], made["metadata"]) == (
        "account", "default", {"team": "a"})
    assert run(site, "get", made["id"]) == made
    store = (site.state / "store.jsonl").read_text()
    assert token not in store and tokens.sha256(token) in store


def test_an_admin_is_of_every_account(site):
    key = run(site, "create", "--role", "admin")
    site.tokens = [*getattr(site, "tokens", []), key["token"]]
    assert (key["role"], key["accountId"]) == ("admin", None)
    done = site.cli("management-keys", "create", "--role", "admin", "--account", "default",
                    check=False)
    assert done.returncode == 1 and "admin" in done.stderr
    done = site.cli("management-keys", "create", "--role", "king", check=False)
    assert done.returncode == 64


def test_what_is_left_out_of_a_change_stays(site, made):
    changed = run(site, "update", made["id"], "--name", "renamed", "--disabled", "--expires", "1d")
    assert (changed["name"], changed["disabled"], changed["metadata"]) == (
        "renamed", True, {"team": "a"})
    assert changed["expiresAt"]
    changed = run(site, "update", made["id"], "--enabled", "--expires", "never")
    assert (changed["name"], changed["disabled"], changed["expiresAt"]) == ("renamed", False, None)
    assert made["id"] in [key["id"] for key in run(site, "list")["items"]]
    site.cli("management-keys", "delete", made["id"])
    assert made["id"] not in [key["id"] for key in run(site, "list")["items"]]
    for command in ("get", "update", "delete"):
        done = site.cli("management-keys", command, made["id"], check=False)
        assert done.returncode == 1 and "no management key" in done.stderr


def test_the_data_plane_takes_none(site, made):
    """By its shape alone: what was never made is told the same."""
    assert until("the gateway serves", lambda: site.chat().status_code == 200)
    texts = set()
    for token in (made["token"], tokens.token(prefix="ngm")):
        answer = site.chat(token=token)
        assert answer.status_code == 401
        assert answer.headers["Ngrok-Error-Code"] == "ERR_NGROK_27201"
        texts.add(answer.json()["error"]["message"])
    assert len(texts) == 1 and "management key" in texts.pop()
    answer = site.chat(token=tokens.mistype(made["token"]))
    assert "mistyped" in answer.json()["error"]["message"]


def test_it_goes_no_further_in_any_other_header(site, made):
    site.forget_requests()
    answer = site.chat(headers={"X-Trace": made["token"], "anthropic-beta": made["token"],
                                "OpenAI-Beta": f"x {made['token']}"})
    assert answer.status_code == 200
    assert made["token"] not in json.dumps(site.simulator_requests())
