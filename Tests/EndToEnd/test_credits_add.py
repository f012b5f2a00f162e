"""`credits add`: money is given once, to the worker that runs or on the file, never to both."""

import json
import threading

import pytest

from machine import until


def add(site, key, amount="5.00", category="purchase", check=True, **options):
    more = [text for name, value in options.items() for text in (f"--{name}", value)]
    done = site.cli("credits", "add", "--amount", amount, "--category", category,
                    "--idempotency-key", key, "--json", *more, check=check)
    return json.loads(done.stdout) if check else done


@pytest.fixture(scope="module")
def site(start_shared_machine):
    return start_shared_machine(settings={"credits": {"mode": "prepaid"}})


def test_the_same_key_gives_the_same_grant(site):
    first = add(site, "one")
    assert (first["amount"], first["category"], first["accountId"]) == ("5.000000000", "purchase", "default")
    assert add(site, "one") == first
    assert add(site, "two")["id"] != first["id"]
    other = add(site, "one", amount="6.00", check=False)
    assert (other.returncode, "idempotency key" in other.stderr) == (1, True)


@pytest.mark.parametrize("options, code, reason", [
    ({"amount": "4.99"}, 1, "5 dollars at least"),
    ({"amount": "0", "category": "promotional"}, 1, "more than 0"),
    ({"account": "nobody"}, 1, "no account"),
    ({"amount": "five"}, 64, "amount"),
    ({"category": "gift"}, 64, "category"),
])
def test_what_is_no_grant_is_refused(site, options, code, reason):
    done = add(site, "refused", check=False, **options)
    assert (done.returncode, reason in done.stderr) == (code, True), done.stderr


def test_status_tells_of_the_ledger(site):
    ledger = site.status()["ledger"]
    assert ledger == {"mode": "prepaid", "open_holds": 0, "queue_length": 0, "problem": None}
    assert "prepaid, 0 open holds" in site.cli("status").stdout


def test_money_is_given_while_the_gateway_stands_starts_and_is_replaced(start_machine):
    site = start_machine(settings={"credits": {"mode": "prepaid"}})
    numbers, stop = [], threading.Event()

    def give():
        while not stop.is_set():
            numbers.append(int(add(site, f"k{len(numbers)}")["id"]))

    thread = threading.Thread(target=give)
    thread.start()
    for _ in range(3):
        count = len(numbers)
        until("some were given", lambda: len(numbers) >= count + 2, seconds=30)
        site.processes["gateway"].terminate()
        assert site.processes["gateway"].wait(15) == 0
        count = len(numbers)
        until("some were given to the file", lambda: len(numbers) >= count + 2, seconds=30)
        site.start_gateway()
    stop.set()
    thread.join()
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_reload_opens_the_ledger_and_closes_it(start_machine):
    site = start_machine(settings={"credits": {"mode": "off"}})
    assert not (site.state / "ledger.sqlite").exists()
    done = add(site, "one", check=False)
    assert (done.returncode, "credits.mode is off" in done.stderr) == (1, True)
    for mode in ["track", "prepaid"]:
        site.config["credits"] = {"mode": mode}
        site.write_config()
        site.cli("reload")
        add(site, mode)
        assert site.status()["ledger"]["mode"] == mode
    site.config["credits"] = {"mode": "off"}
    site.write_config()
    site.cli("reload")
    until("it is closed", lambda: not (site.state / "ledger.sqlite-wal").exists())
    assert site.chat().is_success
