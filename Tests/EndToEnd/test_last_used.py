"""When keys were last used: access keys and provider keys, told with a lag, never lost."""

import datetime
import json

import pytest

from machine import until

OWN = "sk-own-0123456789abcdefghijklmn"


@pytest.fixture
def site(start_machine):
    return start_machine()


def record(site, command, id):
    return json.loads(site.cli(command, "get", id, "--json").stdout)


def add(site, value=OWN):
    added = site.cli("provider-keys", "add", "--provider", "openai", "--name", "own", "--json",
                     input=value + "\n")
    return json.loads(added.stdout)["id"]


def restart(site):
    site.processes["gateway"].terminate()
    site.processes["gateway"].wait(10)
    site.start_gateway()
    until("the gateway is back", site.is_ready)


def test_a_key_is_used_when_it_is_sent_to_its_provider(site):
    made = site.create_key()
    used, unused = add(site), add(site, OWN + "-2")
    assert record(site, "provider-keys", used)["lastUsed"] is None
    began = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    assert site.chat(token=made["token"]).is_success
    restart(site)
    assert site.simulator_requests()[-1]["headers"]["authorization"] == f"Bearer {OWN}"
    for command, id in (("keys", made["id"]), ("provider-keys", used)):
        moment = datetime.datetime.fromisoformat(record(site, command, id)["lastUsed"])
        assert began <= moment <= datetime.datetime.now(datetime.timezone.utc)
    assert record(site, "provider-keys", unused)["lastUsed"] is None


def test_a_use_before_a_reload_counts(site):
    used = add(site)
    site.chat()
    add(site, OWN + "-2")
    site.cli("reload")
    restart(site)
    assert record(site, "provider-keys", used)["lastUsed"]


def test_a_deleted_key_is_forgotten(site):
    used = add(site)
    site.chat()
    restart(site)
    assert used in (site.state / "last-used.jsonl").read_text()
    site.cli("provider-keys", "delete", used)
    site.chat()
    restart(site)
    assert used not in (site.state / "last-used.jsonl").read_text()
