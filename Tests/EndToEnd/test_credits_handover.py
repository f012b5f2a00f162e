"""Hand-overs under managed load: every request is paid once, whichever worker has the ledger.

With LOCKKEEPER_HANDOVER=full there are twenty, as the project promises; else four.
"""

import json
import os
import signal
import sqlite3

import pytest

from load import Load, Stream
from machine import until
from test_handover import FULL, hand_over, workers

HANDOVERS = 20 if FULL else 4
PLAIN, LONG = "sim-fast", "sim-fast+events=160+interval=50ms"


def sold(base):
    price = {"input": "1.00", "output": "10.00"}
    return [{"id": "openai", "base_url": base, "api_keys": [{"value": "${env:TEST_OPENAI_KEY}"}],
             "models": [{"id": model, "pricing": price} for model in (PLAIN, LONG)]}]


@pytest.fixture
def start_prepaid(start_machine):
    def start(amount, **settings):
        site = start_machine(providers=sold, keepalive="1s", settings={
            "credits": {"mode": "prepaid", **settings}, "drain_timeout": "1m"})
        give(site, "first", amount)
        return site
    return start


def give(site, key, amount):
    site.cli("credits", "add", "--amount", amount, "--category", "promotional",
             "--idempotency-key", key)


def rows(site, query):
    ledger = sqlite3.connect(f"file:{site.state}/ledger.sqlite?mode=ro", uri=True, timeout=20)
    try:
        return ledger.execute(query).fetchall()
    finally:
        ledger.close()


def check_books(site):
    """Each grant less what was spent of it is what is left; nothing is charged twice."""
    assert rows(site, "SELECT id FROM grants WHERE remaining != amount - (SELECT "
                      "coalesce(sum(amount), 0) FROM spendings WHERE grant_id = grants.id)") == []
    assert rows(site, "SELECT hold FROM spendings WHERE kind = 'settlement' "
                      "GROUP BY hold, grant_id HAVING count(*) > 1") == []
    assert rows(site, "SELECT request FROM usage_events "
                      "GROUP BY request, attempt HAVING count(*) > 1") == []
    spent = rows(site, "SELECT coalesce(sum(amount), 0) FROM spendings")[0][0]
    told = rows(site, "SELECT coalesce(sum(cost), 0) FROM usage_events")[0][0]
    assert spent == told


def is_settled(site):
    return rows(site, "SELECT count(*) FROM holds")[0][0] == 0


@pytest.mark.timeout(400)
def test_handovers_under_managed_load_charge_each_request_once(start_prepaid):
    site = start_prepaid("1000.00")
    site.token
    load = Load(site, seconds=380, rate=150, connections=20, model=f"openai:{PLAIN}")
    streams = []
    for number in range(HANDOVERS):
        streams += [Stream(site, f"openai:{LONG}") for _ in range(3)]
        until("some old worker has ended", lambda: len(workers(site)) <= 3, seconds=60)
        hand_over(site)
        give(site, f"grant {number}", "1.00")
    for stream in streams:
        stream.join(30)
        assert stream.error is None
        assert stream.content.endswith(b"data: [DONE]\n\n"), stream.content[-300:]
    result = load.stop()
    failed = {name: result[name] for name in ("status", "connect", "read", "write", "timeout")}
    assert not any(failed.values()), failed
    until("all is settled", lambda: is_settled(site), seconds=30)
    check_books(site)
    counts = dict(rows(site, "SELECT status, count(*) FROM usage_events WHERE is_stream = 0 "
                             "GROUP BY status"))
    # What wrk let go of when it was stopped was charged, or never began.
    assert result["requests"] <= counts[200] <= result["requests"] + 20
    charges = rows(site, "SELECT DISTINCT cost FROM usage_events WHERE is_stream = 0")
    assert len(charges) == 1 and charges[0][0] > 0
    assert rows(site, "SELECT count(*) FROM usage_events WHERE is_stream = 1 AND cost > 0") == [
        (len(streams),)]
    assert rows(site, "SELECT count(*) FROM spendings WHERE kind = 'overrun'") == [(0,)]
    print(f"{HANDOVERS} hand-overs, {result['requests']} requests, {len(streams)} streams, "
          f"p99 {result['p99'] / 1000:.1f} ms")


def test_a_stream_of_an_old_worker_is_topped_up_and_settled_by_the_new_one(start_prepaid):
    site = start_prepaid("5.00", hold_output_tokens=64)
    site.token
    stream = Stream(site, f"openai:{LONG}")
    old, new = hand_over(site)
    assert rows(site, "SELECT count(*) FROM holds")[0][0] == 1
    stream.join(20)
    assert stream.content.endswith(b"data: [DONE]\n\n"), stream.content[-300:]
    until("it is settled", lambda: is_settled(site))
    assert rows(site, "SELECT count(*) FROM spendings WHERE kind = 'settlement'") == [(1,)]
    check_books(site)


def test_what_an_old_worker_leaves_when_it_dies_is_charged_while_the_new_one_serves(start_prepaid):
    site = start_prepaid("5.00")
    site.token
    stream = Stream(site, f"openai:{LONG}")
    old, new = hand_over(site)
    os.kill(old, signal.SIGKILL)
    until("it is settled", lambda: is_settled(site))
    stream.join(5)
    assert workers(site) == [new]
    spent = rows(site, "SELECT count(*), sum(amount) FROM spendings WHERE kind = 'settlement'")
    assert spent[0][0] == 1 and spent[0][1] > 0
    locks = [file.name for file in site.state.glob("ledger-*.lock")]
    assert len([name for name in locks if name.startswith(f"ledger-{new}-")]) == 1
    status = site.status()["ledger"]
    assert (status["open_holds"], status["problem"]) == (0, None)
    assert json.loads(site.chat(f"openai:{PLAIN}").content)["choices"]
