"""Every kind of fault in what the operator wrote: `check` names it with its place and what comes
nearest, SIGHUP refuses it, and what was in force serves on while requests run."""

import json
import os
import re
import signal
import threading

import pytest

from machine import until

# What stands in the file (a piece of YAML), and what is said of it with its line and column there.
GATEWAY = "gateways:\n  - id: ep_main\n"
PROVIDER = GATEWAY + "    providers:\n      - id: mine\n        "
FAULTS = {
    "unknown field": (
        "drain_timeuot: 1s\n" + GATEWAY,
        "1:1: unknown key 'drain_timeuot': did you mean 'drain_timeout'?"),
    "unknown field of a gateway": (
        GATEWAY + "    max_input_token: 5\n",
        "3:5: unknown key 'max_input_token' in 'gateways[0]': did you mean 'max_input_tokens'?"),
    "unknown field of a provider": (
        PROVIDER + "base_url: http://127.0.0.1:1/v1\n        suported_params: []\n",
        "6:9: unknown key 'suported_params' in 'gateways[0].providers[0]': "
        "did you mean 'supported_params'?"),
    "unknown provider": (
        GATEWAY + "    providers:\n      - id: opnai\n",
        "4:13: 'gateways[0].providers[0].base_url' is missing: 'opnai' is no built-in provider "
        "(did you mean the built-in 'openai'?)"),
    "cyclic virtual models": (
        "virtual_models:\n  - { name: a, targets: [b] }\n  - { name: b, targets: [a] }\n" + GATEWAY,
        "2:26: 'virtual_models[0].targets' leads back to itself: a -> b -> a"),
    "unknown target of a virtual model": (
        "virtual_models:\n  - { name: a, targets: [gpt-5-minni] }\n" + GATEWAY,
        "2:26: 'virtual_models[0].targets': model unknown: 'gpt-5-minni'. "
        "Did you mean gpt-5-mini"),
    "link-local address": (
        PROVIDER + "base_url: http://169.254.169.254/v1\n",
        "5:19: 'gateways[0].providers[0].base_url' leads to 169.254.169.254, a link-local or "
        "metadata address, which is never called"),
    "link-local address in IPv6": (
        PROVIDER + "base_url: https://[fe80::1]/v1\n",
        "5:19: 'gateways[0].providers[0].base_url' leads to [fe80::1], a link-local or "
        "metadata address, which is never called"),
    "link-local address, mapped": (
        PROVIDER + "base_url: https://[::ffff:169.254.169.254]/v1\n",
        "5:19: 'gateways[0].providers[0].base_url' leads to [::ffff:169.254.169.254], a link-local "
        "or metadata address, which is never called"),
    "plain http to the internet": (
        PROVIDER + "base_url: http://api.example.com/v1\n",
        "5:19: 'gateways[0].providers[0].base_url' is http to api.example.com: use https (http is "
        "for loopback, private and .internal hosts)"),
    "the gateway's own address": (
        "listen: tcp:127.0.0.1:9123\n" + PROVIDER + "base_url: http://localhost:9123/v1\n",
        "6:19: 'gateways[0].providers[0].base_url' leads back to the gateway: port 9123 of this "
        "machine is its own 'listen'"),
    "nowhere to go on": (
        GATEWAY + "    on_error: continue\n",
        "3:15: 'gateways[0].on_error' is continue and 'on_error_location' does not say where, "
        "such as @fallback"),
    "a member that the gateway sets": (
        GATEWAY + "    body: { stream: true }\n",
        "3:13: 'gateways[0].body.stream' is set by the gateway itself"),
    "a number that JSON does not have": (
        GATEWAY + "    body: { seed: 0x10 }\n",
        "3:19: 'gateways[0].body.seed' must be a number as JSON has it, or text in quotes, "
        "not '0x10'"),
    "no YAML": (
        GATEWAY + "    providers: [\n", "no YAML: did not find expected ',' or ']'"),
}


class Traffic:
    """Requests one after the other, until told to stop."""

    def __init__(self, site):
        self.site = site
        self.statuses = []
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.is_over.is_set():
            self.statuses.append(self.site.chat().status_code)

    def __enter__(self):
        self.thread.start()
        until("requests run", lambda: self.statuses)
        return self

    def __exit__(self, *_):
        self.is_over.set()
        self.thread.join()


def settings(site):
    """What a file of this machine has beside its gateways, after them: lines keep their numbers."""
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in site.config.items()
                   if key not in ("gateways",))


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_and_the_old_settings_serve_on(site, name):
    text, said = FAULTS[name]
    good = site.config_path.read_text()
    own = settings(site)
    assert site.token  # Made while the command line can read the file.
    if text.startswith(("drain", "listen")):
        own = re.sub(r"^(drain_timeout|listen): .*\n", "", own, flags=re.M)
    place = r"\d+:\d+: " if name == "no YAML" else ""
    expected = re.escape(f"{site.config_path}:") + place + re.escape(said)
    refusals = site.log("gateway").count("reload refused")
    # Whatever is in the file's first lines, the rest is as before.
    site.config_path.write_text(text + own)
    try:
        with Traffic(site) as traffic:
            check = site.cli("check", "--nginx", "/nowhere", check=False)
            assert check.returncode == 1
            assert re.search(rf"^error: {expected}", check.stderr, re.M), check.stderr
            assert check.stdout == "" or name == "unknown target of a virtual model"
            report = json.loads(site.cli("check", "--json", "--nginx", "/nowhere",
                                         check=False).stdout)
            assert not report["ok"]
            assert any(re.match(expected, error) for error in report["errors"])
            before = len(traffic.statuses)
            os.kill(site.supervisor_pid, signal.SIGHUP)
            until("the worker says no",
                  lambda: site.log("gateway").count("reload refused") > refusals)
            until("requests went on", lambda: len(traffic.statuses) > before + 3)
        assert set(traffic.statuses) == {200}
        lines = [json.loads(line) for line in site.log("gateway").splitlines() if "refused" in line]
        assert re.search(expected, lines[-1]["reason"])
    finally:
        site.config_path.write_text(good)
        site.cli("reload")


def test_every_fault_is_told_at_once(site, tmp_path):
    path = tmp_path / "gateway.yaml"
    path.write_text(
        "lisen: x\n" + PROVIDER + "base_url: http://169.254.1.1/v1\n        htp2: true\n"
        "    on_error: continue\n")
    good = site.config_path
    site.config_path = path
    try:
        errors = site.cli("check", "--nginx", "/nowhere", check=False).stderr.splitlines()
    finally:
        site.config_path = good
    assert [re.sub(r"^error: .*?gateway.yaml:(\d+):.*", r"\1", line) for line in errors
            if "gateway.yaml:" in line and "master_key" not in line] == ["1", "6", "7", "8"]
