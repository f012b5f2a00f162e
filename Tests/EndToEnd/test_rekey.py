"""The master key: changed while the gateway serves, stopped half-way, and missing."""

import base64
import json
import os
import signal
import subprocess

import pytest

from machine import BIN, until

KEY = "sk-own-0123456789abcdef0123456789-{}"


@pytest.fixture
def site(start_machine):
    site = start_machine()
    site.old_key = site.root / "old.key"
    site.old_key.write_bytes((site.root / "master.key").read_bytes())
    site.new_key = site.root / "new.key"
    site.new_key.write_bytes(base64.b64encode(os.urandom(32)) + b"\n")
    return site


def add_key(site, number=0, provider="openai"):
    site.cli("provider-keys", "add", "--provider", provider, "--name", f"k{number}",
             input=KEY.format(number) + "\n")


def rekey(site, **options):
    return site.cli("rekey", "--old", site.old_key, "--new", site.new_key, "--json", **options)


def sent(site):
    """The key that a request goes out with."""
    site.forget_requests()
    assert site.chat().status_code == 200
    [request] = site.simulator_requests()
    return request["headers"]["authorization"].removeprefix("Bearer ")


def put_in_place(site):
    key = site.root / "master.key"
    key.chmod(0o600)
    key.write_bytes(site.new_key.read_bytes())
    site.cli("reload")


def test_it_is_changed_while_the_gateway_serves(site):
    add_key(site)
    assert sent(site) == KEY.format(0)
    assert json.loads(rekey(site).stdout)["sealed"] == 1
    # The worker has not been given the new one yet, and reads the store for another reason.
    site.create_key("--name", "another")
    assert sent(site) == KEY.format(0)
    put_in_place(site)
    assert sent(site) == KEY.format(0)
    add_key(site, 1, "anthropic")
    assert json.loads(rekey(site).stdout) | {"masterKeyId": ""} == {
        "masterKeyId": "", "sealed": 0, "earlier": 2}
    assert site.cli("check", "--nginx", "/nonexistent").returncode == 0


def test_a_run_that_is_killed_is_gone_on_with(site):
    for number in range(40):
        add_key(site, number)
    store = site.state / "store.jsonl"
    size = store.stat().st_size
    process = subprocess.Popen(
        [BIN / "lockkeeper", "rekey", "--old", site.old_key, "--new", site.new_key,
         "--config", site.config_path], env=site.environment, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    until("it has begun", lambda: store.stat().st_size > size or process.poll() is not None,
          pause=0.0005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert sent(site) == KEY.format(0)
    result = json.loads(rekey(site).stdout)
    assert result["sealed"] + result["earlier"] == 40
    put_in_place(site)
    assert sent(site) == KEY.format(0)
    assert site.cli("check", "--nginx", "/nonexistent").returncode == 0


def test_without_it_managed_traffic_works_and_sealed_keys_give_one_clear_error(site):
    add_key(site)
    assert sent(site) == KEY.format(0)
    (site.root / "master.key").rename(site.root / "away.key")
    assert "no provider key can be opened" in site.cli("reload").stderr
    refused = site.chat()
    assert (refused.status_code, refused.headers["Ngrok-Error-Code"]) == (502, "ERR_NGROK_27202")
    assert "master key" in refused.json()["error"]["message"]
    answer = site.client.post("/v1/messages", headers=site.headers(), json={
        "model": "anthropic:sim-fast", "max_tokens": 16,
        "messages": [{"role": "user", "content": "hello"}]})
    assert answer.status_code == 200
    done = site.cli("provider-keys", "add", "--provider", "openai", "--name", "x", check=False,
                    input="sk-x-0123456789abcdef\n")
    assert done.returncode == 1 and "'master_key'" in done.stderr
    assert site.cli("check", "--nginx", "/nonexistent", check=False).returncode == 1
    # A gateway that starts so serves too.
    site.processes["gateway"].send_signal(signal.SIGTERM)
    site.processes["gateway"].wait(timeout=20)
    site.start_gateway()
    until("it serves", lambda: site.chat(model="anthropic:sim-fast").status_code == 200)
    assert site.chat().headers["Ngrok-Error-Code"] == "ERR_NGROK_27202"
    (site.root / "away.key").rename(site.root / "master.key")
    site.cli("reload")
    assert sent(site) == KEY.format(0)


def test_what_is_wrong_with_the_files_is_said(site):
    add_key(site)
    done = site.cli("rekey", "--old", site.new_key, "--new", site.new_key, check=False)
    assert done.returncode == 1 and "the same master key" in done.stderr
    done = site.cli("rekey", "--old", site.config_path, "--new", site.new_key, check=False)
    assert done.returncode == 1 and "holds no master key" in done.stderr
    other = site.root / "other.key"
    other.write_bytes(base64.b64encode(os.urandom(32)))
    done = site.cli("rekey", "--old", other, "--new", site.new_key, check=False)
    assert done.returncode == 1 and "can't be opened with either" in done.stderr
    assert sent(site) == KEY.format(0)
