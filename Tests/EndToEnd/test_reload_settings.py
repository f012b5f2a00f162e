"""Every setting that a reload takes over is taken over, and what it can't is said."""

import concurrent.futures
import json
import os
import shutil
import signal
import threading
import time

import httpx
import pytest

from machine import until
from upstream import RawUpstream, answer, chat_answer, send


def reload(site, **settings):
    """Changes keys of the first level, reloads and gives what the command says on the side."""
    site.config.update(settings)
    site.write_config()
    return site.cli("reload").stderr


@pytest.fixture(scope="module")
def site(start_shared_machine):
    return start_shared_machine(tls_provider={})


def test_certificates_that_are_trusted_from_now_on(site, certificates):
    assert site.chat("secure:sim").status_code == 502
    trusted = site.root / "ca.pem"
    trusted.write_bytes(certificates.authority.read_bytes())
    reload(site, upstreams={"ca_file": str(trusted)})
    assert site.chat("secure:sim").is_success
    # The file is replaced under its name: nobody vouches for the provider any more, warm
    # connections or not.
    other = site.root / "other"
    other.mkdir()
    type(certificates)(other)
    shutil.copy(other / "ca.pem", trusted)
    shutil.rmtree(other)
    assert site.chat("secure:sim").is_success
    reload(site)
    assert site.chat("secure:sim").status_code == 502
    reload(site, upstreams={})
    assert site.chat("openai:sim").is_success


def test_a_stream_goes_on_while_its_settings_are_replaced(site):
    with site.stream("openai:sim-fast+events=40+interval=50ms") as response:
        parts = response.iter_raw()
        first = next(parts)
        for connections in (100, 200, 300):
            reload(site, upstreams={"max_connections": connections})
            assert site.chat().is_success
        content = first + b"".join(parts)
    assert content.endswith(b"data: [DONE]\n\n")
    assert content.count(b'"content"') >= 40
    until("nothing is left of it", lambda: not any(
        loop["transfers"] for loop in site.status()["loops"]), seconds=5)


def test_a_proxy_that_is_used_from_now_on(site):
    """The proxy sees a request line with the whole address, as RFC 9112 has it."""
    proxy = RawUpstream(default=lambda c, r: send(c, answer(chat_answer("by proxy"))))
    reload(site, upstreams={"proxy": f"http://127.0.0.1:{proxy.port}"})
    response = site.chat("openai:sim")
    reload(site, upstreams={})
    assert response.json()["choices"][0]["message"]["content"] == "by proxy"
    assert proxy.requests[0].target.startswith("http://127.0.0.1:")
    assert site.chat("openai:sim").is_success
    assert len(proxy.requests) == 1
    proxy.close()


def test_the_log_moves_to_another_file(site):
    old = site.root / "access.log"
    new = site.root / "new-access.log"
    site.chat()
    until("a line is written", lambda: old.exists() and old.read_text())
    reload(site, log={"access": str(new)})
    until("the new file is there", new.exists)
    count = len(old.read_text().splitlines())
    site.chat()
    until("a line is written into it", new.read_text)
    reload(site, log={"access": "off"})
    assert site.chat().is_success
    reload(site, log={"access": str(old)})
    site.chat()
    until("a line is written again", lambda: len(old.read_text().splitlines()) > count)
    assert len(old.read_text().splitlines()) == count + 1
    assert len(new.read_text().splitlines()) == 1


