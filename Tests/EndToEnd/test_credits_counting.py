"""Where a balance or a limit is near, tokens are counted by an installed vocabulary."""

import json
import subprocess

import pytest
import tiktoken

from machine import TOP, until

FILE = TOP / ".build" / "vocabularies" / "o200k_base.tiktoken"
# Long words, which an estimate takes for more tokens than they are.
TEXT = "The internationalization and characterization of responsibilities. " * 60


@pytest.fixture(scope="module")
def tokens(tmp_path_factory):
    subprocess.run([TOP / ".ci" / "vocabularies"], check=True, timeout=110)
    folder = tmp_path_factory.mktemp("tiktoken")
    (folder / "fb374d419588a4632f3f557e76b4b70aebbca790").symlink_to(FILE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TIKTOKEN_CACHE_DIR", str(folder))
        return len(tiktoken.get_encoding("o200k_base").encode_ordinary(TEXT))


def priced(base):
    model = {"id": "sim-fast", "author_id": "openai", "pricing": {"input": "1000", "output": "0"}}
    return [{"id": "openai", "base_url": base, "models": [model],
             "api_keys": [{"value": "${env:TEST_OPENAI_KEY}"}]}]


def install(site):
    site.cli("tokenizer", "install", "--from", FILE)
    site.cli("reload")


def ask(site):
    return site.chat(messages=[{"role": "user", "content": TEXT}], max_tokens=5)


def test_a_balance_that_carries_the_count_is_enough(start_machine, tokens):
    site = start_machine(providers=priced, settings={"credits": {
        "mode": "prepaid", "processing_fee": "0"}})
    # A tenth of a cent a token, and a tenth more than the text has.
    site.cli("credits", "add", "--account", "default", "--amount", f"{tokens * 0.0011:.4f}",
             "--category", "promotional", "--idempotency-key", "first")
    refused = ask(site)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "ERR_NGROK_4026")
    install(site)
    assert ask(site).status_code == 200
    audit = json.loads(site.cli("credits", "audit", "--json").stdout)
    assert audit["clean"]


def test_a_limit_goes_by_the_count(start_machine, tokens):
    site = start_machine(providers=priced, gateway={"max_input_tokens": tokens + 20})
    assert ask(site).status_code == 413
    install(site)
    assert ask(site).status_code == 200


def test_a_damaged_vocabulary_is_told_once_and_not_used(start_machine, tokens):
    site = start_machine(providers=priced, gateway={"max_input_tokens": tokens + 20})
    (site.state / "o200k_base.tiktoken").write_bytes(FILE.read_bytes()[:-7])
    site.cli("reload")
    assert [ask(site).status_code for _ in range(3)] == [413] * 3
    told = until("it is told", lambda: site.log("gateway").count("are estimated, not counted"))
    assert told == 1
