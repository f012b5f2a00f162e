"""Long streams that share one balance, and reasoning that nobody saw coming.

With LOCKKEEPER_CREDITS_STREAMS=2000 they are as many as the project promises.
"""

import asyncio
import json
import os
from decimal import Decimal

import pytest

from books import (
    OWNERS, Reply, all_sold, ask, audit, balance, cost, dollars, eventually, events, grant,
    open_holds, post, question, rows)

STREAMS = int(os.environ.get("LOCKKEEPER_CREDITS_STREAMS", "200"))
# About 360 tokens each tenth of a second: more than all of them together can pay.
LONG = "sim+events=100+interval=100ms+size=1600"


def last_event(reply):
    lines = [line for line in reply.body.split(b"\n") if line.startswith(b"data: ")]
    return lines[-1][6:] if lines else b""


def check_split(site):
    """No grant is overdrawn, and no more of one is held than it has."""
    query = ("SELECT remaining, (SELECT coalesce(sum(amount), 0) FROM hold_parts "
             "WHERE grant_id = grants.id) FROM grants")
    for remaining, held in rows(site, query):
        assert 0 <= held <= remaining


@pytest.mark.timeout(120 + STREAMS // 4)
def test_streams_that_share_a_balance_end_cleanly_with_it(start_machine):
    site = start_machine(
        providers=all_sold(LONG, max_output_tokens=1_000_000),
        settings={"credits": {"mode": "prepaid"}, "log": {"level": "warning"}})
    # The first hold of each, and as much again.
    amount = Decimal(STREAMS) / 10
    grant(site, amount)
    dialects = list(OWNERS)
    requests = [post(site, *question(dialects[number % 4], LONG, stream=True,
                                     cap=2000 if dialects[number % 4] == "messages" else None))
                for number in range(STREAMS)]
    replies = asyncio.run(drain(site, requests))
    served = [reply for reply in replies if reply.status == 200]
    for reply in replies:
        if reply.status != 200:
            assert reply.status == 429, reply
    # On a slow machine the first have grown before the last come.
    assert len(served) > STREAMS / 2
    stopped = 0
    for number, reply in enumerate(replies):
        if reply.status != 200:
            continue
        assert reply.has_ended
        if b"ERR_NGROK_4026" in last_event(reply):
            stopped += 1
            check_words(dialects[number % 4], json.loads(last_event(reply)))
    # Those with a limit of their own were held whole and came to their end, or to a cut of it.
    assert stopped >= len(served) * 0.6
    assert open_holds(site) == 0
    assert 0 <= balance(site) < amount / 4
    found = audit(site)
    assert Decimal(found["overrun"]) == 0
    for reply in served[:20]:
        assert len(events(site, reply.request_id)) == 1
    print(f"{len(served)} streams, {stopped} stopped, ${balance(site)} of ${amount} left")


async def drain(site, requests):
    replies = [Reply() for _ in requests]
    tasks = [asyncio.create_task(ask(site, request, reply))
             for request, reply in zip(requests, replies)]

    def look():
        check_split(site)
        return all(task.done() for task in tasks)

    await eventually("all streams have ended", look, seconds=100 + STREAMS / 5)
    return replies


def check_words(dialect, event):
    if dialect == "messages":
        assert event["type"] == "error" and event["error"]["type"]
    elif dialect == "responses":
        assert event["type"] in ("response.failed", "error")
    else:
        assert event["error"]["message"]


def test_reasoning_beyond_what_was_held_is_charged_to_zero_and_the_rest_is_told(start_machine):
    model = "sim+hidden=50000"
    site = start_machine(providers=all_sold(model, max_output_tokens=100_000),
                         settings={"credits": {"mode": "prepaid"}})
    grant(site, "0.10")
    path, body = question("chat", model, cap=100)
    reply = asyncio.run(ask(site, post(site, path, body)))
    assert reply.status == 200 and reply.has_ended
    usage = reply.json()["usage"]
    assert usage["completion_tokens_details"]["reasoning_tokens"] == 50_000
    whole = cost(usage["prompt_tokens"], usage["completion_tokens"])
    assert whole > Decimal("0.5")
    assert balance(site) == 0
    found = audit(site)
    assert Decimal(found["overrun"]) == whole - Decimal("0.10")
    assert Decimal(found["settled"]) + Decimal(found["overrun"]) == whole
    event, = events(site, reply.request_id)
    assert dollars(event["cost"]) == whole
    assert asyncio.run(ask(site, post(site, path, body))).status == 403
    # Whoever adds money later does not pay for it.
    grant(site, "1.00")
    assert balance(site) == 1
