"""The real SDKs read what the translation writes: the fixtures of DialectsTests, without a server."""

import json
from pathlib import Path

import anthropic
import openai
import pytest

FIXTURES = Path(__file__).parents[1] / "DialectsTests" / "Fixtures" / "translation"


def client_of(sdk, make, body, content_type, status=200):
    for name in ("httpx2", "httpx"):
        http = _module(name)
        if http is None:
            continue
        answer = http.Response(status, headers={"content-type": content_type}, content=body)
        channel = http.Client(transport=http.MockTransport(lambda _: answer))
        try:
            return make(api_key="x", base_url="http://provider/v1", max_retries=0,
                        http_client=channel)
        except TypeError:
            continue
    raise AssertionError(f"no HTTP library fits {sdk.__name__}")


def _module(name):
    try:
        return __import__(name)
    except ImportError:
        return None


def chat(body, content_type="application/json", status=200):
    return client_of(openai, openai.OpenAI, body, content_type, status)


def messages(body, content_type="application/json", status=200):
    return client_of(anthropic, anthropic.Anthropic, body, content_type, status)


def is_whole(path):
    """Whether the stream came to an end that the SDK's helper takes for a good one."""
    text = path.read_text()
    cut = ("\"finish_reason\":\"length\"", "\"finish_reason\":\"content_filter\"",
           "event: response.incomplete")
    return "; complete" in text.splitlines()[-1] and not any(word in text for word in cut)


def files(kind, dialect, ending):
    found = sorted((FIXTURES / kind).glob(f"*/*/{dialect}.{ending}"))
    if kind == "streams":
        found = [path for path in found if is_whole(path)]
    assert found, f"no fixtures of {kind} in {dialect}"
    return [pytest.param(path, id="-".join(path.parts[-3:-1])) for path in found]


@pytest.mark.parametrize("path", files("streams", "openai-chat", "sse"))
def test_the_chat_helper_assembles_a_stream(path):
    client = chat(path.read_bytes(), "text/event-stream")
    with client.chat.completions.stream(model="m", messages=[]) as stream:
        for _ in stream:
            pass
        choice = stream.get_final_completion().choices[0]
    calls = choice.message.tool_calls or []
    assert all(isinstance(json.loads(call.function.arguments), dict) for call in calls)
    assert (choice.finish_reason == "tool_calls") == bool(calls)


@pytest.mark.parametrize("path", files("streams", "anthropic-messages", "sse"))
def test_the_messages_helper_assembles_a_stream(path):
    client = messages(path.read_bytes(), "text/event-stream")
    with client.messages.stream(model="m", max_tokens=9, messages=[]) as stream:
        for _ in stream:
            pass
        message = stream.get_final_message()
    calls = [block for block in message.content if block.type == "tool_use"]
    assert all(isinstance(call.input, dict) for call in calls)
    assert (message.stop_reason == "tool_use") == bool(calls)


@pytest.mark.parametrize("path", files("streams", "openai-responses", "sse"))
def test_the_responses_helper_assembles_a_stream(path):
    client = chat(path.read_bytes(), "text/event-stream")
    with client.responses.stream(model="m", input="x") as stream:
        text = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
        response = stream.get_final_response()
    assert response.output_text == text
    assert response.status == "completed"


@pytest.mark.parametrize("dialect", ["openai-chat", "openai-responses", "anthropic-messages"])
def test_whole_answers_and_errors_are_read(dialect):
    for kind in ("answers", "failures"):
        for parameter in files(kind, dialect, "json"):
            path = parameter.values[0]
            told = json.loads(path.read_text())
            body = json.dumps(told["body"]).encode()
            error = None
            try:
                if dialect == "openai-chat":
                    chat(body, status=told["status"]).chat.completions.create(
                        model="m", messages=[])
                elif dialect == "openai-responses":
                    chat(body, status=told["status"]).responses.create(model="m", input="x")
                else:
                    messages(body, status=told["status"]).messages.create(
                        model="m", max_tokens=9, messages=[])
            except (openai.APIStatusError, anthropic.APIStatusError) as raised:
                error = raised
            assert (error is None) == (told["status"] == 200), path
            if error is not None:
                assert error.status_code == told["status"]
