"""The real SDKs through nginx, each at providers of every dialect: tools."""

import pytest

from dialect_clients import PROVIDERS, Tool, Wishes, model
from dialect_fixtures import ask, client, provider, site

pytestmark = pytest.mark.filterwarnings("error")
WEATHER, CLOCK = Tool("weather"), Tool("clock", ("city", "zone"))


def test_two_calls_at_once_and_their_results(client, provider, ask):
    wishes = Wishes(tools=(WEATHER, CLOCK))
    turns = client.user("What of Ghent?")
    answer = ask(model(provider, "calls=2"), turns, wishes)
    assert answer.stop == "tools"
    assert [(call.name, call.arguments) for call in answer.calls] == [
        ("weather", {"city": "What of Ghent?"}),
        ("clock", {"city": "What of Ghent? (2)", "zone": "What of Ghent? (2)"})]
    ids = [call.id for call in answer.calls]
    assert client.dialect == "gemini" or len({*ids} - {None, ""}) == 2
    turns += client.results(answer, ["It rains.", "Twelve."])
    again = ask(model(provider, "calls=2"), turns, wishes)
    assert (again.text, again.stop, again.calls) == ("It rains.\nTwelve.", "stop", [])


def test_three_rounds_of_calls(client, provider, ask):
    """The signatures of a model that thinks go round in the conversation."""
    wishes = Wishes(tools=(WEATHER,))
    turns = client.user("Begin.")
    for number in range(3):
        answer = ask(model(provider, "think=1"), turns, wishes)
        assert [call.name for call in answer.calls] == ["weather"]
        turns += client.results(answer, [f"Result {number}."])
        answer = ask(model(provider, "think=1"), turns, wishes)
        assert answer.text == f"Result {number}."
        turns += answer.turn + client.user(f"Question {number}.")


def test_a_tool_that_must_be_called(client, provider, ask):
    wishes = Wishes(tools=(WEATHER, CLOCK), tool="clock")
    answer = ask(model(provider), client.user("Now?"), wishes)
    assert [call.name for call in answer.calls] == ["clock"]


def test_one_call_where_the_client_wants_no_more(client, provider, ask):
    wishes = Wishes(tools=(WEATHER, CLOCK), one_call=True)
    answer = ask(model(provider, "calls=2"), client.user("Now?"), wishes)
    # Gemini has no word for it, on either side.
    knows = "gemini" not in (client.dialect, PROVIDERS[provider])
    assert len(answer.calls) == (1 if knows else 2)


def test_a_tool_without_arguments(client, provider, ask):
    if client.dialect == "gemini":
        pytest.skip("a schema of an object without properties is none there")
    wishes = Wishes(tools=(Tool("now", ()),))
    answer = ask(model(provider), client.user("Now?"), wishes)
    assert [(call.name, call.arguments) for call in answer.calls] == [("now", {})]
    again = ask(model(provider), client.user("Now?") + client.results(answer, ["Noon."]), wishes)
    assert again.text == "Noon."


def test_a_long_name_comes_back_as_it_was(client, provider, ask):
    name = "mcp__" + "a_very_long_server_name__" * 3 + "tool"
    if client.dialect == "anthropic-messages":
        wishes = Wishes(tools=(Tool(name), Tool(name + "_2")))
        turns = client.user("Go.")
        answer = ask(model(provider, "calls=2"), turns, wishes)
        assert [call.name for call in answer.calls] == [name, name + "_2"]
        again = ask(model(provider), turns + client.results(answer, ["a", "b"]), wishes)
        assert again.text == "a\nb"
    elif client.dialect == "gemini":
        answer = ask(model(provider), client.user("Go."), Wishes(tools=(Tool("ns.tool-1"),)))
        assert answer.calls[0].name == "ns.tool-1"
