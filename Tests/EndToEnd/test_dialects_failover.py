"""Failover goes from a provider of one dialect to one of another, unseen by the real SDKs."""

import pytest

from dialect_clients import CLIENTS, PROVIDERS, Tool, Wishes, model, simulated

pytestmark = pytest.mark.filterwarnings("error")
WISHES = Wishes(tools=(Tool("weather"),))
# Gemini's model stands in the path, and only one does.
LISTERS = [name for name in CLIENTS if name != "gemini"]


@pytest.mark.parametrize("last", PROVIDERS)
@pytest.mark.parametrize("dialect", LISTERS)
def test_the_next_candidate_may_speak_another_dialect(start_machine, dialect, last):
    site = start_machine(providers=simulated)
    client = CLIENTS[dialect](site.base, site.token)
    names = [model(name, "status=503") for name in PROVIDERS if name != last]
    members = client.members(names[0], client.user("Hello there"), WISHES)
    create = {"openai-chat": lambda: client.sdk.chat.completions.create,
              "openai-responses": lambda: client.sdk.responses.create,
              "anthropic-messages": lambda: client.sdk.messages.create}[dialect]()
    answer = client.told(create(
        **members, extra_body={"models": [*names[1:], model(last, "calls=2")]}))
    client.close()
    assert [call.name for call in answer.calls] == ["weather", "weather"]
    assert len({call.id for call in answer.calls}) == 2
    paths = [request["path"] for request in site.simulator_requests()]
    assert len(paths) == len(set(paths)) == 4