def test_no_line_is_lost_while_the_log_moves(site):
    stop = threading.Event()

    def ask():
        count = 0
        while not stop.is_set():
            assert site.chat().is_success
            count += 1
        return count

    logs = [site.root / f"moving-{number}.log" for number in range(6)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        reload(site, log={"access": str(logs[0])})
        asked = [pool.submit(ask) for _ in range(4)]
        for log in logs[1:]:
            time.sleep(0.1)  # Requests are to fall on either side of it.
            reload(site, log={"access": str(log)})
        stop.set()
        count = sum(future.result() for future in asked)
    reload(site, log={"access": str(site.root / "access.log")})
    written = sum(len(log.read_text().splitlines()) for log in logs)
    assert written == count
    for log in logs:
        for line in log.read_text().splitlines():
            json.loads(line)


def test_the_level_of_what_is_logged(site):
    reload(site, log={"level": "error", "access": "off"})
    count = site.log("gateway").count('"reloaded"')
    reload(site)
    reload(site, log={"level": "info", "access": "off"})
    until("it is told again", lambda: site.log("gateway").count('"reloaded"') > count)
    assert site.log("gateway").count('"reloaded"') == count + 1


def test_timeouts_limits_and_providers(site):
    gateway = site.config["gateways"][0]
    slow = "openai:sim-fast+delay=3s"
    gateway["per_request_timeout"] = "300ms"
    reload(site, gateways=[gateway])
    assert site.chat(slow).status_code == 504
    gateway["per_request_timeout"] = "3m"
    gateway["providers"].append({"id": "second", "base_url": site.simulator_base + "/v1"})
    reload(site, gateways=[gateway], max_body_bytes=400)
    assert site.chat("second:sim").is_success
    assert site.chat("second:sim", text="x" * 500).status_code == 413
    gateway["providers"].pop()
    reload(site, gateways=[gateway], max_body_bytes="32MiB")
    assert site.chat("second:sim").status_code == 400


def test_a_managed_key_and_a_catalog(site):
    gateway = site.config["gateways"][0]
    secret = site.root / "provider-key"
    secret.write_text("sk-first-0123456789abcdef\n")
    seen = RawUpstream(default=lambda c, r: send(c, answer(chat_answer("fine"))))
    gateway["providers"].append({"id": "rotated", "base_url": seen.base,
                                 "api_keys": [{"value": "${file:" + str(secret) + "}"}]})
    catalog = site.root / "catalog.json"
    catalog.write_text(json.dumps({"models": []}))
    reload(site, gateways=[gateway], catalog=str(catalog))
    assert site.chat("rotated:x").is_success
    assert site.chat("gpt-4o").json()["error"]["code"] == "ERR_NGROK_27224"
    secret.write_text("sk-second-0123456789abcdef\n")
    reload(site, catalog=None)
    assert site.chat("rotated:x").is_success
    assert [request.key for request in seen.requests] == [
        "sk-first-0123456789abcdef", "sk-second-0123456789abcdef"]
    assert site.chat("gpt-4o").is_success
    gateway["providers"].pop()
    reload(site, gateways=[gateway])
    seen.close()


@pytest.mark.parametrize("key, value", [
    ("loops", 3), ("listen_mode", "0600"), ("listen", "tcp:127.0.0.1:9999"),
    ("token_prefix", "xy")])
def test_what_needs_a_restart_is_said_by_reload_check_and_log(site, key, value):
    old = site.config.get(key)
    told = reload(site, **{key: value})
    note = f"'{key}' has changed and needs a restart: its old value stays in force"
    assert told.count("restart") == 1 and note in told
    until("the log says so", lambda: note in site.log("gateway"))
    assert note in json.dumps(site.status()["last_reload"])
    check = site.cli("check", "--nginx", "/nowhere").stderr
    lines = [line for line in check.splitlines() if "restart" in line]
    assert len(lines) == 1 and f"'{key}' needs a restart" in lines[0] and str(value) in lines[0]
    assert site.chat().is_success
    if old is None:
        del site.config[key]
    else:
        site.config[key] = old
    assert "restart" not in reload(site)
    assert "restart" not in site.cli("check", "--nginx", "/nowhere").stderr


def test_a_changed_state_folder_is_said_too(site):
    old = site.config["state"]
    other = site.root / "other-state"
    other.mkdir(mode=0o700)
    site.config["state"] = str(other)
    site.write_config()
    os.kill(site.supervisor_pid, signal.SIGHUP)
    until("the log says so", lambda: "'state' has changed" in site.log("gateway"))
    refused = site.cli("reload", check=False)
    assert refused.returncode == 1 and "restart" in refused.stderr
    site.config["state"] = old
    assert "restart" not in reload(site)


def test_an_access_log_that_can_not_be_written_refuses_the_reload(site):
    site.config["log"] = {"access": "/nowhere/access.log"}
    site.config["max_body_bytes"] = 10
    site.write_config()
    refused = site.cli("reload", check=False)
    assert refused.returncode == 1 and "/nowhere/access.log" in refused.stderr
    assert httpx.codes.is_success(site.chat().status_code)
    reload(site, log={"access": str(site.root / "access.log")}, max_body_bytes="32MiB")
