"""The real SDKs through nginx, each at providers of every dialect: text, counts, turns."""

import pytest

from dialect_clients import GeminiClient, Wishes, model
from dialect_fixtures import ask, client, provider, site

pytestmark = pytest.mark.filterwarnings("error")
UNICODE = "Grüße, 世界 🌍 — \u202eمرحبا\u202c ‘quotes’ \\ \"escapes\" \n end"


def test_text(client, provider, ask):
    answer = ask(model(provider), client.user("Hello there, how are you?"))
    assert (answer.text, answer.stop) == ("Hello there, how are you?", "stop")
    assert answer.pieces > 1 or ask.__name__ == "ask"


def test_unicode_comes_back_as_it_went(client, provider, ask):
    assert ask(model(provider), client.user(UNICODE)).text == UNICODE


def test_a_conversation_with_instructions(client, provider, ask):
    wishes = Wishes(system="Be brief.")
    first = ask(model(provider), client.user("One and one?"), wishes)
    turns = client.user("One and one?") + first.turn + client.user("And two?")
    assert ask(model(provider), turns, wishes).text == "And two?"


def test_tokens_are_counted_in_the_clients_words(client, provider, ask):
    answer = ask(model(provider, "events=5", "cached=1000"), client.user("Count."))
    prompt, cached, output, _ = answer.usage
    assert (cached, output) == (1000, 5)
    assert 1000 < prompt < 1200


def test_a_long_answer(client, provider, ask):
    answer = ask(model(provider, "events=2000", "size=64", "interval=0"), client.user("Go on."))
    assert len(answer.text) == 2000 * 64


def test_the_model_that_served_is_named(site, provider):
    response = site.client.post("/v1/chat/completions", headers=site.headers(), json={
        "model": model(provider), "messages": [{"role": "user", "content": "x"}]})
    assert response.headers["ngrok-aig-model"] == model(provider)


class StableGeminiClient(GeminiClient):
    version = "v1"


@pytest.mark.parametrize("way", ["ask", "stream"])
def test_googles_sdk_may_take_the_other_path(site, provider, way):
    client = StableGeminiClient(site.base, site.token)
    answer = getattr(client, way)(model(provider), client.user("Hello there"))
    client.close()
    assert (answer.text, answer.stop) == ("Hello there", "stop")


def test_a_stream_of_googles_without_events_is_an_array(site, provider):
    body = {"contents": [{"role": "user", "parts": [{"text": "one two three"}]}]}
    response = site.client.post(
        f"/v1beta/models/{model(provider)}:streamGenerateContent", json=body,
        headers={"x-goog-api-key": site.token})
    assert response.headers["content-type"].startswith("application/json")
    chunks = response.json()
    texts = [part.get("text", "") for chunk in chunks
             for part in chunk["candidates"][0]["content"]["parts"]]
    assert "".join(texts) == "one two three"
    assert chunks[-1]["candidates"][0]["finishReason"] == "STOP"
    assert chunks[-1]["usageMetadata"]["candidatesTokenCount"] == 3


def test_tokens_are_counted_before(site, client, provider):
    count = {
        "anthropic-messages": lambda: client.sdk.messages.count_tokens(
            model=model(provider), messages=client.user("Count this.")).input_tokens,
        "gemini": lambda: client.sdk.models.count_tokens(
            model=model(provider), contents=client.user("Count this.")).total_tokens,
    }.get(client.dialect)
    if count is None:
        pytest.skip("has no such call")
    assert count() > 0
