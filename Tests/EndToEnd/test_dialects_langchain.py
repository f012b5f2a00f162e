"""LangChain's models through nginx, each at providers of every dialect."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dialect_clients import PROVIDERS, model, simulated

PROGRAM = Path(__file__).with_name("langchain_calls.py")
LIBRARIES = Path(sys.prefix) / "langchain"
KINDS = ["chat", "responses", "messages"]
outcomes = {}


@pytest.fixture(scope="module")
def site(start_shared_machine):
    return start_shared_machine(providers=simulated)


@pytest.fixture
def told(site, kind, provider):
    """What a kind of client was told at a provider; one process asks all of them."""
    if kind not in outcomes:
        done = subprocess.run(
            [sys.executable, PROGRAM, site.base, site.token, kind, *map(model, PROVIDERS)],
            capture_output=True, text=True, timeout=110,
            env={**os.environ, "PYTHONPATH": str(LIBRARIES)})
        assert done.returncode == 0, done.stderr
        outcomes[kind] = dict(zip(PROVIDERS, json.loads(done.stdout)))
    return outcomes[kind][provider]


pytestmark = [pytest.mark.parametrize("kind", KINDS),
              pytest.mark.parametrize("provider", PROVIDERS)]


def result(told, call):
    assert "result" in told[call], told[call]["error"]["message"]
    return told[call]["result"]


@pytest.mark.parametrize("call", ["plain", "streamed"])
def test_text(told, call):
    answer = result(told, call)
    assert (answer["text"], answer["calls"]) == ("Hello there", [])
    assert answer["tokens"] > 0


@pytest.mark.parametrize("call", ["tools", "tools_streamed"])
def test_two_calls_at_once_and_their_results(told, call):
    answer = result(told, call)
    assert answer["first"]["calls"] == [
        ["weather", {"city": "Ghent"}], ["clock", {"city": "Ghent (2)"}]]
    assert answer["second"]["text"] == "weather is fine.\nclock is fine."


def test_an_image(told):
    assert result(told, "image")["text"] == "What?\n[image/png of 70 bytes]"


def test_an_answer_of_a_form(told):
    assert result(told, "form") == {"city": "Ghent", "degrees": 3}


def test_an_error_is_the_sdks_own(told):
    assert "RateLimitError" in told["limited"]["error"]["bases"]


def test_an_error_in_the_stream_is_the_sdks_own(told, kind):
    error = told["broken_stream"]["error"]
    # A response that failed is a ValueError with what it says, as LangChain has it.
    name = "ValueError" if kind == "responses" else "APIError"
    assert name in error["bases"], error
    assert "ResponseError" in error["message"] or kind != "responses"
