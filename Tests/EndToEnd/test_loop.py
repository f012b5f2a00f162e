"""A provider whose address is the gateway's own: one turn, not all the places there are."""

import re

import pytest

from machine import Machine, until
from upstream import RawUpstream, answer, chat_answer, send

CODE = "ERR_NGROK_27237"


def lead_back(site, token):
    """Adds a provider `mirror` that is this site itself, called with one of its own keys."""
    site.config["gateways"][0]["providers"].append({
        "id": "mirror", "base_url": f"{site.base}/v1", "api_keys": [{"value": token}],
        "models": [{"id": "round"}]})
    site.write_config()
    site.cli("reload")


@pytest.fixture(scope="module")
def site(start_shared_machine):
    site = start_shared_machine(gateway={"per_request_timeout": "5s", "total_timeout": "10s"})
    lead_back(site, site.token)
    return site


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("model", ["mirror:mirror:x", "mirror:round"])
def test_a_request_that_comes_back_is_refused_at_its_first_return(site, model, stream):
    def asked():
        # Lines of the machine's own start may come late.
        return [line for line in site.access_lines() if line["endpoint"] != "/readyz"]

    before = len(asked())
    response = site.chat(model, stream=stream)
    assert response.status_code == 508
    assert response.json()["error"]["code"] == CODE
    until("both are in the log", lambda: len(asked()) >= before + 2)
    lines = asked()[before:]
    assert len(lines) == 2
    assert [line.get("error") for line in lines] == [CODE, None]


def test_another_candidate_serves(site):
    response = site.chat("mirror:round", models=["openai:sim"])
    assert response.is_success
    assert response.headers["ngrok-aig-model"] == "openai:sim"
    assert response.headers["ngrok-aig-attempts"] == "2"


def test_a_key_that_this_gateway_does_not_know_is_a_loop_all_the_same(start_machine):
    site = start_machine()
    lead_back(site, "sk-no-key-of-ours-0123456789")
    assert site.chat("mirror:round").json()["error"]["code"] == CODE


def test_two_gateways_that_lead_to_each_other(site, certificates):
    with Machine(certificates, providers=[]) as other:
        other.config["gateways"][0]["providers"] = [{
            "id": "back", "base_url": f"{site.base}/v1", "api_keys": [{"value": site.token}],
            "models": [{"id": "forth"}]}]
        other.write_config()
        other.cli("reload")
        site.config["gateways"][0]["providers"].append({
            "id": "forth", "base_url": f"{other.base}/v1", "api_keys": [{"value": other.token}],
            "models": [{"id": "there"}]})
        site.write_config()
        site.cli("reload")
        assert other.chat("back:openai:sim").is_success  # One behind the other is no loop.
        # Each strips the name of its own provider, so that this one would go round twice.
        response = other.chat("back:forth:back:openai:sim")
        assert response.status_code == 508
        assert response.json()["error"]["code"] == CODE
        other.tokens.append(site.token)


def test_the_mark_is_for_addresses_of_the_operators_own(start_machine):
    seen = RawUpstream(default=lambda c, r: send(c, answer(chat_answer("fine"))))
    site = start_machine(providers=[{"id": "mine", "base_url": seen.base}])
    for _ in range(2):
        assert site.chat("mine:x", headers={"Lockkeeper-Via": "no mark"}).is_success
    marks = {request.headers["lockkeeper-via"] for request in seen.requests}
    assert len(marks) == 1
    assert len(marks.pop()) == 16
    seen.close()


def test_check_finds_it_where_nginx_s_files_tell(site):
    """What `check` can know: which addresses the web server of this machine passes on."""
    done = site.cli("check", "--nginx", str(site.root / "nginx"), check=False)
    assert done.returncode == 1
    line = next(line for line in done.stderr.splitlines() if "leads back" in line)
    assert re.fullmatch(
        rf"error: {site.config_path}:\d+:\d+: 'gateways\[0\]\.providers\[2\]\.base_url' leads "
        rf"back to the gateway: {site.root}/nginx/lockkeeper/snippets/v1\.conf:\d+ passes "
        rf"{site.base}/v1 on to it", line)
    text = site.config_path.read_text().splitlines()
    number, column = map(int, re.search(r":(\d+):(\d+): 'gateways", line).groups())
    assert text[number - 1][column - 1:].startswith(f'"{site.base}/v1"')
    # Without those files nobody can tell, and the request is refused when it comes back.
    assert site.cli("check", "--nginx", "/nowhere").returncode == 0
