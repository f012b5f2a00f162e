"""The real SDKs through nginx, each at providers of every dialect: errors are the SDK's own."""

import anthropic
import openai
import pytest
from google.genai import errors as google_errors

from dialect_clients import ERRORS, model
from dialect_fixtures import ask, client, provider, site

pytestmark = pytest.mark.filterwarnings("error")
CLASSES = {
    400: (openai.BadRequestError, anthropic.BadRequestError, google_errors.ClientError),
    429: (openai.RateLimitError, anthropic.RateLimitError, google_errors.ClientError),
    500: (openai.InternalServerError, anthropic.InternalServerError, google_errors.ServerError),
}


def status_of(error):
    return getattr(error, "status_code", None) or getattr(error, "code", None)


@pytest.mark.parametrize("status", [400, 429])
def test_an_error_before_the_answer(client, provider, ask, status):
    with pytest.raises(CLASSES[status]) as raised:
        ask(model(provider, f"status={status}"), client.user("x"))
    assert status_of(raised.value) == status


@pytest.mark.parametrize("status", [401, 403, 500, 503, 529])
def test_a_provider_that_fails_is_the_servers_error(client, provider, ask, status):
    with pytest.raises(CLASSES[500]) as raised:
        ask(model(provider, f"status={status}"), client.user("x"))
    assert status_of(raised.value) >= 500


def test_an_error_in_the_stream(client, provider):
    with pytest.raises((*ERRORS, RuntimeError)) as raised:
        client.stream(model(provider, "error-event=2", "interval=5ms"), client.user("a b c d e f"))
    # The helper of responses tells a response that failed in words of its own.
    assert isinstance(raised.value, ERRORS) or client.dialect == "openai-responses"


def test_a_stream_that_breaks_off_is_no_answer(client, provider):
    with pytest.raises(Exception) as raised:
        client.stream(model(provider, "cut=2", "interval=5ms"), client.user("a b c d e f"))
    assert not isinstance(raised.value, AssertionError) or client.dialect == "gemini"


def test_what_cannot_be_carried_is_refused_by_name(site, provider):
    response = site.client.post("/v1/chat/completions", headers=site.headers(), json={
        "model": model(provider), "n": 2, "messages": [{"role": "user", "content": "x"}]})
    if provider == "chat":
        assert response.status_code == 200
    else:
        assert response.status_code == 400
        assert response.json()["error"]["param"] == "n"


def test_what_is_dropped_is_told(site, provider):
    response = site.client.post("/v1/chat/completions", headers=site.headers(), json={
        "model": model(provider), "logit_bias": {"7": 1}, "messages": [{"role": "user", "content": "x"}]})
    assert response.status_code == 200
    told = response.headers.get("ngrok-aig-removed-params")
    assert told == (None if provider == "chat" else "logit_bias")
