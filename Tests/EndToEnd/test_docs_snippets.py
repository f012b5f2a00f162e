"""What README and docs/ tell people to paste works: settings, nginx, requests, SDKs, questions."""

import json
import os
import re
import subprocess
import sys

import pytest

from documents import blocks_in, manual
from machine import BIN, NGINX, TOP, until

ORIGIN = "https://ai.example.com"


def every(*languages, wanted=lambda block: True):
    found = [block for block in blocks_in(*languages) if wanted(block)]
    assert found
    return pytest.mark.parametrize("block", found, ids=str)


def indented(text, width):
    return "".join(" " * width + line + "\n" for line in text.splitlines())


# --- settings ---


@every("yaml")
def test_every_piece_of_configuration_is_accepted(block, tmp_path):
    text = block.text
    if text.startswith("providers:"):
        text = "gateways:\n  - id: ep_main\n" + indented(text, 4)
    secrets = set(re.findall(r"\$\{file:([^}]+)\}", text))
    for number, path in enumerate(secrets):
        (tmp_path / f"secret{number}").write_text("sk-0123456789abcdef0123456789\n")
        text = text.replace(f"${{file:{path}}}", f"${{file:{tmp_path}/secret{number}}}")
    (tmp_path / "master.key").write_text("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n")
    (tmp_path / "state").mkdir(mode=0o700)
    text = f"state: state\nmaster_key: '${{file:master.key}}'\n{text}"
    (tmp_path / "gateway.yaml").write_text(text)
    variables = {name: "sk-0123456789abcdef" for name in re.findall(r"\$\{env:(\w+)\}", text)}
    done = subprocess.run(
        [BIN / "lockkeeper", "check", "--nginx", "/nonexistent", "--config",
         tmp_path / "gateway.yaml"],
        capture_output=True, text=True, env={**os.environ, **variables})
    assert (done.returncode, "warning" in done.stderr) == (0, False), done.stderr


@every("json")
def test_every_piece_of_json_is_json(block):
    json.loads(block.text)


def test_the_catalog_of_the_catalog_page_is_accepted(tmp_path):
    catalog = next(block.text for block in blocks_in("json")
                   if block.page.stem == "catalog" and '"providers"' in block.text)
    subprocess.run([BIN / "lockkeeper", "init", "--directory", tmp_path / "lk"], check=True)
    (tmp_path / "lk" / "catalog.json").write_text(catalog)
    config = tmp_path / "lk" / "gateway.yaml"
    config.write_text(config.read_text().replace("catalog: null", "catalog: catalog.json"))
    done = subprocess.run([BIN / "lockkeeper", "check", "--config", config], capture_output=True,
                          text=True)
    assert done.returncode == 0, done.stderr
    assert "1 models in the catalog" in done.stderr


# --- nginx ---


