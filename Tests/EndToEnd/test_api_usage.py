"""What was used and what it cost, over the API: as requests made it."""

import uuid

import pytest

from machine import until


@pytest.fixture(scope="module")
def api(site):
    return site.api()


def attempts(api, answer):
    request = answer.headers["ngrok-aig-request-id"]
    found = until("it is written", lambda: (
        got if (got := api.get(f"/usage/requests/{request}")).status_code == 200 else None))
    assert found.json()["requestId"] == request
    return found.json()["attempts"]


def test_a_request_is_told_as_it_was(site, api):
    answer = site.chat(max_tokens=50)
    [attempt] = attempts(api, answer)
    event, told = attempt["event"], answer.json()["usage"]
    assert (attempt["served"], attempt["completion"], attempt["retryAction"]) == (
        True, "complete", None)
    assert attempt["requestDurationMs"] >= attempt["upstreamDurationMs"] >= 0
    assert (event["inputTokens"], event["outputTokens"]) == (
        told["prompt_tokens"], told["completion_tokens"])
    assert event["stopReason"] == answer.json()["choices"][0]["finish_reason"]
    assert (event["isFinalAttempt"], event["isError"], event["isStreaming"]) == (True, False, False)
    assert event["unpriced"] is True and event["totalCost"] is None


@pytest.mark.parametrize("is_stream", [True, False], ids=["stream", "whole"])
def test_why_a_model_stopped_is_told_in_the_clients_words(site, api, is_stream):
    body = {"model": "openai:sim-fast", "max_tokens": 40, "stream": is_stream,
            "messages": [{"role": "user", "content": "hello"}]}
    answer = site.client.post("/v1/messages", json=body, headers=site.headers())
    [attempt] = attempts(api, answer)
    assert attempt["event"]["stopReason"] == "end_turn"
    assert attempt["event"]["isStreaming"] is is_stream
    if is_stream:
        assert attempt["timeToFirstTokenMs"] >= 0
        # A list of events tells it as well, for who draws them.
        assert attempt["event"]["timeToFirstTokenMs"] == attempt["timeToFirstTokenMs"]


def test_a_failure_is_no_answer(site, api):
    [attempt] = attempts(api, site.chat(model="openai:sim+status=500"))
    assert (attempt["served"], attempt["completion"]) == (False, "failed")
    assert attempt["event"]["statusCode"] == 500
    assert attempt["event"]["stopReason"] is None


def test_events_are_listed_and_summed_up(site, api):
    for _ in range(3):
        last = site.chat()
    attempts(api, last)
    since = {"startTime": "2026-01-01T00:00:00Z"}
    events = api.get("/usage", params={**since, "limit": 2}).json()
    assert len(events["events"]) == 2 and events["nextPageUri"].startswith("/usage?")
    seen = [event["id"] for event in events["events"]]
    while events["nextPageUri"]:
        events = api.get(events["nextPageUri"]).json()
        seen += [event["id"] for event in events["events"]]
    assert len(seen) == len(set(seen)) >= 3
    overview = api.get("/usage/overview", params=since | {
        "startTime": api.get("/usage", params=since).json()["events"][0]["eventTime"]}).json()
    assert overview["totals"]["requests"] == len(seen)
    assert overview["buckets"][0]["groupKey"] == "openai"
    key = api.get("/usage", params=since).json()["events"][0]["accessKeyId"]
    assert api.get("/usage", params={**since, "accessKeyId": key}).json()["events"]
    assert api.get("/usage", params={**since, "accessKeyId": "none"}).json()["events"] == []


def test_money_that_was_given_is_there(site, api):
    before = api.get("/credits/balance").json()["balanceCents"]
    made = api.post("/credits/grants", json={"amount": "5.25", "category": "promotional"},
                    headers={"Idempotency-Key": uuid.uuid4().hex})
    assert made.status_code == 201
    balance = api.get("/credits/balance").json()
    assert balance["balanceCents"] == before + 525
    assert made.json()["id"] in [grant["id"] for grant in balance["grants"]]
    lines = api.get("/credits/transactions").json()["items"]
    assert made.json()["id"] in [line["credits"]["grantId"] for line in lines if "credits" in line]
