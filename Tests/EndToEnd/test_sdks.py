"""The Python SDKs of OpenAI and Anthropic through nginx with TLS: the newest, and those of 2024."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("sdk_calls.py")
OLD_SDKS = Path(sys.prefix) / "old-sdks"
UNICODE = "Grüße, 世界 🌍 — \u202eمرحبا\u202c \u0000 ‘quotes’ \\ \"escapes\" \n end"


class Calls:
    """What one generation of SDKs did, and what the simulator saw of it."""

    def __init__(self, site, generation):
        environment = dict(os.environ)
        if generation == "2024":
            environment["PYTHONPATH"] = str(OLD_SDKS)
        site.forget_requests()
        done = subprocess.run(
            [sys.executable, PROGRAM, site.tls_base, site.token, site.certificates.authority],
            capture_output=True, text=True, env=environment, timeout=100)
        assert done.returncode == 0, done.stderr
        self.outcome = json.loads(done.stdout)
        self.generation = generation
        self.requests = site.simulator_requests()

    def result(self, call):
        outcome = self.outcome[call]
        assert "result" in outcome, f"{call}: {outcome['error']}"
        return outcome["result"]

    def error(self, call):
        assert "error" in self.outcome[call], f"{call} went through"
        return self.outcome[call]["error"]


@pytest.fixture(scope="module", params=["newest", "2024"])
def calls(request, site):
    return Calls(site, request.param)


def test_the_generations_are_what_they_say(calls):
    major = int(calls.outcome["versions"]["anthropic"].split(".")[0])
    assert (major >= 2) == (calls.generation == "newest")


def test_chat(calls):
    result = calls.result("chat_plain")
    assert result["text"] == "Hello there"
    assert (result["finish"], result["usage"] > 0) == ("stop", True)


def test_chat_stream(calls):
    result = calls.result("chat_stream")
    assert (result["text"], result["finish"]) == ("Hello there", "stop")
    assert result["parts"] > 1
    assert result["usage"] > 0


@pytest.mark.parametrize("call", [
    "chat_unicode", "chat_unicode_stream", "messages_unicode", "messages_unicode_stream"])
def test_unicode_comes_back_as_it_went(calls, call):
    assert calls.result(call)["text"] == UNICODE


@pytest.mark.parametrize("call", [
    "chat_tool", "chat_tool_stream", "messages_tool", "messages_tool_stream"])
def test_tool_calls(calls, call):
    result = calls.result(call)
    assert result["name"] == "weather"
    assert isinstance(result["arguments"]["city"], str)


def test_the_stop_reasons_of_tool_calls(calls):
    assert calls.result("chat_tool")["finish"] == "tool_calls"
    assert calls.result("messages_tool")["stop"] == "tool_use"


def test_embeddings(calls):
    assert calls.result("embeddings") == {"count": 2, "floats": True}


def test_both_sdks_list_the_models(calls):
    mine = calls.result("openai_models")
    theirs = calls.result("anthropic_models")
    assert mine["object"] == "list"
    assert mine["ids"] == theirs["ids"] != []
    assert theirs["more"] is False
    assert all(theirs["names"])


def test_responses_stream(calls):
    if calls.generation == "2024":
        assert calls.error("responses_stream")["class"] == "AttributeError"
        return
    result = calls.result("responses_stream")
    assert result == {
        "text": "Hello there", "first": "response.created", "last": "response.completed"}


@pytest.mark.parametrize("call", ["large_chat", "large_messages"])
def test_a_body_of_8_megabytes(calls, site, call):
    assert calls.result(call)["length"] == (8 << 20) // 22 * 22
    assert "temporary file" not in site.log("nginx")


def test_messages(calls):
    result = calls.result("messages_plain")
    assert (result["text"], result["stop"]) == ("Hello there", "end_turn")


def test_messages_stream(calls):
    result = calls.result("messages_stream")
    assert (result["text"], result["stop"]) == ("Hello there", "end_turn")
    assert result["usage"] > 0


def test_count_tokens(calls):
    assert calls.result("count_tokens")["tokens"] > 0


@pytest.mark.parametrize("call", [
    "openai_bad_key", "openai_bad_key_stream", "anthropic_bad_key", "anthropic_bad_key_stream"])
def test_a_bad_key_is_the_sdks_own_authentication_error(calls, call):
    error = calls.error(call)
    assert (error["class"], error["status"]) == ("AuthenticationError", 401)
    assert "ERR_NGROK_27201" in error["message"]
    assert "ng-wrong" not in error["message"]


@pytest.mark.parametrize("call", ["openai_bad_model", "anthropic_bad_model"])
def test_an_unknown_provider_is_the_sdks_own_bad_request_error(calls, call):
    error = calls.error(call)
    assert (error["class"], error["status"]) == ("BadRequestError", 400)


def test_an_unknown_path_is_the_sdks_own_not_found_error(calls):
    error = calls.error("openai_bad_path")
    assert (error["class"], error["status"]) == ("NotFoundError", 404)


def test_a_provider_at_its_limit_is_the_sdks_own_rate_limit_error(calls):
    error = calls.error("upstream_limit")
    assert (error["class"], error["status"]) == ("RateLimitError", 429)
    assert error["retry-after"] is not None


def test_no_sdk_made_the_gateway_show_its_token(calls, site):
    for request in calls.requests:
        assert site.token not in json.dumps(request)


def test_the_anthropic_version_of_the_sdk_reaches_the_provider(calls):
    versions = {request["headers"]["anthropic-version"] for request in calls.requests
                if request["path"].endswith("/messages")}
    assert versions == {"2026-10-21" if calls.generation == "newest" else "2023-06-01"}
