"""A coding agent's traffic: a client of messages at a provider of chat, and the other way round."""

import json

import anthropic
import openai
import pytest

from agent_traffic import Agent, last_results
from dialect_clients import PROVIDERS, model, simulated

pytestmark = pytest.mark.filterwarnings("error")
SEEDS = range(4)


@pytest.fixture(scope="module")
def site(start_shared_machine):
    return start_shared_machine(providers=simulated)


@pytest.fixture(scope="module")
def claude(site):
    with anthropic.Anthropic(
            api_key=site.token, base_url=site.base, max_retries=0, timeout=30,
            http_client=anthropic.DefaultHttpxClient(trust_env=False)) as client:
        yield client


@pytest.fixture(scope="module")
def chat(site):
    with openai.OpenAI(
            api_key=site.token, base_url=f"{site.base}/v1", max_retries=0, timeout=30,
            http_client=openai.DefaultHttpxClient(trust_env=False)) as client:
        yield client


def check_size(body):
    assert 100_000 < len(json.dumps(body, ensure_ascii=False).encode()) < 400_000
    assert len(body["tools"]) == 50 and len(body["messages"]) >= 60


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_client_of_messages(claude, seed, provider):
    body = Agent(seed).messages(model(provider))
    check_size(body)
    said = last_results(body)
    members = {key: value for key, value in body.items() if key != "stream"}
    with claude.messages.stream(**members) as stream:
        text = "".join(stream.text_stream)
        message = stream.get_final_message()
    assert (text, message.stop_reason) == (said, "end_turn")
    assert [block.type for block in message.content] == ["thinking", "text"]
    # The simulator takes four bytes for a token.
    assert message.usage.input_tokens > 25_000
    assert message.usage.output_tokens > 1


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_client_of_chat(chat, seed, provider):
    body = Agent(seed).chat(model(provider))
    check_size(body)
    members = {key: value for key, value in body.items() if key != "stream"}
    with chat.chat.completions.stream(**members) as stream:
        for _ in stream:
            pass
        answer = stream.get_final_completion()
    assert answer.choices[0].message.content == last_results(body)
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage.prompt_tokens > 25_000


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_agent_goes_on_with_what_it_was_told(claude, provider):
    """Three more rounds behind the conversation, two calls at once in each."""
    body = Agent(7).messages(model(provider, "calls=2"))
    members = {key: value for key, value in body.items() if key != "stream"}
    turns = members["messages"]
    for number in range(3):
        turns.append({"role": "assistant", "content": f"Step {number} is done."})
        turns.append({"role": "user", "content": [{"type": "text", "text": f"And {number}?"}]})
        with claude.messages.stream(**members) as stream:
            message = stream.get_final_message()
        calls = [block for block in message.content if block.type == "tool_use"]
        names = [tool["name"] for tool in members["tools"]]
        assert [call.name for call in calls] == names[:2]
        turns.append({"role": "assistant", "content": [
            block.model_dump(exclude_none=True) for block in message.content]})
        turns.append({"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": call.id, "content": f"Result {place}."}
            for place, call in enumerate(calls)]})
        with claude.messages.stream(**members) as stream:
            assert stream.get_final_text() == "Result 0.\nResult 1."


@pytest.mark.parametrize("provider", PROVIDERS)
def test_its_tokens_are_counted_first(claude, provider):
    body = Agent(1).messages(model(provider))
    counted = claude.messages.count_tokens(
        **{key: body[key] for key in ("model", "messages", "system", "tools")})
    assert counted.input_tokens > 20_000
