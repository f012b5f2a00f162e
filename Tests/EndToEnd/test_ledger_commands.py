"""What the command line tells of the ledger, read beside whoever writes it."""

import json
import shutil
import sqlite3
import subprocess

import pytest

from machine import BIN
from test_command_line import made  # noqa: F401

EVENTS = 3000


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A ledger of three days."""
    path = tmp_path_factory.mktemp("ledger") / "ledger.sqlite"
    subprocess.run([BIN / "load-generator", "ledger-fill", "--path", path, "--events", str(EVENTS),
                    "--days", "3", "--keys", "4", "--models", "5"], check=True, timeout=60)
    return path


@pytest.fixture
def site(made, filled):  # noqa: F811
    made.ledger = made.folder / "state" / "ledger.sqlite"
    for file in filled.parent.iterdir():
        shutil.copy(file, made.folder / "state" / file.name)
    return made


def test_a_ledger_that_is_not_there_is_empty(made):  # noqa: F811
    for command in (["credits", "balance"], ["credits", "transactions"], ["usage"],
                    ["credits", "audit"]):
        done = made.run(*command)
        assert done.returncode == 0, done.stderr
        assert "note: there is no ledger yet" in done.stderr
    assert made.json("credits", "balance")["items"] == []
    balance = made.json("credits", "balance", "--account", "default")
    assert (balance["balance"], balance["balanceCents"]) == ("0.000000000", 0)
    assert made.json("credits", "audit")["clean"] is True
    assert not (made.folder / "state" / "ledger.sqlite").exists()


def test_usage_is_the_same_however_it_is_grouped(site):
    sizes = {"key": 4, "provider": 1, "model": 5, "day": 4}
    for grouping, size in sizes.items():
        usage = site.json("usage", "--since", "4d", "--group-by", grouping)
        assert len(usage["items"]) in (size, size - (grouping == "day"))
        assert usage["totals"]["requests"] == EVENTS
        for name in ("requests", "attempts", "inputTokens", "outputTokens"):
            assert sum(item[name] for item in usage["items"]) == usage["totals"][name]
    lines = site.run("usage", "--since", "4d", "--group-by", "key").stdout.splitlines()
    assert len(lines) == 6 and lines[5].startswith("all ")
    last = site.json("usage", "--since", "1h")["totals"]["requests"]
    assert 0 < last < EVENTS / 10


def nanos(amount):
    whole, decimals = amount.split(".")
    assert len(decimals) == 9
    return int(whole) * 10**9 + int(decimals)


def test_the_books_agree_to_the_nano_dollar(site):
    balance = site.json("credits", "balance", "--account", "default")
    lines = site.json("credits", "transactions")["items"]
    granted = sum(nanos(line["amount"]) for line in lines if line["type"] == "credits")
    used = sum(nanos(line["amount"]) for line in lines if line["type"] == "usage")
    assert nanos(balance["balance"]) == granted - used
    assert balance["balanceCents"] == nanos(balance["balance"]) // 10**7
    assert used == nanos(site.json("usage", "--since", "4d")["totals"]["cost"])
    assert [line["type"] for line in lines[-2:]] == ["usage", "credits"]
    for options in ([], ["--full"]):
        audit = site.json("credits", "audit", *options)
        assert audit["clean"] and audit["full"]
        assert nanos(audit["settled"]) == used


def test_an_audit_says_what_was_changed(site):
    with sqlite3.connect(site.ledger) as books:
        books.execute("UPDATE spendings SET amount = amount + 1 WHERE id = 7")
    done = site.run("credits", "audit", "--full")
    assert done.returncode == 1
    assert "fault         grant 1: " in done.stdout
    assert done.stdout.endswith("The books do not agree.\n")
    done = site.run("credits", "audit", "--full", "--json")
    assert done.returncode == 1
    assert len(json.loads(done.stdout)["faults"]) == 2


def test_a_ledger_is_read_while_another_writes_it(site):
    writer = sqlite3.connect(site.ledger, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE grants SET remaining = 1")
    assert site.json("credits", "audit", "--full")["clean"] is True
    writer.execute("ROLLBACK")
    writer.close()


def test_a_broken_ledger_is_called_so(site):
    for file in site.ledger.parent.glob("ledger.sqlite-*"):
        file.unlink()
    site.ledger.write_bytes(b"no database" * 1000)
    for command in (["credits", "balance"], ["credits", "audit"], ["usage"]):
        done = site.run(*command)
        assert done.returncode == 1
        assert f"{site.ledger}: file is not a database" in done.stderr
