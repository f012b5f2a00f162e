"""The real SDKs through nginx, each at providers of every dialect: images, forms of the answer."""

import pytest

from dialect_clients import MODELS, Image, Tool, Weather, Wishes, model
from dialect_fixtures import ask, client, provider, site

pytestmark = pytest.mark.filterwarnings("error")
PIXEL = Image(b"\x89PNG\r\n\x1a\n" + bytes(range(62)))


def test_an_image(client, provider, ask):
    answer = ask(model(provider), client.user("What is it?", PIXEL))
    assert answer.text == "What is it?\n[image/png of 70 bytes]"


def test_an_image_alone(client, provider):
    answer = client.ask(model(provider), client.user(PIXEL))
    assert "[image/png of 70 bytes]" in answer.text


def test_an_image_that_a_tool_made(client, provider, ask):
    if client.dialect != "anthropic-messages":
        pytest.skip("results are text there")
    wishes = Wishes(tools=(Tool("camera"), Tool("scale")))
    turns = client.user("Look.")
    answer = ask(model(provider, "calls=2"), turns, wishes)
    turns += client.results(answer, [["Seen:", PIXEL], "Three grams."])
    again = ask(model(provider, "calls=2"), turns, wishes)
    for words in ("Seen:", "[image/png of 70 bytes]", "Three grams."):
        assert words in again.text


def test_an_answer_of_a_form(client, provider):
    answer = client.ask(model(provider), client.user("Ghent"), Wishes(form=Weather))
    assert answer.parsed == Weather(city="Ghent", degrees=3, rains=True, words=["Ghent"])
    assert answer.stop == "stop"


def test_an_answer_of_a_form_is_streamed(client, provider):
    answer = client.stream(model(provider), client.user("Ghent"), Wishes(form=Weather))
    assert Weather.model_validate_json(answer.text).degrees == 3
    assert answer.stop == "stop"


@pytest.mark.parametrize("way", ["ask", "stream"])
def test_a_form_at_a_model_that_has_only_tools(client, way):
    """Anthropic's older models are given a tool of that form; the client never sees it."""
    if client.dialect == "anthropic-messages":
        pytest.skip("its own provider is asked as it stands")
    name = model("messages").replace(MODELS["messages"], "claude-3-5-sim")
    answer = getattr(client, way)(name, client.user("Ghent"), Wishes(form=Weather))
    assert Weather.model_validate_json(answer.text).city == "Ghent"
    assert (answer.stop, answer.calls) == ("stop", [])
