"""Commands that need no worker: init, check, gateways, models, route."""

import json
import os
import stat
import subprocess
import sys

import pytest

from machine import BIN

# Nothing of the shell but where programs are, and how a sanitizer's reports are made.
BARE = {name: value for name, value in os.environ.items()
        if name in ("PATH", "ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "LD_PRELOAD")}


class Commands:
    """A folder made by `lockkeeper init`, and the commands on it."""

    def __init__(self, folder):
        self.folder = folder
        self.config = folder / "gateway.yaml"

    def run(self, *arguments, input="", config=True):
        options = ["--config", self.config] if config else []
        return subprocess.run(
            [BIN / "lockkeeper", *arguments, *options], input=input, capture_output=True,
            text=True, timeout=60, env=BARE)

    def json(self, *arguments, **options):
        return json.loads(self.run(*arguments, "--json", **options).stdout)

    def peak_kilobytes(self, out, *arguments):
        """The most memory that a command takes, whose output goes to a file."""
        # A process counts what stood in its memory before its program did; so its parent is small.
        parent = ("import os, sys\n"
                  "child = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:])\n"
                  "_, status, usage = os.wait4(child, 0)\n"
                  "print(usage.ru_maxrss, file=sys.stderr)\n"
                  "sys.exit(os.waitstatus_to_exitcode(status))\n")
        with out.open("w") as file:
            done = subprocess.run(
                [sys.executable, "-S", "-c", parent, BIN / "lockkeeper", *arguments,
                 "--config", self.config],
                stdout=file, stderr=subprocess.PIPE, text=True, timeout=60, check=True)
        return int(done.stderr)

    def add_key(self, provider, value, name="k"):
        done = self.run("provider-keys", "add", "--provider", provider, "--name", name,
                        input=value + "\n")
        assert done.returncode == 0, done.stderr


@pytest.fixture
def made(tmp_path):
    commands = Commands(tmp_path / "lk")
    done = commands.run("init", "--directory", commands.folder, config=False)
    assert done.returncode == 0, done.stderr
    return commands


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_init_writes_what_check_accepts(made):
    assert mode(made.folder / "master.key") == 0o400
    assert mode(made.folder / "state") == 0o700
    done = made.run("check", "--nginx", "/nonexistent")
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stderr
    assert f"state: {made.folder}/state" in done.stdout
    assert (made.folder / "master.key").read_text().strip() not in done.stdout
    site = (made.folder / "nginx-site.conf").read_text()
    assert f"server unix:{made.folder}/worker.sock" in site


def test_init_overwrites_nothing(made):
    (made.folder / "gateway.yaml").write_text("mine")
    (made.folder / "nginx-site.conf").unlink()
    key = (made.folder / "master.key").read_bytes()
    again = made.run("init", "--directory", made.folder, config=False)
    assert again.returncode == 0
    assert f"wrote {made.folder}/nginx-site.conf" in again.stdout
    assert f"kept {made.folder}/gateway.yaml" in again.stdout
    assert (made.folder / "gateway.yaml").read_text() == "mine"
    assert (made.folder / "master.key").read_bytes() == key


def test_two_master_keys_differ(tmp_path):
    keys = set()
    for name in ("a", "b"):
        Commands(tmp_path).run("init", "--directory", tmp_path / name, config=False)
        keys.add((tmp_path / name / "master.key").read_text())
    assert len(keys) == 2


def test_check_tells_all_errors_with_their_places(made):
    text = made.config.read_text()
    made.config.write_text(text.replace("max_streams:", "max_strems:").replace("loops: auto",
                                                                              "loops: many"))
    done = made.run("check")
    assert done.returncode == 1
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 2
    assert all(line.startswith(f"error: {made.config}:") for line in lines)
    assert "did you mean 'max_streams'?" in done.stderr
    assert made.json("check")["errors"] == [line.removeprefix("error: ") for line in lines]


def test_check_refuses_a_read_timeout_of_nginx_that_is_too_short(made, tmp_path):
    params = tmp_path / "lockkeeper_params"
    params.write_text("fastcgi_read_timeout 60s;\n")
    done = made.run("check", "--nginx", tmp_path)
    assert done.returncode == 1
    assert f"{params}:1: fastcgi_read_timeout 60s is not longer than per_request_timeout" in done.stderr
    params.write_text("fastcgi_read_timeout 600s;\n")
    assert made.run("check", "--nginx", tmp_path).returncode == 0


def test_check_opens_every_provider_key(made):
    made.add_key("openai", "sk-a-key-that-is-long-enough")
    (made.folder / "master.key").chmod(0o600)
    (made.folder / "master.key").write_text("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n")
    done = made.run("check")
    assert done.returncode == 1
    assert "can't be opened" in done.stderr


def test_a_configuration_that_is_missing_is_named_with_what_to_do(tmp_path):
    done = Commands(tmp_path).run("gateways", "list")
    assert done.returncode == 1
    assert f"{tmp_path}/gateway.yaml" in done.stderr
    assert "lockkeeper init" in done.stderr


def test_keys_need_none_of_the_secrets_of_the_service(made):
    text = made.config.read_text()
    made.config.write_text(text.replace("    providers: []", """    providers:
      - id: openai
        api_keys: [ { value: "${env:NOT_OF_THIS_SHELL}" } ]"""))
    assert "NOT_OF_THIS_SHELL" in made.config.read_text()
    key = made.json("keys", "create", "--name", "a")["id"]
    assert made.json("keys", "list")["items"][0]["id"] == key
    made.add_key("openai", "sk-a-key-that-is-long-enough")
    assert made.run("gateways", "list").returncode == 0
    for command in (["check"], ["models"], ["route", "--model", "gpt-4o"]):
        done = made.run(*command)
        assert done.returncode == 1
        assert "the environment variable NOT_OF_THIS_SHELL is not set" in done.stderr


@pytest.mark.unsanitized
def test_a_hundred_thousand_keys_are_listed_in_little_memory(made, tmp_path):
    made.run("keys", "create", "--name", 'with "quotes"')
    store = made.folder / "state" / "store.jsonl"
    record = json.loads(store.read_text())
    # Each made a second before the one above it in the file; the first key is the newest.
    with store.open("a") as file:
        for number in range(1, 100_000):
            record.update(seq=number + 1, id=f"aigk_{number:024d}", name=f"key {number}",
                          createdAt=f"2026-01-{1 + number // 3600:02d}T00:"
                                    f"{59 - number // 60 % 60:02d}:{59 - number % 60:02d}Z")
            file.write(json.dumps(record, separators=(",", ":")) + "\n")
    lines = map(json.loads, store.read_text().splitlines())
    newest_first = sorted(((key["createdAt"], key["id"]) for key in lines), reverse=True)
    for options in (["--json"], []):
        out = tmp_path / "out"
        kilobytes = made.peak_kilobytes(out, "keys", "list", *options)
        assert kilobytes < 64 * 1024, f"{kilobytes} KB"
        if options:
            listed = [key["id"] for key in json.loads(out.read_text())["items"]]
        else:
            lines = out.read_text().splitlines()
            assert len({line.index("ng-") for line in lines[1:]}) == 1, "columns are not in line"
            listed = [line.split()[0] for line in lines[1:]]
        assert listed == [key for _, key in newest_first]


def test_a_provider_key_needs_the_master_key(made):
    made.config.write_text(made.config.read_text().replace("master.key}", "other.key}"))
    done = made.run("provider-keys", "add", "--provider", "openai", "--name", "a",
                    input="sk-a-key-that-is-long-enough\n")
    assert done.returncode == 1
    assert f"'master_key': {made.folder}/other.key" in done.stderr
    assert made.run("keys", "create", "--name", "a").returncode == 0


def test_gateways_are_listed(made):
    assert made.json("gateways", "list")["items"][0]["id"] == "ep_main"
    assert made.run("gateways", "list").stdout.splitlines()[1].split()[:2] == ["ep_main", "default"]
    assert made.json("gateways", "get", "ep_main") == made.json("gateways", "list")["items"][0]
    done = made.run("gateways", "get", "ep_x")
    assert (done.returncode, 'no gateway "ep_x"' in done.stderr) == (1, True)


def test_more_changes_than_a_page_has_are_shown(made):
    made.run("accounts", "create", "a")
    trail = made.folder / "state" / "audit.jsonl"
    trail.write_text(trail.read_text() * 150)
    for limit in (99, 100, 101, 150, 1000):
        assert len(made.json("audit", "--limit", str(limit))["items"]) == min(limit, 150)
    assert made.run("audit", "--limit", "0").returncode == 64


def test_models_are_those_with_a_key(made):
    assert made.json("models")["items"] == []
    made.add_key("groq", "gsk-a-key-that-is-long-enough")
    models = made.json("models")["items"]
    assert {model["id"] for model in models} >= {"gpt-oss-120b", "gpt-oss-20b"}
    assert {provider for model in models for provider in model["providers"]} == {"groq"}


def test_route_shows_candidates_and_keys_in_order(made):
    made.add_key("openai", "sk-the-first-key-of-this-test", name="first")
    made.add_key("openai", "sk-the-second-key-of-this-test", name="second")
    made.add_key("groq", "gsk-a-key-that-is-long-enough", name="groq")
    done = made.run("route", "--model", "gpt-4o", "--model", "gpt-oss-20b", "--model", "gtp-4o")
    assert done.returncode == 0, done.stderr
    order = [done.stdout.index(text) for text in ("(first)", "(second)", "(groq)")]
    assert order == sorted(order)
    assert "rejected: ERR_NGROK_27224" in done.stdout
    assert "sk-the" not in done.stdout
    plan = made.json("route", "--model", "gpt-4o")
    assert [attempt["candidate"] for attempt in plan["attempts"]] == ["openai:gpt-4o"] * 2
    assert plan["attempts"][0]["url"] == "https://api.openai.com/v1/chat/completions"


def test_route_says_why_nothing_is_tried(made):
    done = made.run("route", "--model", "claude-haiku-4-5", "--path", "/v1/messages")
    assert done.returncode == 1
    assert "left out: anthropic:claude-haiku-4-5: there is no key for the provider" in done.stdout
    assert "ERR_NGROK_27202" in done.stderr
    assert made.json("route", "--model", "gtp-4o")["refusal"]["code"] == "ERR_NGROK_27224"


def test_route_reads_a_body(made):
    made.add_key("openai", "sk-a-key-that-is-long-enough")
    body = made.folder / "body.json"
    body.write_text('{"model": "openai:a", "models": ["openai:b"], "messages": []}')
    plan = made.json("route", "--body", body)
    assert [attempt["candidate"] for attempt in plan["attempts"]] == ["openai:a", "openai:b"]
    for text in ('{"model": 1}', '{"models": "a"}', '{"models": [1]}', "not JSON"):
        done = made.run("route", "--body", "-", input=text)
        assert done.returncode == 1
        assert "ERR_NGROK_27228" in done.stderr


def test_route_tells_what_a_body_would_cost_and_what_is_taken_out(made):
    config = made.config.read_text().replace(
        "max_output_tokens: null", "max_output_tokens: 1000", 1)
    config = config.replace("    providers: []", """    providers:
      - id: mine
        base_url: http://127.0.0.1:1/v1
        models:
          - id: priced
            unsupported_params: [top_p]
            pricing: { input: "2", output: "10" }
          - id: free""")
    made.config.write_text(config)
    body = made.folder / "body.json"
    body.write_text(json.dumps({
        "model": "mine:priced", "models": ["mine:free"], "top_p": 1, "seed": 1, "max_tokens": 5000,
        "messages": [{"role": "user", "content": "1234567" * 100}]}))
    done = made.run("route", "--body", body)
    assert done.returncode == 0, done.stderr
    assert "     at most about $0.010476 for 238 tokens in, 1000 out\n" in done.stdout
    assert "     removed: top_p\n" in done.stdout
    assert "     limited to 1000 tokens out, not 5000\n" in done.stdout
    assert "     no price is known; about 238 tokens in, 1000 out\n" in done.stdout
    first, second = made.json("route", "--body", body)["attempts"]
    assert first["estimate"] == {"inputTokens": 238, "outputTokens": 1000, "usd": "0.010476"}
    assert (first["removedParams"], first["maxOutputTokens"]) == (["top_p"], 1000)
    assert (second["removedParams"], second["estimate"]["usd"]) == ([], None)
    # A model on the line stands for those in the body.
    alone = made.json("route", "--model", "mine:free", "--body", body)["attempts"]
    assert [attempt["candidate"] for attempt in alone] == ["mine:free"]
    assert "estimate" not in made.json("route", "--model", "mine:free")["attempts"][0]
    made.config.write_text(config.replace("max_input_tokens: null", "max_input_tokens: 100"))
    long = made.run("route", "--body", body)
    assert long.returncode == 1
    assert "refused: ERR_NGROK_3811: The request is about 238 tokens long" in long.stderr
    assert made.json("route", "--body", body)["refusal"]["code"] == "ERR_NGROK_3811"


def test_route_refuses_a_key_as_the_gateway_would(made):
    made.add_key("openai", "sk-a-key-that-is-long-enough")
    key = made.json("keys", "create", "--name", "a")["id"]
    assert made.run("route", "--model", "gpt-4o", "--key", key).returncode == 0
    done = made.run("route", "--model", "gpt-4o", "--key", "aigk_none")
    assert done.returncode == 1
    assert "aigk_none" in done.stderr


def test_eval_prints_a_typed_value(made, tmp_path):
    bindings = tmp_path / "bindings.json"
    bindings.write_text('{"tokens": {"int": "1200"}, "tags": {"list": [{"string": "a"}]}}')
    done = made.run("eval", "tokens > 1000 && 'a' in tags ? tokens + 1 : 0",
                    "--bindings", str(bindings), config=False)
    assert (done.returncode, done.stdout) == (0, '{"int":"1201"}\n')
    done = made.run("eval", "timestamp('2026-07-01T12:00:00Z').getHours('Europe/Berlin')", config=False)
    assert done.stdout == '{"int":"14"}\n'


def test_eval_shows_where_the_fault_is(made):
    done = made.run("eval", "1 +\n  tokns", config=False)
    assert done.returncode == 1
    assert "`tokns` is not known here (line 2, column 3)" in done.stderr
    assert done.stderr.rstrip("\n").splitlines()[-2:] == ["      tokns", "      ^"]
    assert "division by zero" in made.run("eval", "1 / 0", config=False).stderr


def test_eval_runs_cases_and_tells_the_totals(made, tmp_path):
    cases = tmp_path / "cases.json"
    right = {"file": "f", "section": "s", "name": "n", "expr": "1 + 1", "value": {"int": "2"}}
    cases.write_text(json.dumps([right, {**right, "expr": "1 / 0", "value": None, "error": True}]))
    done = made.run("eval", "--cases", str(cases), config=False)
    assert (done.returncode, done.stdout) == (0, "2 passed, 0 failed\n")
    cases.write_text(json.dumps([right, {**right, "value": {"uint": "2"}}]))
    done = made.run("eval", "--cases", str(cases), config=False)
    assert done.returncode == 1
    assert done.stdout == """f/s/n: 1 + 1
    {"int":"2"} in place of {"uint":"2"}
1 passed, 1 failed
"""


@pytest.mark.parametrize("arguments", [
    ["eval"], ["eval", "1", "--cases", "x"], ["route", "--mode", "a"], ["models", "--colour"], ["nothing"],
    ["serve", "--json"],
])
def test_a_wrong_use_exits_with_64(made, arguments):
    assert made.run(*arguments).returncode == 64