@every("nginx")
def test_every_piece_of_nginx_s_configuration_is_accepted(block, tmp_path):
    (tmp_path / "lockkeeper").symlink_to(TOP / "nginx")
    (tmp_path / "temp").mkdir()
    text = block.text.replace("server {", "server { listen 127.0.0.1:1;")
    upstream = "" if "lockkeeper.conf" in text else "include lockkeeper/lockkeeper.conf;"
    if text.startswith("location"):
        text = f"server {{ listen 127.0.0.1:1;\n{text}\n}}"
        if "$lockkeeper_gateway" in text:
            text = "map $host $lockkeeper_gateway { default ep_main; }\n" + text
    elif not upstream and "server {" not in text:
        text += "server { listen 127.0.0.1:1; }"
    paths = "".join(f"{kind}_temp_path temp; " for kind in
                    ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (tmp_path / "nginx.conf").write_text(
        f"pid nginx.pid; error_log stderr; events {{ }}\n"
        f"http {{ access_log off; {paths}\n{upstream}\n{text}\n}}")
    done = subprocess.run([NGINX, "-t", "-q", "-p", tmp_path, "-c", tmp_path / "nginx.conf",
                           "-e", "stderr"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


# --- requests ---


def run_shell(text, site):
    environment = {**os.environ, "GATEWAY": site.base, "LOCKKEEPER_KEY": site.token,
                   "TOKEN": site.management_key()["token"], "no_proxy": "*"}
    text = text.replace("http://127.0.0.1:8080", site.base).replace(ORIGIN, site.base)
    text = text.replace("http://127.0.0.1:8090", site.simulator_base)
    text = text.replace("http://127.0.0.1:8686", site.api_base)
    text = text.replace("http://127.0.0.1/", site.base + "/")
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", text], capture_output=True,
                          text=True, env=environment, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@every("sh", wanted=lambda block: "curl" in block.text)
def test_every_request_of_the_docs_is_answered(block, site):
    text = re.sub(r"\\\n *", "", block.text)
    for command in re.findall(r"^ *curl .*$", text, re.MULTILINE):
        command = command.replace("curl ", "curl -f ", 1)
        if re.search(r"curl -f -N", command):
            # It watches until it is told to end: 28 is curl's word for that.
            command += " --max-time 2 || [ $? = 28 ]"
        output = run_shell(command, site)
        assert output or "DELETE" in command


def test_the_failover_of_the_simulator_page_takes_two_attempts(site):
    block = next(block for block in blocks_in("sh") if "status=503" in block.text)
    assert "Ngrok-AIG-Attempts: 2" in run_shell(block.text, site)


@every("python", wanted=lambda block: re.search(r"from (openai|anthropic) ", block.text))
def test_every_program_for_an_sdk_prints_the_answer(block, site):
    code = block.text.replace(ORIGIN, site.base).replace("ng-…", site.token)
    environment = {name: value for name, value in os.environ.items()
                   if not name.lower().endswith("_proxy")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                          env=environment, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "Hello" in done.stdout


# --- plans ---


@every("sh", wanted=lambda block: re.match(r"lockkeeper (route|eval) ", block.text))
def test_every_plan_of_the_docs_is_told(block, site, tmp_path):
    (tmp_path / "request.json").write_text(json.dumps(
        {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}))
    key = site.create_key("--name", "of the page")["id"]
    text = re.sub(r"aigk_\w+", key, block.text).replace("lockkeeper ", f"{BIN}/lockkeeper ")
    for command in text.strip().splitlines():
        done = subprocess.run(
            ["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True,
            env={**site.environment, "LOCKKEEPER_CONFIG": str(site.config_path)}, timeout=60)
        assert (done.returncode, done.stderr) == (0, ""), command
        assert done.stdout


# --- questions ---


def test_every_question_to_the_access_log_is_answered(site, tmp_path):
    assert site.chat(text="a question").status_code == 200
    assert site.chat(model="gtp-4o").status_code == 400
    assert site.chat(models=["openai:sim+status=503", "openai:sim"], model=None).status_code == 200
    with site.stream(model="openai:sim+events=3+cut=1") as answer:
        answer.read()
    until("the log has them",
          lambda: any(line.get("outcome") == "cut" for line in site.access_lines()))
    lines = site.log("access")
    example = next(block.text for block in blocks_in("json") if block.page.stem == "access-log")
    example = json.loads(example)
    (tmp_path / "access.log").write_text(lines + json.dumps(example) + "\n")
    block = next(block for block in blocks_in("sh") if block.page.stem == "access-log")
    questions = re.split(r"\n\n", block.text.strip())
    assert len(questions) == 6
    for question in questions:
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", question], cwd=tmp_path,
                              capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, ""), question
        assert done.stdout, question


def test_the_example_of_the_access_log_has_the_fields_of_a_real_line(site):
    assert site.chat(model="openai:sim").status_code == 200
    real = until("the log has it", lambda: [line for line in site.access_lines()
                                            if line.get("tokens")])[-1]
    example = next(block.text for block in blocks_in("json") if block.page.stem == "access-log")
    example = json.loads(example)
    # What the simulator's model costs nobody knows; the example's has a price.
    assert set(real) - {"unpriced"} <= set(example)
    assert set(real["attempts"][0]) <= set(example["attempts"][0])


def test_the_status_of_the_operating_page_is_what_is_printed(site):
    assert site.chat(model="openai:sim").status_code == 200
    lines = site.cli("status").stdout.splitlines()
    measured = [line for line in lines if line.startswith("last 15 min")]
    shown = [line.split()[0] for line in lines if line not in measured[1:]]
    block = re.search(r"```\n(worker .*?)```", manual("operating"), re.DOTALL)[1]
    assert [line.split()[0] for line in block.splitlines()] == shown


def test_the_key_of_the_keys_page_is_what_is_printed(site):
    shown = site.cli("keys", "create", "--name", "first-app").stdout
    block = re.search(r"```\n(id  .*?)```", manual("keys"), re.DOTALL)[1]
    title = re.compile(r"^(\S+(?: \S+)*)  ", re.MULTILINE)
    assert title.findall(block) == title.findall(shown)
