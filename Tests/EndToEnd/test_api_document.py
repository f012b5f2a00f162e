"""nginx/openapi.yaml, served and held against the running gateway by schemathesis.

It asks what the document allows and what it forbids, through nginx. LOCKKEEPER_API_CASES is how
many requests it makes, about.
"""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import yaml
from machine import TOP
from openapi_spec_validator import validate

DOCUMENT = TOP / "nginx" / "openapi.yaml"
CASES = int(os.environ.get("LOCKKEEPER_API_CASES", "400"))
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")


@pytest.fixture(scope="module")
def document():
    return yaml.safe_load(DOCUMENT.read_text())


class Strict(yaml.SafeLoader):
    """A loader that takes no name twice, which YAML's own does."""

    def construct_mapping(self, node, deep=False):
        names = [key.value for key, _ in node.value]
        assert len(names) == len(set(names)), f"a name occurs twice: {names}"
        return super().construct_mapping(node, deep)


def test_no_name_occurs_twice():
    yaml.load(DOCUMENT.read_text(), Strict)


def test_it_is_an_openapi_document(document):
    validate(document)


@pytest.mark.parametrize("path", ["/openapi.yaml", "/api/openapi.yaml"])
def test_it_is_served_to_anybody(site, path):
    answer = httpx.get(site.api_base + path, trust_env=False)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/yaml"
    assert answer.text == DOCUMENT.read_text()


def test_no_body_takes_what_is_not_described(document):
    for path, operations in document["paths"].items():
        for method in ("post", "patch"):
            body = operations.get(method, {}).get("requestBody")
            if body:
                schema = body["content"]["application/json"]["schema"]
                while "$ref" in schema:
                    schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
                assert schema["additionalProperties"] is False, f"{method} {path}"


@pytest.mark.timeout(3600)
def test_every_answer_is_as_the_document_says(site, document, tmp_path):
    operations = sum(method in ("get", "post", "patch", "delete")
                     for path in document["paths"].values() for method in path)
    settings = tmp_path / "schemathesis.toml"
    settings.write_text(
        "[generation]\n"
        # No JSON text holds it for C's libraries; the gateway refuses it.
        "allow-x00 = false\n"
        "codec = \"utf-8\"\n"
        "[checks.positive_data_acceptance]\n"
        # 412: an If-Match is as good as any other by its shape.
        "expected-statuses = [\"2xx\", 401, 403, 404, 409, 412, \"5xx\"]\n"
        "[checks.negative_data_rejection]\n"
        "expected-statuses = [400, 401, 403, 404, 405, 409, 412, 413, 415]\n")
    key = site.management_key()
    done = subprocess.run(
        [SCHEMATHESIS, "--config-file", settings, "run", DOCUMENT, "--url", site.api_base,
         "--header", f"Authorization: Bearer {key['token']}",
         "--checks", "all", "--max-examples", str(max(1, CASES // operations)),
         "--seed", os.environ.get("LOCKKEEPER_API_SEED", "1"), "--continue-on-failure",
         # It has no end, which is more than a checker waits for; test_api_events.py has it.
         "--exclude-operation-id", "watchEvents", "--request-timeout", "20"],
        capture_output=True, text=True, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent),
             "SCHEMATHESIS_HOOKS": "document_hooks", "OWN_KEY": key["id"],
             "OWN_TOKEN": key["token"], "OWN_BASE": site.api_base})
    assert done.returncode == 0, done.stdout[-20_000:]
