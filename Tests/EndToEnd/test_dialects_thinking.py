"""The real SDKs through nginx, each at providers of every dialect: thoughts, and giving them back."""

import pytest

from dialect_clients import MODELS, PROVIDERS, Tool, Wishes, model
from dialect_fixtures import ask, client, provider, site

pytestmark = pytest.mark.filterwarnings("error")
THOUGHTS = "Thought 1. Thought 2. Thought 3. "


def test_thoughts_are_asked_for_and_told(client, provider, ask):
    answer = ask(model(provider), client.user("Why?"), Wishes(thinks=True))
    assert (answer.thoughts, answer.text) == (THOUGHTS, "Why?")
    assert answer.stop == "stop"
    told = answer.usage[3]
    # Anthropic counts them among the rest, which is 1 for the text.
    assert told == 3 or client.dialect == "anthropic-messages" or provider == "messages"
    assert answer.usage[2] == 4


@pytest.mark.parametrize("name", ["claude-3-7-sim", "claude-opus-4-1-sim"])
def test_a_model_that_is_told_how_much_to_think(client, ask, name):
    old = model("messages").replace(MODELS["messages"], name)
    answer = ask(old, client.user("Why?"), Wishes(thinks=True))
    assert (answer.thoughts, answer.text) == (THOUGHTS, "Why?")


def test_thoughts_are_given_back_with_the_calls_that_they_led_to(client, provider, ask):
    """The provider takes no forged signature, and Google and Anthropic want theirs."""
    wishes = Wishes(tools=(Tool("weather"), Tool("clock")), thinks=True)
    turns = client.user("Ghent?")
    answer = ask(model(provider, "calls=2", "think=3"), turns, wishes)
    assert answer.thoughts == THOUGHTS
    assert [call.name for call in answer.calls] == ["weather", "clock"]
    turns += client.results(answer, ["Rain.", "Noon."])
    again = ask(model(provider, "think=3"), turns, wishes)
    assert again.text == "Rain.\nNoon."


def skip_what_nothing_marks(client, provider):
    """A provider of the client's own dialect gets what the client sends, less the gateway's marks."""
    if client.dialect == "openai-chat" == PROVIDERS[provider]:
        pytest.skip("in chat another gateway's marks look the same")


def test_thoughts_of_one_provider_do_not_trouble_another(client, provider, ask):
    skip_what_nothing_marks(client, provider)
    wishes = Wishes(tools=(Tool("weather"),), thinks=True)
    turns = client.user("Ghent?")
    for other in PROVIDERS:
        if client.dialect == "openai-chat" == PROVIDERS[other]:
            continue
        answer = ask(model(other, "think=3"), turns, wishes)
        turns += client.results(answer, [f"Rain, says {other}."])
        answer = client.ask(model(other, "think=0"), turns, wishes)
        turns += answer.turn + client.user("And now?")
    assert ask(model(provider, "think=0", "calls=0"), turns, wishes).text == "And now?"


def test_a_call_of_another_provider_may_stand_behind_thoughts(client, provider, ask):
    """Failover in the middle of a round of calls: the last call has no thoughts, others have."""
    skip_what_nothing_marks(client, provider)
    if client.dialect == "gemini" == PROVIDERS[provider]:
        pytest.skip("a call without any signature has no mark of the gateway's")
    other = next(name for name in PROVIDERS if PROVIDERS[name] not in (
        client.dialect, PROVIDERS[provider]))
    wishes = Wishes(tools=(Tool("weather"),), thinks=True)
    turns = client.user("Ghent?")
    for name in (provider, other):
        answer = client.ask(model(name, "think=3"), turns, wishes)
        turns += client.results(answer, [f"Rain, says {name}."])
        if name == provider:
            turns += client.ask(model(name, "think=3"), turns, wishes).turn + client.user("Sure?")
    assert ask(model(provider, "think=3"), turns, wishes).text == f"Rain, says {other}."
