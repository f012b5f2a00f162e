"""The real SDKs through nginx, each at providers of every dialect: text, counts, turns."""

import pytest

from dialect_clients import CLIENTS, PROVIDERS, Wishes, model, simulated

pytestmark = pytest.mark.filterwarnings("error")
UNICODE = "Grüße, 世界 🌍 — \u202eمرحبا\u202c ‘quotes’ \\ \"escapes\" \n end"


@pytest.fixture(scope="module")
def site(start_shared_machine):
    return start_shared_machine(providers=simulated)


@pytest.fixture(scope="module", params=CLIENTS)
def client(request, site):
    client = CLIENTS[request.param](site.base, site.token)
    yield client
    client.close()


@pytest.fixture(scope="module", params=PROVIDERS)
def provider(request):
    return request.param


@pytest.fixture(params=["ask", "stream"])
def ask(request, client):
    return getattr(client, request.param)


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
