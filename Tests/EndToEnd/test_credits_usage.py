"""Tokens told late, never, twice, as zero or in an error: what the SDKs' requests are charged."""

import asyncio

import anthropic
import openai
import pytest
from google import genai
from google.genai import errors as google_errors
from google.genai import types

from books import (
    all_sold, ask, audit, balance, cost, dollars, grant, open_holds, post, question, rows)
from machine import until

TEXT = "tell me what you know of locks and of those who keep them " * 3
TOLD = ("late", "never", "twice", "zero", "early")
MODELS = tuple(f"sim+usage={told}" for told in TOLD)
FAILING = ("sim+status=500+usage-in-error=1", "sim+status=500",
           "sim+error-event=0+usage-in-error=1", "sim+error-event=0")


@pytest.fixture(scope="module")
def site(start_shared_machine):
    site = start_shared_machine(providers=all_sold(*MODELS, *FAILING, max_output_tokens=2000),
                                settings={"credits": {"mode": "prepaid"}})
    grant(site, "50.00", category="purchase")
    return site


def chat(site, model, is_stream):
    with openai.OpenAI(api_key=site.token, base_url=site.base + "/v1", max_retries=0) as client:
        made = client.chat.completions.create(
            model=f"openai:{model}", messages=[{"role": "user", "content": TEXT}],
            stream=is_stream)
        if is_stream:
            return "".join(chunk.choices[0].delta.content or ""
                           for chunk in made if chunk.choices)
        return made.choices[0].message.content


def responses(site, model, is_stream):
    with openai.OpenAI(api_key=site.token, base_url=site.base + "/v1", max_retries=0) as client:
        made = client.responses.create(model=f"openai:{model}", input=TEXT, stream=is_stream)
        if is_stream:
            return "".join(event.delta for event in made
                           if event.type == "response.output_text.delta")
        return made.output_text


def messages(site, model, is_stream):
    with anthropic.Anthropic(api_key=site.token, base_url=site.base, max_retries=0) as client:
        made = client.messages.create(
            model=f"anthropic:{model}", max_tokens=900, stream=is_stream,
            messages=[{"role": "user", "content": TEXT}])
        if is_stream:
            return "".join(event.delta.text for event in made
                           if event.type == "content_block_delta")
        return made.content[0].text


def gemini(site, model, is_stream):
    options = types.HttpOptions(base_url=site.base)
    with genai.Client(api_key=site.token, http_options=options) as client:
        call = (client.models.generate_content_stream if is_stream
                else client.models.generate_content)
        made = call(model=f"google:{model}", contents=TEXT)
        if is_stream:
            return "".join(chunk.text or "" for chunk in made)
        return made.text


SDKS = {"chat": chat, "responses": responses, "messages": messages, "gemini": gemini}


def last_event(site):
    found = rows(site, "SELECT id, input, output, is_estimated, cost, is_error FROM usage_events "
                 "ORDER BY id DESC LIMIT 1")
    return found[0] if found else (0,) * 6


@pytest.mark.parametrize("is_stream", [True, False], ids=["stream", "whole"])
@pytest.mark.parametrize("told", TOLD)
@pytest.mark.parametrize("dialect", SDKS)
def test_what_is_told_is_charged_once_and_what_is_not_is_counted(site, dialect, told, is_stream):
    before, first = balance(site), last_event(site)[0]
    assert SDKS[dialect](site, f"sim+usage={told}", is_stream).strip() == TEXT.strip()
    number, *tokens, is_estimated, paid, is_error = last_event(site)
    assert (number, is_error) == (first + 1, 0)
    assert open_holds(site) == 0
    assert before - balance(site) == dollars(paid)
    assert is_estimated == (told == "never")
    if told == "never":
        # About 36 words each way.
        assert tokens == [None, None]
        assert cost(20, 30) < dollars(paid) < cost(80, 60)
    elif told == "zero":
        assert (tokens, paid) == ([0, 0], 0)
    else:
        assert tokens[0] > 0 and tokens[1] >= 30
        assert dollars(paid) == cost(*tokens)


@pytest.mark.parametrize("is_stream", [True, False], ids=["stream", "whole"])
@pytest.mark.parametrize("is_told", [True, False])
@pytest.mark.parametrize("dialect", SDKS)
def test_an_error_costs_what_it_tells_and_nothing_else(site, dialect, is_told, is_stream):
    before, first = balance(site), last_event(site)[0]
    model = "sim+error-event=0" if is_stream else "sim+status=500"
    try:
        said = SDKS[dialect](site, model + ("+usage-in-error=1" if is_told else ""), is_stream)
        # OpenAI's SDK hands on a response that failed as an event like any other.
        assert (dialect, is_stream, said) == ("responses", True, "")
    except (openai.APIError, anthropic.APIError, google_errors.APIError):
        pass
    number, *tokens, is_estimated, paid, is_error = until(
        "it is written", lambda: (event := last_event(site))[0] > first and event)
    assert (number, is_estimated, is_error) == (first + 1, 0, 1)
    until("nothing is held", lambda: open_holds(site) == 0)
    assert before - balance(site) == dollars(paid or 0)
    # A message says at its beginning what came in.
    if is_told or (dialect, is_stream) == ("messages", True):
        assert dollars(paid) == cost(*tokens) > 0
    else:
        assert not paid


def test_the_books_agree_with_all_of_it(site):
    path, body = question("chat", "sim+usage=never")
    assert asyncio.run(ask(site, post(site, path, body))).status == 200
    audit(site)
